const node = `AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CloseEvent CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent
  DOMException DecompressionStream ErrorEvent Event EventSource EventTarget File FormData Headers MessageChannel MessageEvent MessagePort Navigator Performance ReadableStream
  Request Response Storage SubtleCrypto TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream URL URLPattern URLSearchParams WebAssembly WebSocket
  WritableStream __dirname __filename atob btoa clearImmediate clearInterval clearTimeout console crypto exports fetch gc global localStorage module navigator performance
  process queueMicrotask require sessionStorage setImmediate setInterval setTimeout structuredClone`;

const browser = `Attr Audio Animation Cache CacheStorage CharacterData Clipboard ClipboardItem Comment CustomElementRegistry DataTransfer Document DocumentFragment Element
  FileList FileReader FontFace History Image ImageBitmap ImageData IntersectionObserver KeyframeEffect Location MutationObserver Node NodeFilter NodeList Notification
  Option Path2D PublicKeyCredential Range ResizeObserver Selection ShadowRoot SharedWorker StaticRange StyleSheet Text TreeWalker Window Worker Worklet XMLDocument
  XMLHttpRequest XMLSerializer XPathResult addEventListener alert blur caches cancelAnimationFrame cancelIdleCallback close closed confirm createImageBitmap customElements
  devicePixelRatio dispatchEvent document event external find focus frames getComputedStyle getSelection history indexedDB innerHeight innerWidth isSecureContext length
  location matchMedia moveBy moveTo name open opener origin outerHeight outerWidth pageXOffset pageYOffset parent postMessage print prompt removeEventListener reportError
  requestAnimationFrame requestIdleCallback resizeBy resizeTo screen screenX screenY scroll scrollBy scrollTo scrollX scrollY self speechSynthesis status stop top
  trustedTypes visualViewport window`;

const workers = 'Client Clients ExtendableEvent FetchEvent clients importScripts registration skipWaiting onmessage onfetch';

const tests = `after afterAll afterEach assert before beforeAll beforeEach bench context describe expect fdescribe fit it jest mocha pending run setup spyOn specify suite
  suiteSetup suiteTeardown teardown test vi vitest xcontext xdescribe xit xspecify xtest cy Cypress browser page $ $$ by element protractor QUnit`;

const others = 'Bun Deno define requirejs jQuery angular React Vue chrome acquireVsCodeApi';

/**
 * Names that Node, browsers, workers and test frameworks put there. Without a configuration nobody knows where a file runs: `no-undef` is to
 * find a slip of the pen, not a missing configuration.
 */
export const knownGlobals: readonly string[] = [node, browser, workers, tests, others].flatMap((names) => names.split(/\s+/));

/** Families of the browser's classes and handlers, too many to list. */
const families = /^(?:HTML|SVG|CSS|DOM|WebGL|WebKit|GPU|RTC|IDB|XR|USB|MIDI|Audio|Media|Video|Speech|Payment|Performance|Font|Navigat|Presentation|Push|ServiceWorker|Readable|Writable|Transform|File|Web|Mouse|Keyboard|Pointer|Touch|Wheel|Drag|Input|Focus|UI|Composition|Clipboard|Mutation|Intersection|Resize|Storage|Stylesheet|Animation|Transition|Progress|Popover|Hash|Page|Popstate|Message|Text|OffscreenCanvas|Canvas|Broadcast|Security|Geolocation|Gamepad|Credential|Background|BeforeUnload|Trusted)[A-Z]\w*$|^on[a-z]{4,}$/;

export function isKnownGlobal(name: string): boolean {
  return families.test(name);
}
