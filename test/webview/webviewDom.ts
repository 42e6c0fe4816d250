/**
 * What a page needs of a browser and jsdom lacks: sizes, scrolling, their observer, media queries, and a canvas that takes everything
 * and draws nothing (what is drawn is looked at in a real editor). The viewport is 440 pixels high,
 * twenty rows of 22. To be imported before any page: the UI toolkit asks for media queries when it is loaded.
 */
const viewportHeight = 440;

function install(): void {
  define('offsetHeight', () => viewportHeight);
  define('clientHeight', () => viewportHeight);
  define('offsetWidth', () => 1_000);
  define('scrollHeight', (element) => contentHeight(element) + 22);
  HTMLElement.prototype.scrollTo = function scrollTo(this: HTMLElement, options?: ScrollToOptions | number): void {
    if (typeof options !== 'object') return;
    const highest = Math.max(contentHeight(this) + 22 - viewportHeight, 0);
    this.scrollTop = Math.min(options.top ?? 0, highest);
    this.dispatchEvent(new Event('scroll'));
  };
  window.matchMedia = (media) => Object.assign(new EventTarget(), { media, matches: false, onchange: null, addListener: () => undefined, removeListener: () => undefined });
  Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', {
    value(this: HTMLCanvasElement) {
      return blankContext(this);
    },
  });
  globalThis.ResizeObserver = class {
    readonly observe = (): void => undefined;
    readonly unobserve = (): void => undefined;
    readonly disconnect = (): void => undefined;
  };
}

function blankContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const draw = (): unknown => ({ width: 0, addColorStop: () => undefined });
  return new Proxy({}, { get: (_target, name) => (name === 'canvas' ? canvas : draw), set: () => true }) as CanvasRenderingContext2D;
}

function define(property: string, value: (element: HTMLElement) => number): void {
  Object.defineProperty(HTMLElement.prototype, property, {
    configurable: true,
    get(this: HTMLElement) {
      return value(this);
    },
  });
}

/** The virtual list's height stands in its style. */
function contentHeight(element: HTMLElement): number {
  return Number.parseFloat(element.querySelector<HTMLElement>('[role=rowgroup]')?.style.height ?? '0') || 0;
}

install();
