/** What a script is and what may come of it. `harmless`: the trick gets a value and nothing else. */
export interface HostileScript {
  readonly name: string;
  readonly source: string;
  readonly verdict: 'errored' | 'passed' | 'failed' | 'errored or harmless';
  /** Part of the error, where it matters which one it is. */
  readonly error?: RegExp;
}

const good = '{ passed: true }';
const script = (body: string): string => `export default async (context) => { ${body} };`;

/** `secret` is the content of a file beside the tree, `port` that of a server that counts who comes. */
export function hostileScripts(canary: string, port: number): readonly HostileScript[] {
  return [
    // Results that are none.
    { name: 'a polluted prototype', verdict: 'passed', source: script(`Object.prototype.score = 0; Object.prototype.polluted = 'yes'; Array.prototype.toJSON = () => 'x'; return ${good};`) },
    { name: 'a __proto__ key', verdict: 'errored', error: /additional|__proto__/, source: script('return JSON.parse(\'{"passed": true, "__proto__": {"polluted": "yes"}}\');') },
    { name: 'a constructor key', verdict: 'errored', source: script('return { passed: true, constructor: { prototype: { polluted: "yes" } } };') },
    { name: 'a getter that throws', verdict: 'errored', error: /boo/, source: script('return { get score() { throw new Error("boo"); } };') },
    { name: 'a getter that changes its mind', verdict: 'errored', source: script('let n = 0; return { get score() { return n++ === 0 ? 50 : "fifty"; }, get findings() { return n++ ? "x" : []; } };') },
    { name: 'a proxy with endless keys', verdict: 'errored', source: script('return new Proxy({}, { ownKeys: () => Array.from({ length: 1e6 }, (_, n) => "k" + n), getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }) });') },
    { name: 'a proxy that loops in a trap', verdict: 'errored', error: /did not end/, source: script('return new Proxy({}, { get() { for (;;); } });') },
    { name: 'a toJSON that lies', verdict: 'errored', source: script('return { score: 100, toJSON: () => ({ score: 1e9 }) };') },
    { name: 'a toJSON that never ends', verdict: 'errored', error: /did not end/, source: script('const nest = () => ({ toJSON: () => [nest()] }); return { toJSON() { for (;;) JSON.stringify([1]); } };') },
    { name: 'a cyclic result', verdict: 'errored', error: /circular/, source: script('const a = { passed: true }; a.a = a; return a;') },
    { name: 'a result nested 100,000 deep', verdict: 'errored', source: script('let a = []; for (let n = 0; n < 1e5; n++) a = [a]; return { passed: true, details: a };') },
    { name: 'a result nested 200 deep', verdict: 'errored', error: /nested deeper/, source: script('let a = []; for (let n = 0; n < 200; n++) a = [a]; return { passed: true, details: a };') },
    { name: 'a result of 50 MB', verdict: 'errored', source: script('return { passed: true, details: "x".repeat(5e7) };') },
    { name: 'a result of 5 MB', verdict: 'errored', error: /characters of JSON/, source: script('return { passed: true, details: "x".repeat(5e6) };') },
    { name: 'a symbol', verdict: 'errored', error: /returned nothing/, source: script('return Symbol("result");') },
    { name: 'a BigInt as score', verdict: 'errored', error: /bigint/i, source: script('return { score: 10n };') },
    { name: 'a score that is no number', verdict: 'errored', error: /score/, source: script('return { score: NaN };') },
    { name: 'a score of 1e308', verdict: 'errored', error: /score/, source: script('return { score: 1e308 };') },
    { name: 'a thenable that throws', verdict: 'errored', error: /then/, source: script('return { get then() { throw new Error("then"); } };') },
    { name: 'a thenable that never settles', verdict: 'errored', error: /never comes/, source: script('return { then() {} };') },
    { name: 'an endless chain of thenables', verdict: 'errored', error: /did not end/, source: script('const next = () => ({ then: (resolve) => resolve(next()) }); return next();') },
    { name: 'a rejection with undefined', verdict: 'errored', error: /undefined/, source: script('return Promise.reject(undefined);') },
    { name: 'an error that cannot be read', verdict: 'errored', source: script('throw new Proxy({}, { get() { throw new Error("no"); }, ownKeys() { throw new Error("no"); } });') },
    { name: 'an error that loops when it is read', verdict: 'errored', source: script('throw { get message() { for (;;); } };') },
    { name: 'a flood of findings', verdict: 'passed', source: script('return { passed: true, findings: Array.from({ length: 1e4 }, (_, n) => ({ message: "m" + n, file: "../" + n })) };') },
    { name: 'a list of findings with a false length', verdict: 'passed', source: script('const findings = new Proxy([], { get: (target, name) => (name === "length" ? 2 ** 32 : name === Symbol.iterator ? undefined : { message: "x" }) }); return { passed: true, findings };') },
    // Time.
    { name: 'an endless loop', verdict: 'errored', error: /did not end/, source: script('for (;;);') },
    { name: 'an endless loop that catches', verdict: 'errored', error: /did not end/, source: script('for (;;) { try { for (;;); } catch {} finally { continue; } }') },
    { name: 'an endless loop of microtasks', verdict: 'errored', error: /did not end/, source: script('for (;;) await null;') },
    { name: 'microtasks that multiply', verdict: 'errored', source: script('const grow = () => { Promise.resolve().then(grow); Promise.resolve().then(grow); }; grow(); await new Promise(() => {});') },
    { name: 'an endless generator', verdict: 'errored', source: script('function* all() { for (;;) yield 1; } return { passed: [...all()].length > 0 };') },
    { name: 'an endless async iterator', verdict: 'errored', error: /did not end/, source: script('for await (const n of { [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false }) }) }) void n;') },
    { name: 'an endless loop at the top level', verdict: 'errored', error: /did not end/, source: `for (;;);\nexport default () => (${good});` },
    { name: 'a catastrophic regular expression', verdict: 'errored', error: /did not end/, source: script('return { passed: /^(a+)+$/.test("a".repeat(50) + "b") };') },
    { name: 'a catastrophic regular expression with back-references', verdict: 'errored', source: script('return { passed: /^(?:(.*)\\1)+x$/.test("ab".repeat(2000)) };') },
    { name: 'a search that the engine does in one step', verdict: 'errored', source: script('const s = "x".repeat(2 ** 24); for (;;) s.lastIndexOf("y" + s.slice(0, 9)); ') },
    { name: 'one step of native code that never ends', verdict: 'errored', error: /did not end/, source: script('return { passed: Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1) };') },
    { name: 'a sort that never agrees', verdict: 'errored', source: script('for (;;) Array.from({ length: 1e5 }, (_, n) => n).sort(() => (n) => -1);') },
    { name: 'a promise that never settles', verdict: 'errored', error: /never comes/, source: script('await new Promise(() => {});') },
    // Memory and depth.
    { name: 'arrays without end', verdict: 'errored', source: script('const all = []; for (;;) all.push(new Array(1000).fill(all));') },
    { name: 'strings that double', verdict: 'errored', source: script('let s = "x"; const all = []; for (;;) all.push((s += s) + all.length);') },
    { name: 'array buffers without end', verdict: 'errored', source: script('const all = []; for (;;) all.push(new ArrayBuffer(2 ** 22));') },
    { name: 'one huge array buffer', verdict: 'errored', source: script('return { passed: new ArrayBuffer(2 ** 31 - 1).byteLength > 0 };') },
    { name: 'closures without end', verdict: 'errored', source: script('let f = () => 0; for (;;) { const g = f; f = () => g() + 1; }') },
    { name: 'an array of 4 billion', verdict: 'errored', source: script('return { passed: true, details: new Array(2 ** 32 - 1).fill("x").join() };') },
    { name: 'a memory bomb that catches', verdict: 'errored', source: script('const all = []; for (;;) { try { for (;;) all.push("x".repeat(1e6) + all.length); } catch {} }') },
    { name: 'deep recursion', verdict: 'errored', error: /deep/, source: script('const f = () => f() + 1; return { score: f() };') },
    { name: 'deep recursion through native code', verdict: 'errored', source: script('const f = () => [1].map(f).concat([2].map(f)); f();') },
    { name: 'deep JSON', verdict: 'errored', source: script('return JSON.parse("[".repeat(3e6));') },
    { name: '100 kB of brackets', verdict: 'errored', source: '('.repeat(50_000) + ')'.repeat(50_000) },
    { name: '100 kB of nested lists', verdict: 'errored', source: `export default () => ${'['.repeat(50_000)}${']'.repeat(50_000)};` },
    { name: 'brackets in eval', verdict: 'errored', source: script('eval("(".repeat(1e5));') },
    { name: 'a regular expression of 100 kB', verdict: 'errored or harmless', source: script(`new RegExp("(".repeat(5e4) + ")".repeat(5e4)); return ${good};`) },
    // Ways out.
    { name: 'an import of fs', verdict: 'errored', error: /import/, source: `import fs from 'node:fs';\nexport default () => ({ passed: fs.readFileSync(${JSON.stringify(canary)}, 'utf8') });` },
    { name: 'a dynamic import', verdict: 'errored', error: /import/, source: script('return { details: String((await import("node:child_process")).execSync("env")), passed: true };') },
    { name: 'an import of a data address', verdict: 'errored', source: script('return { details: await import("data:text/javascript,export default 1"), passed: true };') },
    { name: 'require', verdict: 'errored', error: /require/, source: script(`return { passed: true, details: require('fs').readFileSync(${JSON.stringify(canary)}, 'utf8') };`) },
    { name: 'the process', verdict: 'errored', error: /process/, source: script('return { passed: true, details: JSON.stringify(process.env) };') },
    { name: 'the constructor of the constructor', verdict: 'errored', source: script('return { passed: true, details: JSON.stringify(globalThis.constructor.constructor("return process.env")()) };') },
    { name: 'constructors of what the host gave', verdict: 'errored', source: script('const F = context.read.constructor; return { passed: true, details: String(F("return this.process ?? process")().env.SANDBOX_CANARY) };') },
    { name: 'a walk through all that can be reached', verdict: 'passed', source: script('const seen = new Set(); const walk = (o) => { if ((typeof o !== "object" && typeof o !== "function") || o === null || seen.has(o)) return; seen.add(o); for (const k of Reflect.ownKeys(o)) { try { walk(o[k]); } catch {} } walk(Object.getPrototypeOf(o)); }; walk(globalThis); walk(context); return { passed: ![...seen].some((o) => { try { return typeof o.env === "object" || typeof o.binding === "function"; } catch { return false; } }), details: String(seen.size) };') },
    { name: 'the caller of the caller', verdict: 'errored', source: script('const f = function () { return f.caller.caller.arguments; }; return { details: String(f()), passed: true };') },
    { name: 'a stack with frames of the host', verdict: 'passed', source: script('Error.prepareStackTrace = (_, frames) => frames; const { stack } = new Error("x"); return { passed: typeof stack === "string" && !stack.includes("/") };') },
    { name: 'a call to the network', verdict: 'errored', source: script(`await fetch('http://127.0.0.1:${port}/'); return ${good};`) },
    { name: 'a socket', verdict: 'errored', source: script(`new WebSocket('ws://127.0.0.1:${port}/'); return ${good};`) },
    { name: 'WebAssembly', verdict: 'errored', error: /WebAssembly/, source: script('return { passed: Boolean(new WebAssembly.Memory({ initial: 1 })) };') },
    { name: 'a wait on shared memory', verdict: 'errored', source: script('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); return { passed: true };') },
    { name: 'a timer', verdict: 'errored', error: /setTimeout/, source: script(`await new Promise((resolve) => setTimeout(resolve, 1)); return ${good};`) },
    { name: 'a clock', verdict: 'passed', source: script('const start = Date.now(); for (let n = 0; n < 1e5; n++); return { passed: Date.now() === start && +new Date() === start && typeof performance === "undefined" };') },
    { name: 'weak references and finalizers', verdict: 'passed', source: script('const registry = new FinalizationRegistry(() => { for (;;); }); for (let n = 0; n < 1000; n++) registry.register({}, n); return { passed: new WeakRef({ a: 1 }).deref() !== null };') },
    // The one function of the host.
    { name: 'a read above the tree', verdict: 'errored', error: /top of the tree/, source: script('return { passed: true, details: await context.read("../canary.txt") };') },
    { name: 'a read above the tree, from within', verdict: 'errored', error: /top of the tree/, source: script('return { passed: true, details: await context.read("src/../../canary.txt") };') },
    { name: 'a read with backslashes', verdict: 'errored', error: /top of the tree/, source: script('return { passed: true, details: await context.read("src\\\\..\\\\..\\\\canary.txt") };') },
    { name: 'an absolute read', verdict: 'errored', error: /top of the tree/, source: script(`return { passed: true, details: await context.read(${JSON.stringify(canary)}) };`) },
    { name: 'a read with a NUL', verdict: 'errored', error: /characters that no name has/, source: script('return { passed: true, details: await context.read("src/app.js\\0/../../../canary.txt") };') },
    { name: 'a read with half a character', verdict: 'errored', source: script('return { passed: true, details: await context.read("src/\\ud800") };') },
    { name: 'a read of an object', verdict: 'errored', error: /must be text/, source: script('return { passed: true, details: await context.read({ toString: () => "../canary.txt", length: 1 }) };') },
    { name: 'a read of a name that changes', verdict: 'errored', error: /must be text/, source: script('let n = 0; return { passed: true, details: await context.read({ [Symbol.toPrimitive]: () => (n++ ? "../canary.txt" : "src/app.js") }) };') },
    { name: 'a read of a huge name', verdict: 'errored', error: /characters, and may have/, source: script('return { passed: true, details: await context.read("a/".repeat(1e6)) };') },
    { name: 'a million reads', verdict: 'errored', source: script('await Promise.all(Array.from({ length: 1e6 }, () => context.read("src/app.js"))); return { passed: true };') },
    { name: 'reads one after the other, for ever', verdict: 'errored', source: script('for (;;) await context.read("src/app.js");') },
    { name: 'a read with a false this', verdict: 'passed', source: script('const read = context.read; const text = await Reflect.apply(read, null, ["src/app.js"]); return { passed: text.includes("app") };') },
    { name: 'functions of the host found through changed built-ins', verdict: 'passed', source: script('const found = []; const call = Function.prototype.call; Function.prototype.call = function (...all) { found.push(this); return Reflect.apply(call, this, all); }; await context.read("src/app.js"); return { passed: found.every((f) => typeof f === "function") };') },
    { name: 'a flood of the console', verdict: 'errored', error: /did not end/, source: script('for (;;) console.log("x".repeat(10000));') },
    { name: 'a console line that cannot be shown', verdict: 'passed', source: script('console.log({ toJSON() { throw new Error("no"); } }, Symbol("s"), new Proxy({}, { get() { throw new Error("no"); } }), null, undefined); return { passed: true };') },
    { name: 'a frozen world', verdict: 'errored or harmless', source: script('for (const name of Object.getOwnPropertyNames(globalThis)) { try { Object.freeze(globalThis[name]); Object.freeze(globalThis[name].prototype); } catch {} } Object.freeze(globalThis); return { passed: true };') },
    { name: 'promises that are replaced', verdict: 'errored or harmless', source: script('Promise.prototype.then = function () { return { then() {} }; }; globalThis.Promise = class {}; JSON.stringify = () => "[]"; return { passed: true };') },
  ];
}
