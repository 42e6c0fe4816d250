import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestsEvaluator } from '../../../../src/evaluation/builtin/tests';
import { SharedRuns } from '../../../../src/evaluation/tests/testRuns';
import { evaluate, evaluationInput, type TreeContent } from '../../../support/evalHarness';
import { nodeTestProject, pytestPackage, vitestLibrary } from '../../../support/evalProjects';

const evaluator = createTestsEvaluator({ runs: new SharedRuns() });
const size = { modules: 30, broken: [4, 17] };

/** What a tool prints when a person runs it in the project. */
async function byHand(content: TreeContent, argv: readonly [string, ...string[]], packages: readonly string[] = []): Promise<string> {
  const { directory } = await (await evaluationInput({ head: content, packages })).head.layOut();
  const { stdout, stderr } = spawnSync(argv[0], argv.slice(1), { cwd: directory, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: directory, NO_COLOR: '1', CI: '1', LC_ALL: 'C.UTF-8', ...(process.env['PYENV_ROOT'] !== undefined && { PYENV_ROOT: process.env['PYENV_ROOT'] }) } });
  return `${stdout}\n${stderr}`;
}

function count(output: string, pattern: RegExp): number {
  return Number(pattern.exec(output)?.[1] ?? 0);
}

describe('what tools count, run by hand', () => {
  it('equals what is counted of a TypeScript library with vitest', async () => {
    const content = vitestLibrary(size);
    const output = await byHand(content, [process.execPath, 'node_modules/vitest/vitest.mjs', 'run'], ['vitest']);
    const outcome = await evaluate(evaluator, { head: content, packages: ['vitest'], config: { options: { compare: false } } });
    expect(outcome).toMatchObject({ verdict: 'failed', isolation: 'process', metrics: { passed: count(output, /Tests .*?(\d+) passed/), failed: count(output, /Tests .*?(\d+) failed/), skipped: count(output, /Tests .*?(\d+) skipped/) } });
    expect(outcome).toMatchObject({ metrics: { passed: 88, failed: 2, skipped: 6 }, score: (100 * 88) / 90 });
    expect(outcome.issues).toMatchObject([
      { ruleId: 'test-failed', file: 'test/module17.test.ts', range: { startLine: 6, startColumn: 24 }, message: 'module 17 › scales: AssertionError: expected 38 to be 36 // Object.is equality' },
      { ruleId: 'test-failed', file: 'test/module4.test.ts', range: { startLine: 6, startColumn: 23 } },
    ]);
  }, 60_000);

  it('equals what is counted of a JavaScript project with node:test', async () => {
    const content = nodeTestProject(size);
    const output = await byHand(content, [process.execPath, '--test', '--test-reporter=tap', 'test/*.test.js']);
    const outcome = await evaluate(evaluator, { head: content, config: { options: { compare: false } } });
    expect(outcome.metrics).toEqual({ passed: count(output, /^# pass (\d+)/m), failed: count(output, /^# fail (\d+)/m), skipped: count(output, /^# skipped (\d+)/m) });
    expect(outcome).toMatchObject({ verdict: 'failed', metrics: { passed: 58, failed: 2, skipped: 8 } });
    expect(outcome.issues.map(({ file, range }) => `${file ?? ''}:${range?.startLine ?? 0}`).sort()).toEqual(['test/module17.test.js:7', 'test/module4.test.js:7']);
  }, 60_000);

  it('equals what is counted of a Python package with pytest', async () => {
    const content = pytestPackage(size);
    const output = await byHand(content, ['python3', '-m', 'pytest', '-p', 'no:cacheprovider', '-q']);
    const outcome = await evaluate(evaluator, { head: content, config: { options: { compare: false } } });
    if (output.includes('No module named pytest')) {
      expect(outcome).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('No module named pytest') as string });
      return;
    }
    expect(outcome.metrics).toEqual({ passed: count(output, /(\d+) passed/), failed: count(output, /(\d+) failed/), skipped: count(output, /(\d+) skipped/) });
    expect(outcome).toMatchObject({ verdict: 'failed', metrics: { passed: 88, failed: 2, skipped: 10 } });
    expect(outcome.issues.map(({ file, range }) => `${file ?? ''}:${range?.startLine ?? 0}`).sort()).toEqual(['tests/test_module17.py:7', 'tests/test_module4.py:7']);
  }, 60_000);
});

describe('other frameworks', () => {
  it('mocha', async () => {
    const head = {
      'package.json': JSON.stringify({ scripts: { test: 'mocha --reporter dot spec' }, devDependencies: { mocha: '*' } }),
      'spec/a.js': "const assert = require('node:assert');\ndescribe('sum', () => {\n  it('adds', () => assert.equal(1 + 1, 2));\n  it('fails', () => {\n    assert.equal(1 + 1, 3);\n  });\n});\n",
    };
    expect(await evaluate(evaluator, { head, packages: ['mocha'], config: { options: { compare: false } } })).toMatchObject({ verdict: 'failed', score: 50, issues: [{ file: 'spec/a.js', range: { startLine: 5 } }] });
  });

  it('cargo test, which says so when it is not installed', async () => {
    const source = (sum: string): string => `pub fn add(a: i32, b: i32) -> i32 { ${sum} }\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn adds() {\n        assert_eq!(super::add(1, 2), 3);\n    }\n    #[test]\n    fn zero() {\n        assert_eq!(super::add(0, 0), 0);\n    }\n}\n`;
    const project = (sum: string): TreeContent => ({ 'Cargo.toml': `[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2021"\n`, 'src/lib.rs': source(sum) });
    const outcome = await evaluate(evaluator, { head: project('a - b'), config: { options: { compare: false } } });
    if (outcome.error?.includes('cargo was not found')) {
      expect(outcome).toMatchObject({ verdict: 'errored', score: null });
      return;
    }
    expect(outcome).toMatchObject({ verdict: 'failed', score: 50, issues: [{ file: 'src/lib.rs', range: { startLine: 6 } }] });
    const broken = await evaluate(evaluator, { head: project('a +'), base: project('a + b') });
    expect(broken).toMatchObject({ verdict: 'failed', score: 0, metrics: { lost: 2 } });
    expect(broken.details).toContain('could not be compiled');
  }, 60_000);

  it('any command that writes a JUnit file, of which only what the run writes counts', async () => {
    const stale = '<testsuite><testcase name="stale"/></testsuite>';
    const head = { 'out/report.xml': stale, 'run.mjs': "import { writeFileSync } from 'node:fs';\nwriteFileSync('out/report.xml', '<testsuite><testcase name=\"a\"/><testcase name=\"b\" file=\"run.mjs\"><failure message=\"no\">run.mjs:2:1</failure></testcase></testsuite>');\nprocess.exit(1);\n" };
    const run = { command: ['node', 'run.mjs'], junit: 'out/report.xml', compare: false };
    expect(await evaluate(evaluator, { head, config: { options: run } })).toMatchObject({ verdict: 'failed', score: 50, metrics: { passed: 1, failed: 1 }, issues: [{ file: 'run.mjs', range: { startLine: 2 } }] });
    expect(await evaluate(evaluator, { head: { ...head, 'run.mjs': '' }, config: { options: run } })).toMatchObject({ verdict: 'errored', score: null, error: 'The tests ended with exit code 0 and wrote no report.' });
    expect(await evaluate(evaluator, { head, config: { options: { ...run, junit: path.join('..', 'x.xml') } } })).toMatchObject({ verdict: 'errored', error: expect.stringContaining('outside of the tree') as string });
  });

  it.each([
    ['an exit code that the report does not explain', '<testsuite><testcase name="a"/></testsuite>', 1, 'although the report names none that failed'],
    ['failures that the report counts and does not name', '<testsuite failures="2"><testcase name="a"/></testsuite>', 0, '2 failures that it does not name'],
    ['a failure with exit code 0', '<testsuite><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>', 0, 'although the exit code is 0'],
  ])('%s is no pass', async (_what, report, exitCode, why) => {
    const head = { 'run.mjs': `import { writeFileSync } from 'node:fs';\nwriteFileSync('report.xml', ${JSON.stringify(report)});\nprocess.exit(${exitCode});\n` };
    const outcome = await evaluate(evaluator, { head, config: { options: { command: ['node', 'run.mjs'], junit: 'report.xml', compare: false } } });
    expect(outcome).toMatchObject({ verdict: 'failed', details: expect.stringContaining(why) as string });
    expect(outcome.score).toBeLessThan(100);
  });

  it('a script that tells of no tests', async () => {
    const head = { 'package.json': JSON.stringify({ scripts: { test: 'node check.mjs | cat' } }), 'check.mjs': "console.log('PASS');\n" };
    expect(await evaluate(evaluator, { head })).toMatchObject({ verdict: 'passed', score: 100, details: expect.stringContaining('Single tests are unknown') as string });
  });
});
