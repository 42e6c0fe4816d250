import quickjsVariant from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSContext, type QuickJSHandle } from 'quickjs-emscripten-core';
import { sandboxPrelude } from './sandboxPrelude';
import { sandboxLimits } from './sandboxProtocol';

const pageBytes = 64 * 1024;
/**
 * Whatever is counted wrongly inside: there is no more. It has that size from the start, of which only what is used is taken from the machine,
 * because quickjs-emscripten keeps views of the memory that are void once it has grown.
 */
const pages = (2 * sandboxLimits.memoryBytes) / pageBytes;

/** The little of `WebAssembly` that is used here; the type library without DOM leaves it out. */
type VariantOptions = Required<Pick<Parameters<typeof newVariant>[1], 'wasmModule' | 'wasmMemory'>>;
const { Memory } = (globalThis as unknown as { readonly WebAssembly: { readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => VariantOptions['wasmMemory'] } }).WebAssembly;

/** What the program may ask of the host: both are called with whatever it likes. */
export interface MachineHost {
  ask(kind: QuickJSHandle, name: QuickJSHandle): QuickJSHandle;
  log(line: QuickJSHandle): void;
}

const preludeFunctions = ['define', 'call', 'settle', 'toJson', 'describe'] as const;

/** An engine for one program. */
export interface Machine {
  readonly context: QuickJSContext;
  readonly prelude: Readonly<Record<(typeof preludeFunctions)[number], QuickJSHandle>>;
  /** True ends the program. */
  setInterrupt(isOver: () => boolean): void;
  setTime(epochMs: number): void;
}

/** What ends the engine is thrown, and need not be printed to the log of the editor as well. */
const silent: object = { print: () => undefined, printErr: () => undefined };

/**
 * Takes the clock of the whole thread: the engine asks it for the time, the time zone and the first random number, and the thread has no other
 * use for it. So all programs see the same random numbers, the time zone is UTC, and the time stands still.
 */
export async function createMachine(module: unknown, host: (context: QuickJSContext) => MachineHost): Promise<Machine> {
  let time = 0;
  Date.now = () => time;
  Date.prototype.getTimezoneOffset = () => 0;
  const memory = new Memory({ initial: pages, maximum: pages });
  const engine = await newQuickJSWASMModuleFromVariant(newVariant(quickjsVariant, { wasmModule: module as VariantOptions['wasmModule'], wasmMemory: memory, emscriptenModule: silent }));
  const runtime = engine.newRuntime({ memoryLimitBytes: sandboxLimits.memoryBytes, maxStackSizeBytes: sandboxLimits.stackBytes });
  runtime.setModuleLoader(
    (name) => ({ error: new Error(`nothing can be imported here, and "${name.slice(0, 100)}" is`) }),
    (_from, name) => name,
  );
  const context = runtime.newContext();
  const { ask, log } = host(context);
  const functions = [context.newFunction('ask', ask), context.newFunction('log', log)];
  const prelude = context.unwrapResult(context.callFunction(context.unwrapResult(context.evalCode(sandboxPrelude, 'prelude')), context.undefined, functions));
  return {
    context,
    prelude: Object.fromEntries(preludeFunctions.map((name) => [name, context.getProp(prelude, name)])) as Machine['prelude'],
    setInterrupt: (isOver) => { runtime.setInterruptHandler(isOver); },
    setTime: (epochMs) => { time = epochMs; },
  };
}
