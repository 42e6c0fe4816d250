/** The little of `WebAssembly` that is used here; the type library without DOM leaves it out. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export type WasmModule = object;
export type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: WasmImports) => WasmInstance;
  readonly Memory: new (limits: { initial: number }) => WasmMemory;
}

const api = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;

export function compileWasm(bytes: Uint8Array): WasmModule {
  return new api.Module(bytes);
}

export function instantiate(module: WasmModule, imports: WasmImports): WasmInstance {
  return new api.Instance(module, imports);
}

export function memoryOf(instance: WasmInstance): WasmMemory {
  const memory = Object.values(instance.exports).find((value) => value instanceof api.Memory);
  if (memory === undefined) throw new Error('the SQLite module exports no memory');
  return memory as WasmMemory;
}
