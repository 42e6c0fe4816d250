import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';
import type { AnalysisJob } from '../../../../src/evaluation/analysis/analyser';
import type { LintSource } from '../../../../src/evaluation/analysis/analysisProtocol';
import { analysisAssets, testAnalyser } from '../../../support/analysisAssets';
import { temporaryDirectory } from '../../../support/temporary';

const source = (file: string, text: string): LintSource => ({ file, text, sourceTypes: ['module'] });
/** Takes a linter many seconds. */
const endless = source('src/endless.js', 'value = other ? value : [other];\n'.repeat(150_000));

function lintJob(sources: AnalysisJob<'lint'>['sources'], more: Partial<AnalysisJob<'lint'>> = {}): AnalysisJob<'lint'> {
  return { kind: 'lint', options: { allowInlineConfig: true }, sources, timeoutMs: 20_000, signal: new AbortController().signal, ...more };
}

it('ends a job at its deadline, says what it was looking at, and does the next one', async () => {
  const analyser = testAnalyser();
  const started = performance.now();
  let longestGapMs = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longestGapMs = Math.max(longestGapMs, performance.now() - last);
    last = performance.now();
  }, 5);
  const result = await analyser.run(lintJob([source('src/a.js', 'export const a = 1;'), endless], { timeoutMs: 700 }));
  clearInterval(beat);
  expect(result).toEqual({ ok: false, reason: 'timeout', message: 'it did not end in time', file: 'src/endless.js' });
  expect(performance.now() - started).toBeLessThan(2_000);
  // The caller's thread went on: a linter in it would have stood still for the whole time.
  expect(longestGapMs).toBeLessThan(400);
  expect(await analyser.run(lintJob([source('src/a.js', 'debugger;')]))).toMatchObject({ ok: true, results: [{ file: 'src/a.js', messages: [{ ruleId: 'no-debugger' }] }] });
});

it('does several jobs at once, one of which does not hold up the others', async () => {
  const analyser = testAnalyser();
  const [hung, done] = await Promise.all([
    analyser.run(lintJob([endless], { timeoutMs: 3_000 })).then((result) => ({ result, at: performance.now() })),
    analyser.run(lintJob([source('a.js', 'debugger;')])).then((result) => ({ result, at: performance.now() })),
  ]);
  expect(hung.result.ok).toBe(false);
  expect(done.result).toMatchObject({ ok: true });
  expect(done.at).toBeLessThan(hung.at);
});

it('stops when it is told to, while its worker works', async () => {
  const analyser = testAnalyser();
  const controller = new AbortController();
  const stopped = { code: 'stopped' };
  async function* sources(): AsyncGenerator<LintSource> {
    yield endless;
    // The first part goes to the worker when this one is there.
    setImmediate(() => { controller.abort(); });
    yield endless;
    await Promise.resolve();
  }
  await expect(analyser.run(lintJob(sources(), { signal: controller.signal, timeoutMs: 60_000 }))).rejects.toMatchObject(stopped);
  await expect(analyser.run(lintJob([], { signal: controller.signal }))).rejects.toMatchObject(stopped);
  expect(await analyser.run(lintJob([]))).toEqual({ ok: true, results: [] });
});

it('takes any number of files in parts, and starts anew after it was idle', async () => {
  const analyser = testAnalyser({ idleMs: 1 });
  const sources = Array.from({ length: 30 }, (_source, n) => source(`a${n}.js`, `${'// filler\n'.repeat(20_000)}debugger;`));
  for (let round = 0; round < 2; round++) {
    const result = await analyser.run(lintJob(sources));
    expect(result.ok && result.results.map(({ file, messages }) => [file, messages.map(({ ruleId }) => ruleId)])).toEqual(sources.map(({ file }) => [file, ['no-debugger']]));
  }
});

it('tells as data that its worker is missing, broken, out of memory or gone', async () => {
  const folder = temporaryDirectory();
  expect(await testAnalyser({ assetsDirectory: folder }).run(lintJob([]))).toMatchObject({ ok: false, reason: 'broken', message: expect.stringContaining('Cannot find module') as string });
  const programs = ['throw new Error("bad start");', 'process.exit(3);', 'require("node:worker_threads").parentPort.on("message", () => { throw new Error("bad answer"); });', 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));'];
  const messages = ['bad start', 'the worker ended with 3', 'bad answer', 'Worker terminated due to reaching memory limit: JS heap out of memory'];
  for (const [at, program] of programs.entries()) {
    writeFileSync(path.join(folder, 'evalAnalysisWorker.js'), program);
    expect(await testAnalyser({ assetsDirectory: folder }).run(lintJob([]))).toEqual({ ok: false, reason: 'broken', message: messages[at] });
  }
  const ended = testAnalyser();
  ended.dispose();
  expect(await ended.run(lintJob([]))).toMatchObject({ ok: false, reason: 'broken' });
});

it('does not keep a process alive', () => {
  const program = path.join(temporaryDirectory(), 'program.js');
  const root = path.resolve(import.meta.dirname, '../../../..');
  const contents = `import { createAnalyser } from './src/evaluation/analysis/analyser';
    createAnalyser({ assetsDirectory: ${JSON.stringify(analysisAssets())} })
      .run({ kind: 'lint', options: { allowInlineConfig: true }, sources: [{ file: 'a.js', text: 'debugger;', sourceTypes: ['module'] }], timeoutMs: 10000, signal: new AbortController().signal })
      .then((result) => console.log(result.results.length));`;
  buildSync({ stdin: { contents, resolveDir: root, loader: 'ts' }, outfile: program, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  const { stdout, signal } = spawnSync(process.execPath, [program], { encoding: 'utf8', timeout: 15_000 });
  expect([stdout.trim(), signal]).toEqual(['1', null]);
});
