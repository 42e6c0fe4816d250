import type { InitSqlJsStatic, SqlJsStatic } from 'sql.js';
import type { FileCalls, NodeFiles } from './nodeFiles';
import { fileImportNames, releaseImports } from './sqlImports';
import { instantiate, memoryOf } from './wasm';
import type { WasmImports, WasmInstance, WasmModule } from './wasm';

type InstantiateWasm = (imports: WasmImports, done: (instance: WasmInstance) => void) => object;

/**
 * Starts sql.js (release build, `wasm` is its compiled module) with its file calls answered by `files`.
 *
 * sql.js makes one instance per loaded copy of its script and gives it to every caller: one database a thread.
 */
export async function loadSqlJs(initSqlJs: InitSqlJsStatic, wasm: WasmModule, files: NodeFiles): Promise<SqlJsStatic> {
  const instantiateWasm: InstantiateWasm = (imports, done) => {
    const [space, glue] = Object.entries(imports)[0] ?? [];
    if (space === undefined || glue === undefined) throw new Error('sql.js passes no imports');
    const original = Object.fromEntries(fileImportNames.map((name) => [name, glue[releaseImports[name]]])) as FileCalls;
    const ours = files.calls(original);
    const patched = { ...glue, ...Object.fromEntries(fileImportNames.map((name) => [releaseImports[name], ours[name]])) };
    const instance = instantiate(wasm, { [space]: patched });
    files.attach(memoryOf(instance));
    done(instance);
    return {};
  };
  return initSqlJs({ instantiateWasm } as Parameters<InitSqlJsStatic>[0]);
}
