import { cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { createSandbox, type Sandbox, type SandboxRequest, type SandboxResult } from '../../../../src/evaluation/sandbox/sandbox';
import { sandboxLimits } from '../../../../src/evaluation/sandbox/sandboxProtocol';
import { testAssetsDirectory } from '../../../support/buildAssets';
import { expectCode } from '../../../support/expectCode';
import { temporaryDirectory } from '../../../support/temporary';
import { waitFor } from '../../../support/waitFor';

function sandboxOf(assetsDirectory = testAssetsDirectory): Sandbox {
  const sandbox = createSandbox({ assetsDirectory });
  onTestFinished(() => { sandbox.dispose(); });
  return sandbox;
}

function run(sandbox: Sandbox, source: string, more: Partial<SandboxRequest> = {}): Promise<SandboxResult> {
  return sandbox.run({ source, language: 'either', kind: 'function', data: {}, deadlineMs: 5000, ...more });
}

it('calls the function that a program gives, in every way to give one', async () => {
  const sandbox = sandboxOf();
  const programs = [
    'export default async ({ n }) => ({ n: n + 1 });',
    'export default function ({ n }) { return { n: n + 1 }; }',
    'const f = ({ n }) => ({ n: n + 1 });\nexport { f as default };',
    'async ({ n }) => ({ n: n + 1 })',
    'async ({ n }) => ({ n: n + 1 });\n',
    'async function ({ n }) { return { n: n + 1 }; }',
    'module.exports = ({ n }) => ({ n: n + 1 });',
    'const add = (n) => n + 1;\nmodule.exports = ({ n }) => ({ n: add(n) });',
    'module.exports = { default: ({ n }) => ({ n: n + 1 }) };',
    'exports.default = ({ n }) => ({ n: n + 1 });',
    'async ({ n }: { n: number }): Promise<{ n: number }> => ({ n: n + 1 })',
    'import type { Context } from "./context";\ninterface Given { n: number }\nenum Step { One = 1 }\nexport default async (given: Given & Context) => ({ n: given.n + Step.One }) satisfies { n: number };',
    'const one = await Promise.resolve(1);\nexport default ({ n }) => ({ n: n + one });',
  ];
  for (const source of programs) expect({ source, ...(await run(sandbox, source, { data: { n: 1 } })) }).toMatchObject({ source, ok: true, value: { n: 2 } });
});

it('gives the value of an expression, whose variables are the data', async () => {
  const sandbox = sandboxOf();
  const value = async (source: string): Promise<unknown> => {
    const result = await run(sandbox, source, { kind: 'expression', data: { nodes: { build: { score: 81 } }, list: [3, 1, 2] } });
    return result.ok ? result.value : result.problem.reason;
  };
  expect(await value('nodes.build.score > 80 && list.length === 3')).toBe(true);
  expect(await value('list.toSorted().join("-");')).toBe('1-2-3');
  expect(await value('// why\n({ a: list[0] })')).toEqual({ a: 3 });
  expect(await value('missing')).toBe('thrown');
  expect(await value('list.')).toBe('syntax');
  expect(await value('const a = 1')).toBe('syntax');
  expect(await value('undefined')).toBeUndefined();
});

it('leaves data as it is, whatever is in it', async () => {
  const sandbox = sandboxOf();
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }).filter((name) => name !== '__proto__'), fc.jsonValue({ maxDepth: 4 })), async (data) => {
      const result = await run(sandbox, '(data) => data', { data: { given: data } });
      expect(result).toMatchObject({ ok: true });
      expect(result.ok && result.value).toEqual({ given: JSON.parse(JSON.stringify(data)) });
    }),
    { numRuns: 25 },
  );
});

it.each([
  ['a syntax error', 'const a = 1;\nexport default () => {\n  return a +;\n};', { reason: 'syntax', line: 3, column: 13 }],
  ['a syntax error in TypeScript', 'interface A { a: string }\nexport default (a: A => a;', { reason: 'syntax' }],
  ['what it throws', 'export default () => {\n  const o = {};\n  return o.a.b;\n};', { reason: 'thrown', line: 3, message: "TypeError: cannot read property 'b' of undefined" }],
  ['what it throws later', 'export default async () => {\n  await null;\n  throw new Error("no");\n};', { reason: 'thrown', line: 3, message: 'no' }],
  ['what TypeScript throws', 'interface A {\n  a: number;\n}\nexport default (a: A) => {\n  throw new RangeError("far");\n};', { reason: 'thrown', line: 5, message: 'RangeError: far' }],
  ['what its top level throws', '\n\nthrow new Error("top");\nexport default () => 1;', { reason: 'thrown', line: 3, message: 'top' }],
  ['what no error is', 'export default () => { throw "text"; };', { reason: 'thrown', message: 'text' }],
  ['no function', 'export const a = 1;', { reason: 'thrown', message: 'it exports no function: write "export default async (context) => ({ … })"' }],
  ['an empty program', '', { reason: 'thrown' }],
  ['an import', "import { a } from './a.js';\nexport default () => a;", { reason: 'thrown', message: 'nothing can be imported here, and "./a.js" is' }],
  ['a wait at its top level', 'await new Promise(() => {});\nexport default () => 1;', { reason: 'unsettled' }],
])('says where and why: %s', async (_name, source, problem) => {
  expect(await run(sandboxOf(), source)).toMatchObject({ ok: false, problem });
});

it('says in which line it was at the deadline, also of an expression', async () => {
  const sandbox = sandboxOf();
  expect(await run(sandbox, 'const spin = () => {\n  for (;;);\n};\nexport default async () => {\n  spin();\n};', { deadlineMs: 100 })).toMatchObject({ ok: false, problem: { reason: 'deadline', line: 1 } });
  await sandbox.prepare();
  const started = performance.now();
  expect(await run(sandbox, '(() => { for (;;); })()', { kind: 'expression', deadlineMs: 50 })).toMatchObject({ ok: false, problem: { reason: 'deadline', message: 'it did not end within 50 ms' } });
  expect(performance.now() - started).toBeLessThan(250);
});

it('has no clock and no chance: every run is the same, in UTC', async () => {
  const sandbox = sandboxOf();
  const source = '() => [Date.now(), new Date().toISOString(), new Date(2020, 0, 1).getTime(), new Date().getTimezoneOffset(), Math.random(), Math.random()]';
  const [first, second, later] = [await run(sandbox, source, { now: 1_700_000_000_000 }), await run(sandbox, source, { now: 1_700_000_000_000 }), await run(sandbox, source, { now: 1_700_000_000_001 })];
  expect(first).toEqual(second);
  expect(first).toMatchObject({ value: [1_700_000_000_000, '2023-11-14T22:13:20.000Z', 1_577_836_800_000, 0, expect.any(Number), expect.any(Number)] });
  const [firstValues, laterValues] = [first, later].map((result) => (result.ok ? (result.value as unknown[]) : []));
  expect(laterValues?.[0]).toBe(1_700_000_000_001);
  expect(laterValues?.slice(2)).toEqual(firstValues?.slice(2));
});

it('reads what the host gives, a few files at a time, and nothing that is no text', async () => {
  const sandbox = sandboxOf();
  let atOnce = 0;
  let most = 0;
  const content: Record<string, Buffer> = { 'a.txt': Buffer.from('\ufeffäöü'), 'b.bin': Buffer.from([1, 0, 2]), 'empty': Buffer.alloc(0), 'big': Buffer.alloc(sandboxLimits.fileBytes + 1, 'x') };
  const files = {
    size: (file: string) => Promise.resolve(content[file]?.length),
    read: async (file: string) => {
      most = Math.max(most, ++atOnce);
      await waitFor('as many as may be asked for', () => most >= sandboxLimits.readsAtOnce);
      atOnce--;
      return content[file];
    },
    list: () => Promise.resolve(Object.keys(content)),
  };
  const source = 'async (context) => [await context.files(), ...(await Promise.all(["a.txt", "./a.txt", "b.bin", "empty", "big", "none", ...Array(50).fill("empty")].map(context.read)))].slice(0, 7)';
  expect(await run(sandbox, source, { files })).toMatchObject({ ok: true, value: [['a.txt', 'b.bin', 'empty', 'big'], 'äöü', 'äöü', null, '', null, null] });
  expect(most).toBe(sandboxLimits.readsAtOnce);
  expect(await run(sandbox, 'async (context) => context.read("a.txt")')).toMatchObject({ ok: false, problem: { message: 'there are no files to read' } });
  expect(await run(sandbox, '(context) => context.read("a.txt")', { files: { ...files, read: () => Promise.reject(new Error('git is gone')) } })).toMatchObject({ ok: false, problem: { message: 'git is gone' } });
});

it('lets a program use its memory while it asks for files', async () => {
  const files = { size: () => Promise.resolve(1), read: () => Promise.resolve(Buffer.from('x')), list: () => Promise.resolve([]) };
  const source = 'async (context) => { const all = await Promise.allSettled(Array.from({ length: 50_000 }, () => context.read("a"))); return all.filter(({ status }) => status === "fulfilled").length; }';
  expect(await run(sandboxOf(), source, { files, deadlineMs: 15_000 })).toMatchObject({ ok: true, value: 10_000 });
});

it('reads no more than 64 MiB and 10,000 files', async () => {
  const sandbox = sandboxOf();
  const files = { size: () => Promise.resolve(sandboxLimits.fileBytes), read: () => Promise.resolve(Buffer.alloc(sandboxLimits.fileBytes, 'x')), list: () => Promise.resolve([]) };
  expect(await run(sandbox, 'async (context) => { for (let n = 0; n < 32; n++) await context.read("x"); return "all"; }', { files, deadlineMs: 15_000 })).toMatchObject({ ok: true, value: 'all' });
  expect(await run(sandbox, 'async (context) => { for (let n = 0; n < 33; n++) await context.read("x"); }', { files, deadlineMs: 15_000 })).toMatchObject({ ok: false, problem: { message: 'more than 64 MiB of files were read' } });
  const none = { ...files, size: () => Promise.resolve(undefined) };
  expect(await run(sandbox, 'async (context) => { for (let n = 0; n < 10_001; n++) await context.read("x"); }', { files: none, deadlineMs: 15_000 })).toMatchObject({ ok: false, problem: { message: 'more than 10000 files were asked for' } });
});

it('tells what is printed while it runs, and counts what is too much', async () => {
  const sandbox = sandboxOf();
  const lines: string[] = [];
  let release: (() => void) | undefined;
  const files = { size: () => new Promise<undefined>((resolve) => { release = () => { resolve(undefined); }; }), read: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };
  const running = run(sandbox, 'async (context) => { console.log("one", { a: [1] }, 2n, undefined); await context.read("x"); console.error(new Error("two").message); }', { files, onConsole: (line) => lines.push(line) });
  await waitFor('the first line', () => lines.length > 0);
  expect(lines).toEqual(['one {"a":[1]} 2 undefined']);
  (await waitFor('the question', () => release))();
  expect(await running).toMatchObject({ ok: true, console: [lines[0], 'two'], moreConsole: 0 });
  const flood = await run(sandbox, '() => { for (let n = 0; n < 1500; n++) console.log("x".repeat(5000)); }');
  expect(flood).toMatchObject({ ok: true, moreConsole: 500 });
  expect(flood.console.length).toBe(sandboxLimits.consoleLines);
  expect(flood.console[0]?.length).toBe(sandboxLimits.consoleLineLength);
});

it('keeps so many entries of a list as it is asked to', async () => {
  expect(await run(sandboxOf(), '() => ({ a: Array.from({ length: 100_000 }, (_, n) => n), b: [1, 2] })', { listLimits: { a: 3, b: 3 } })).toMatchObject({ ok: true, value: { a: [0, 1, 2], b: [1, 2] }, leftOut: { a: 99_997 } });
});

it('shares nothing between runs', async () => {
  const sandbox = sandboxOf();
  await run(sandbox, '() => { globalThis.left = 1; Object.prototype.left = 1; }');
  expect(await run(sandbox, '() => String(globalThis.left)')).toMatchObject({ ok: true, value: 'undefined' });
});

it('stops when it is told to, before, while and after it starts', async () => {
  const sandbox = sandboxOf();
  await expectCode(run(sandbox, '() => 1', { signal: AbortSignal.abort() }), 'stopped');
  for (const isPrepared of [false, true]) {
    if (isPrepared) await sandbox.prepare();
    const stop = new AbortController();
    const running = run(sandbox, '() => { console.log("on"); for (;;); }', { signal: stop.signal, onConsole: () => { stop.abort(); } });
    await expectCode(running, 'stopped');
  }
  const early = new AbortController();
  const running = run(sandbox, '() => 1', { signal: early.signal });
  early.abort();
  await expectCode(running, 'stopped');
});

it('says what is wrong when it cannot run anything', async () => {
  const folder = temporaryDirectory();
  expect(await run(sandboxOf(folder), '() => 1')).toMatchObject({ ok: false, problem: { reason: 'broken', message: expect.stringContaining('quickjs.wasm') as string } });
  cpSync(path.join(testAssetsDirectory, 'quickjs.wasm'), path.join(folder, 'quickjs.wasm'));
  const sandbox = sandboxOf(folder);
  expect(await run(sandbox, '() => 1')).toMatchObject({ ok: false, problem: { reason: 'broken' } });
  writeFileSync(path.join(folder, 'evalSandboxWorker.js'), 'process.exit(3);');
  expect(await run(sandbox, '() => 1')).toMatchObject({ ok: false, problem: { reason: 'broken' } });
  rmSync(path.join(folder, 'evalSandboxWorker.js'));
  cpSync(path.join(testAssetsDirectory, 'evalSandboxWorker.js'), path.join(folder, 'evalSandboxWorker.js'));
  expect(await waitFor('a thread of the right program', async () => (await run(sandbox, '() => 1')).ok)).toBe(true);
  expect(await run(sandbox, `() => ${'1'.repeat(sandboxLimits.sourceLength)}`)).toMatchObject({ ok: false, problem: { message: 'it is too long' } });
  expect(await run(sandbox, '() => 1', { data: { text: 'x'.repeat(sandboxLimits.dataLength) } })).toMatchObject({ ok: false, problem: { reason: 'broken' } });
});

it('ends what runs when it is disposed of, and runs nothing afterwards', async () => {
  const sandbox = sandboxOf();
  let heard = false;
  const running = run(sandbox, '() => { console.log("on"); for (;;); }', { deadlineMs: 60_000, onConsole: () => { heard = true; } });
  await waitFor('the program', () => heard);
  sandbox.dispose();
  expect(await running).toMatchObject({ ok: false, problem: { reason: 'broken', message: 'the sandbox was ended' } });
  expect(await run(sandbox, '() => 1')).toMatchObject({ ok: false, problem: { reason: 'broken' } });
});

it('runs many at a time, each in its own thread', async () => {
  const sandbox = sandboxOf();
  const results = await Promise.all(Array.from({ length: 6 }, (_, n) => run(sandbox, '({ n }) => n * n', { data: { n }, deadlineMs: 10_000 })));
  expect(results.map((result) => result.ok && result.value)).toEqual([0, 1, 4, 9, 16, 25]);
});
