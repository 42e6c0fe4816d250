import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { asNumber, asObject, parseObject } from '../../../../src/base/jsonShape';
import { createCoverageEvaluator } from '../../../../src/evaluation/builtin/coverage';
import { createTestsEvaluator } from '../../../../src/evaluation/builtin/tests';
import type { MeasuredRun } from '../../../../src/evaluation/tests/measuredRun';
import { SharedRuns } from '../../../../src/evaluation/tests/testRuns';
import { evaluate, evaluationInput, evaluatorContext, processTool, type TreeContent } from '../../../support/evalHarness';
import { vitestLibrary } from '../../../support/evalProjects';

const evaluator = createCoverageEvaluator({ runs: new SharedRuns() });
const packages = ['vitest', '@vitest/coverage-v8'];

describe('coverage by vitest', () => {
  it('is what vitest says of it, run by hand', async () => {
    const content = vitestLibrary({ modules: 12 });
    const { directory } = await (await evaluationInput({ head: content, packages })).head.layOut();
    spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--coverage.enabled', '--coverage.reporter=json-summary', '--coverage.reportsDirectory=out'], { cwd: directory, env: { PATH: process.env['PATH'] ?? '', HOME: directory, CI: '1' } });
    const total = asObject(parseObject(readFileSync(path.join(directory, 'out/coverage-summary.json'), 'utf8'))?.['total']);
    const percent = (what: string): number | undefined => asNumber(asObject(total?.[what])?.['pct']);
    const outcome = await evaluate(evaluator, { head: content, packages });
    expect(outcome.metrics).toMatchObject({ lines: percent('lines'), branches: percent('branches'), functions: percent('functions'), changedCoverable: 0 });
    expect(outcome).toMatchObject({ verdict: 'passed', score: 75, isolation: 'process', metrics: { lines: 75, branches: 50, functions: 100 } });
    expect(outcome.coverage).toHaveLength(12);
    expect(outcome.coverage?.[0]?.lines.find(([line]) => line === 3)).toEqual([3, 0]);
  }, 60_000);

  it('points at changed lines that no test runs, and holds them against a threshold', async () => {
    const base = vitestLibrary({ modules: 2 });
    const head = { ...base, 'src/module0.ts': `${String(base['src/module0.ts'])}\nexport function far(value: number): number {\n  const twice = value * 2;\n\n  return twice;\n}\n`, 'src/module1.ts': String(base['src/module1.ts']).replace('return value *', 'return 1 * value *') };
    const outcome = await evaluate(evaluator, { base, head, packages, config: { options: { minChangedLines: 80, minLines: 10 } } });
    expect(outcome).toMatchObject({ verdict: 'failed', metrics: { changedCoverable: 3, changedCovered: 1, changedLines: 33.33 } });
    expect(outcome.issues).toEqual([
      { ruleId: 'coverage-below', message: 'Tests run 33.33 % of changed lines; 80 % are asked for.', severity: 'error' },
      { ruleId: 'uncovered-change', message: 'No test runs these 3 changed lines.', severity: 'info', file: 'src/module0.ts', range: { startLine: 13, startColumn: 1, endLine: 16, endColumn: 1 } },
    ]);
  }, 60_000);

  it('takes the run of the tests where both want one', async () => {
    const runs = new SharedRuns<MeasuredRun>();
    const [tests, coverage] = [createTestsEvaluator({ runs }), createCoverageEvaluator({ runs })];
    let started = 0;
    const context = await evaluatorContext(tests, { head: vitestLibrary({ modules: 2 }), packages, config: { options: { coverage: true, compare: false } }, context: { runTool: (request) => { started++; return processTool(60_000)(request); } } });
    const outcomes = await Promise.all([tests.evaluate(context), coverage.evaluate({ ...context, config: { name: 'coverage', options: { shared: true } } })]);
    expect(outcomes).toMatchObject([{ verdict: 'passed', metrics: { passed: 6 } }, { verdict: 'passed', score: 75 }]);
    expect(started).toBe(1);
    await tests.evaluate(context);
    expect(started).toBe(2);
  }, 60_000);

  it('is errored where nothing measures it', async () => {
    const head = { 'package.json': JSON.stringify({ scripts: { test: 'mocha' } }), 'test/a.js': "it('is', () => {});\n" };
    expect(await evaluate(evaluator, { head, packages: ['mocha'] })).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('neither c8 nor nyc is installed') as string });
    expect(await evaluate(evaluator, { head: { 'a.txt': '' } })).toMatchObject({ verdict: 'unscored', score: null });
  }, 60_000);
});

describe('other reports', () => {
  const source = 'export const sum = (a, b) => {\n  if (a === undefined) {\n    return b;\n  }\n  return a + b;\n};\n';

  it('lcov of node:test', async () => {
    const head = { 'package.json': JSON.stringify({ type: 'module', scripts: { test: 'node --test' } }), 'sum.js': source, 'test/sum.test.js': "import assert from 'node:assert';\nimport test from 'node:test';\nimport { sum } from '../sum.js';\ntest('adds', () => assert.equal(sum(1, 2), 3));\n" };
    const outcome = await evaluate(evaluator, { head });
    expect(outcome.coverage?.find(({ file }) => file === 'sum.js')?.lines).toEqual([[1, 1], [2, 1], [3, 0], [4, 0], [5, 1], [6, 1]]);
  });

  it.each([
    ['lcov', 'SF:sum.js\nFNF:1\nFNH:1\nDA:1,1\nDA:2,0\nBRF:2\nBRH:1\nend_of_record\n'],
    ['cobertura', '<?xml version="1.0"?><coverage><sources><source>.</source></sources><packages><package><classes><class filename="sum.js"><methods><method name="sum"><lines><line number="1" hits="1"/></lines></method></methods><lines><line number="1" hits="1" branch="true" condition-coverage="50% (1/2)"/><line number="2" hits="0"/></lines></class></classes></package></packages></coverage>'],
  ])('%s of a command', async (_format, report) => {
    const head: TreeContent = { 'sum.js': source, 'report.txt': 'SF:stale', 'write.mjs': `import { writeFileSync } from 'node:fs';\nwriteFileSync('report.txt', ${JSON.stringify(report)});\n` };
    const outcome = await evaluate(evaluator, { head, config: { options: { command: ['node', 'write.mjs'], report: 'report.txt' } } });
    expect(outcome).toMatchObject({ verdict: 'passed', score: 50, metrics: { lines: 50, branches: 50, functions: 100 }, coverage: [{ file: 'sum.js', lines: [[1, 1], [2, 0]] }] });
    expect(await evaluate(evaluator, { head, config: { options: { command: ['node', '--version'], report: 'report.txt' } } })).toMatchObject({ verdict: 'errored', error: 'The tests ran, and no coverage was reported.' });
  });

  it.each([['no report', 'nothing'], ['half an lcov', 'SF:sum.js\nDA:1,1\n'], ['half a cobertura', '<coverage><packages>'], ['JSON of another kind', '{"a":1}']])('%s is errored', async (_what, report) => {
    const head = { 'sum.js': source, 'write.mjs': `import { writeFileSync } from 'node:fs';\nwriteFileSync('report.txt', ${JSON.stringify(report)});\n` };
    expect(await evaluate(evaluator, { head, config: { options: { command: ['node', 'write.mjs'], report: 'report.txt' } } })).toMatchObject({ verdict: 'errored', score: null });
  });
});
