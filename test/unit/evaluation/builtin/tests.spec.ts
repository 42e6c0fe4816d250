import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestsEvaluator } from '../../../../src/evaluation/builtin/tests';
import { SharedRuns } from '../../../../src/evaluation/tests/testRuns';
import type { EvaluatorOutcome } from '../../../../src/evaluation/evaluator';
import { evaluate, evaluatorContext, type TreeContent } from '../../../support/evalHarness';
import { processesNaming } from '../../../support/leftovers';
import { waitFor } from '../../../support/waitFor';

const evaluator = createTestsEvaluator({ runs: new SharedRuns() });

const manifest = JSON.stringify({ type: 'module', scripts: { test: 'node --test' } });

/** A project whose tests are these, by name. */
function project(tests: Readonly<Record<string, string>>, more: TreeContent = {}): TreeContent {
  const lines = Object.entries(tests).map(([name, body]) => `test('${name}', () => {\n  ${body}\n});\n`);
  return { 'package.json': manifest, 'sum.js': 'export const sum = (a, b) => a + b;\n', 'test/sum.test.js': `import assert from 'node:assert';\nimport test from 'node:test';\nimport { sum } from '../sum.js';\n\n${lines.join('\n')}`, ...more };
}

const adds = 'assert.equal(sum(1, 2), 3);';
const zero = 'assert.equal(sum(0, 0), 0);';
const wrong = 'assert.equal(sum(1, 1), 3);';

function told({ issues }: EvaluatorOutcome): readonly string[] {
  return issues.map(({ ruleId, severity, file, range, message }) => [severity, ruleId, `${file ?? '-'}:${range?.startLine ?? '-'}`, message.split('\n')[0]].join(' | '));
}

describe('against the base', () => {
  it('holds a failure that is new against the change', async () => {
    const outcome = await evaluate(evaluator, { base: project({ adds, zero }), head: { ...project({ adds, zero }), 'sum.js': 'export const sum = (a, b) => a - b;\n' } });
    expect(outcome).toMatchObject({ verdict: 'failed', score: 50, metrics: { passed: 1, failed: 1, lost: 0, failedBefore: 0 } });
    expect(told(outcome)).toEqual(['error | test-failed | test/sum.test.js:6 | adds: -1 == 3']);
  });

  it('passes the fix, and counts what passes now', async () => {
    expect(await evaluate(evaluator, { base: project({ adds, zero: wrong }), head: project({ adds, zero }) })).toMatchObject({ verdict: 'passed', score: 100, issues: [], metrics: { newlyPassed: 1, failedBefore: 1 } });
  });

  it('misses what passed at the base and is gone or skipped', async () => {
    const head = project({ adds });
    const skipped = { ...head, 'test/sum.test.js': `${String(head['test/sum.test.js'])}test.skip('zero', () => {});\n` };
    const gone = await evaluate(evaluator, { base: project({ adds, zero }), head });
    expect(gone).toMatchObject({ verdict: 'failed', score: 50, metrics: { passed: 1, failed: 0, lost: 1 } });
    expect(told(gone)).toEqual(['error | test-lost | test/sum.test.js:- | zero passed at the base, and is gone or skipped.']);
    expect(await evaluate(evaluator, { base: project({ adds, zero }), head: skipped })).toMatchObject({ verdict: 'failed', score: 50, metrics: { lost: 1, skipped: 1 } });
    expect(await evaluate(evaluator, { base: project({ adds, zero }), head, config: { options: { removed: 'warning' } } })).toMatchObject({ verdict: 'passed', score: 100, issues: [{ severity: 'warning' }] });
    expect(await evaluate(evaluator, { base: project({ adds, zero }), head, config: { options: { removed: 'ignore' } } })).toMatchObject({ verdict: 'passed', issues: [] });
  });

  it('takes a new name for the same test, and not another body', async () => {
    expect(await evaluate(evaluator, { base: project({ adds, zero }), head: project({ adds, 'nothing and nothing is nothing': zero }) })).toMatchObject({ verdict: 'passed', metrics: { renamed: 1, lost: 0 } });
    expect(await evaluate(evaluator, { base: project({ adds, zero }), head: project({ adds, 'nothing and nothing is nothing': 'assert.ok(true);' }) })).toMatchObject({ verdict: 'failed', metrics: { renamed: 0, lost: 1 } });
  });

  it('lets old failures be where only new ones count', async () => {
    const sides = { base: project({ adds, old: wrong }), head: project({ adds, zero, old: wrong }) };
    expect(await evaluate(evaluator, { ...sides, config: { options: { onlyNew: true } } })).toMatchObject({ verdict: 'passed', issues: [{ ruleId: 'test-failed' }], metrics: { failed: 1, failedBefore: 1 } });
    expect(await evaluate(evaluator, sides)).toMatchObject({ verdict: 'failed' });
    expect(await evaluate(evaluator, { ...sides, head: project({ adds: wrong, old: wrong }), config: { options: { onlyNew: true } } })).toMatchObject({ verdict: 'failed', metrics: { failed: 2 } });
  });

  it('demands tests by their names', async () => {
    const sides = { base: project({ adds, zero: wrong }), head: project({ adds, zero }) };
    expect(await evaluate(evaluator, { ...sides, config: { options: { failToPass: ['zero', 'test/sum.test.js zero'] } } })).toMatchObject({ verdict: 'passed' });
    expect(await evaluate(evaluator, { ...sides, head: project({ adds, zero: wrong }), config: { options: { onlyNew: true, failToPass: ['zero'] } } })).toMatchObject({ verdict: 'failed' });
    const missing = await evaluate(evaluator, { ...sides, config: { options: { failToPass: ['one'] } } });
    expect(missing).toMatchObject({ verdict: 'failed', score: (100 * 2) / 3 });
    expect(told(missing)).toEqual(['error | test-demanded | -:- | "one" must pass, and is not there.']);
  });
});

describe('a session that cheats', () => {
  const base = project({ adds, zero });
  const broken = { 'sum.js': 'export const sum = (a, b) => a - b;\n' };

  it.each<[string, TreeContent]>([
    ['does nothing', project({ adds, zero }, broken)],
    ['deletes the tests', { 'package.json': manifest, ...broken }],
    ['replaces the test script', project({ adds, zero }, { ...broken, 'package.json': JSON.stringify({ type: 'module', scripts: { test: 'echo PASS' } }) })],
    ['deletes the package', { ...project({ adds, zero }, broken), 'package.json': '{"type":"module"}' }],
    ['prints PASS and ends', project({ adds: "console.log('PASS ok 1 - adds'); process.exit(0);", zero }, broken)],
    ['writes a report beside the real one', project({ adds: `require; ${adds}`, zero }, { ...broken, 'report': '<testsuites><testcase name="adds"/></testsuites>', 'junit.xml': '<testsuites><testcase name="adds"/><testcase name="zero"/></testsuites>' })],
  ])('that %s gets no pass', async (_what, head) => {
    const outcome = await evaluate(evaluator, { base, head });
    expect(outcome.verdict).toBe('failed');
    expect(outcome.issues).not.toEqual([]);
  });

  it.runIf(process.platform === 'linux')('that writes over the report which the command line names gets no pass', async () => {
    const forge = "for (const argument of readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8').split('\\0')) if (argument.includes('destination=')) { writeFileSync(argument.split('=')[1], '<testsuites><testcase name=\"adds\"/><testcase name=\"zero\"/></testsuites>'.padEnd(100000)); writeFileSync('forged', ''); }";
    const head = project({ adds: forge, zero }, broken);
    const context = await evaluatorContext(evaluator, { base, head: { ...head, 'test/sum.test.js': `import { readFileSync, writeFileSync } from 'node:fs';\n${String(head['test/sum.test.js'])}process.exitCode = 1;\n` } });
    expect(['failed', 'errored']).toContain((await evaluator.evaluate(context)).verdict);
    expect(existsSync(path.join((await context.tree.layOut()).directory, 'forged'))).toBe(true);
  });

  it('that weakens a test is found out by the tests of the base', async () => {
    const head = project({ adds: 'assert.ok(sum(1, 2));', zero }, broken);
    expect(await evaluate(evaluator, { base, head })).toMatchObject({ verdict: 'passed' });
    expect(await evaluate(evaluator, { base, head, config: { options: { baseTests: true } } })).toMatchObject({ verdict: 'failed', score: 50, issues: [{ file: 'test/sum.test.js', range: { startLine: 6 } }] });
  });

  it('that is honest passes', async () => {
    expect(await evaluate(evaluator, { base: project({ adds, zero }, broken), head: base, config: { options: { baseTests: true, failToPass: ['adds'] } } })).toMatchObject({ verdict: 'passed', score: 100 });
  });
});

describe('what cannot be run', () => {
  it('has no tests', async () => {
    expect(await evaluate(evaluator, { head: { 'a.txt': '' } })).toMatchObject({ verdict: 'unscored', score: null, error: 'No tests were found.' });
  });

  it('lacks its framework', async () => {
    const head = { 'package.json': JSON.stringify({ scripts: { test: 'vitest run' } }) };
    expect(await evaluate(evaluator, { head })).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('vitest is not installed') as string });
    expect(await evaluate(evaluator, { head, config: { options: { missing: 'unscored' } } })).toMatchObject({ verdict: 'unscored', score: null });
  });

  it('is not kept over an installation: what lacks its framework finds it later', async () => {
    const head = { 'package.json': JSON.stringify({ scripts: { test: 'vitest run' } }) };
    const key = async (packages: readonly string[], options = {}): Promise<string | undefined> => evaluator.cacheKey(await evaluatorContext(evaluator, { head, packages, config: { options } }));
    // Nobody knows what a command depends on.
    expect(await key([], { command: ['node', 'check.mjs'] })).toBeUndefined();
    expect(await key(['vitest'])).toBe(await key(['vitest']));
    expect(await key(['vitest'])).not.toBe(await key([]));
  });

  it('has a wrong option, which it names', async () => {
    expect(await evaluate(evaluator, { head: {}, config: { options: { framwork: 'vitest' } } })).toMatchObject({ verdict: 'errored', error: expect.stringContaining('"framwork" is none of them') as string });
    expect(await evaluate(evaluator, { head: {}, config: { options: { onlyNew: 'yes' } } })).toMatchObject({ verdict: 'errored', error: expect.stringContaining('options/onlyNew must be boolean') as string });
  });

  it('says what comes before the tests and failed', async () => {
    const head = { 'package.json': JSON.stringify({ scripts: { build: 'node build.mjs', test: 'npm run build && node --test' } }), 'build.mjs': 'process.exit(3);' };
    expect(await evaluate(evaluator, { head })).toMatchObject({ verdict: 'errored', error: '"npm run build", which comes before the tests, ended with exit code 3.' });
  });

  it('does not end in time', async () => {
    const outcome = await evaluate(evaluator, { head: project({ waits: 'return new Promise(() => setTimeout(() => {}, 60000));' }), config: { timeout: 1500 } });
    expect(outcome).toMatchObject({ verdict: 'errored', score: null, error: 'The tests did not end in time.' });
  });

  it('is stopped, and leaves nothing behind', async () => {
    const stop = new AbortController();
    const context = await evaluatorContext(evaluator, { head: project({ waits: 'return new Promise(() => setTimeout(() => {}, 60000));' }), context: { signal: stop.signal } });
    const { directory } = await context.tree.layOut();
    // The tools' home folder lies beside the tree, so their environment names it.
    const root = path.dirname(directory);
    const before = leftFolders();
    const running = evaluator.evaluate(context);
    await waitFor('the tests to run', () => processesNaming(root).length > 0);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
    expect(processesNaming(root)).toEqual([]);
    expect(leftFolders().filter((name) => !before.includes(name))).toEqual([]);
  });
});

function leftFolders(): readonly string[] {
  return readdirSync(os.tmpdir()).filter((name) => name.startsWith('amp-eval-') && name.includes(`-${process.pid}-`));
}
