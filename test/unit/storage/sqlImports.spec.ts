import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { fileImportNames, releaseImports, releaseWasmSha256 } from '../../../src/storage/sqlImports';

const require = createRequire(import.meta.url);

test('the release build of sql.js is the one whose import names are known', () => {
  expect(createHash('sha256').update(readFileSync(require.resolve('sql.js/dist/sql-wasm.wasm'))).digest('hex')).toBe(releaseWasmSha256);
});

/** What one build has and the other has not. */
const onlyDebug = ['__handle_stack_overflow', 'clock_time_get'];
const onlyReleaseAfter = new Map([
  ['_abort_js', '_emscripten_runtime_keepalive_clear'],
  ['_munmap_js', '_setitimer_js'],
  ['fd_write', 'proc_exit'],
]);

test('the names follow from the debug build: both list their calls in the same order, with the same signatures', async () => {
  const debug = await importsOf('sql-wasm-debug');
  const release = await importsOf('sql-wasm');
  const names = debug.order.filter((name) => !onlyDebug.includes(name)).flatMap((name) => [name, onlyReleaseAfter.get(name) ?? []].flat());
  expect(release.order).toHaveLength(names.length);
  const derived = new Map(names.map((name, index) => [name, release.order[index] ?? '']));
  for (const [name, letter] of derived) {
    if (debug.signatures.has(name)) expect([name, release.signatures.get(letter)]).toEqual([name, debug.signatures.get(name)]);
  }
  expect(Object.fromEntries(fileImportNames.map((name) => [name, derived.get(name)]))).toEqual(releaseImports);
});

async function importsOf(build: string): Promise<{ readonly order: readonly string[]; readonly signatures: ReadonlyMap<string, string> }> {
  const script = require.resolve(`sql.js/dist/${build}.js`);
  const init = require(script) as (options: object) => Promise<unknown>;
  const order = await new Promise<string[]>((resolve) => {
    void init({ instantiateWasm: (imports: Record<string, Record<string, unknown>>) => (resolve(Object.keys(Object.values(imports)[0] ?? {})), {}) });
  });
  return { order, signatures: signaturesOf(readFileSync(script.replace(/js$/, 'wasm'))) };
}

/** Name → type of every imported function, from the type and import sections of a WebAssembly module. */
function signaturesOf(bytes: Buffer): Map<string, string> {
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  const text = (length: number): string => bytes.toString('latin1', at, (at += length));
  const types: string[] = [];
  const signatures = new Map<string, string>();
  while (at < bytes.length) {
    const [section, size] = [number(), number()];
    const end = at + size;
    if (section === 1) {
      for (let left = number(); left > 0; left--) {
        at++;
        const parameters = text(number());
        types.push(`${parameters}>${text(number())}`);
      }
    } else if (section === 2) {
      for (let left = number(); left > 0; left--) {
        text(number());
        const name = text(number());
        if (number() !== 0) throw new Error('only functions are imported');
        signatures.set(name, types[number()] ?? '');
      }
    }
    at = end;
  }
  return signatures;
}
