import { describe, expect, it } from 'vitest';
import { createIntegrityEvaluator } from '../../../../src/evaluation/builtin/integrity';
import type { FoundIssue } from '../../../../src/model/evalResult';
import { evaluate, type TreeContent } from '../../../support/evalHarness';
import { cheats, definition } from './integrityCheats';
import { honestChanges } from './integrityHonest';

const evaluator = createIntegrityEvaluator();

async function findings(base: TreeContent, head: TreeContent): Promise<readonly FoundIssue[]> {
  return (await outcomeOf(base, head)).issues;
}

function outcomeOf(base: TreeContent, head: TreeContent): ReturnType<typeof evaluate> {
  return evaluate(evaluator, { base, head, config: { name: 'integrity', use: 'integrity' }, context: { readDefinition: (file) => Promise.resolve(file === '.amp/evals.json' ? definition : undefined) } });
}

/** One line a finding, without those that only inform. */
function told(issues: readonly FoundIssue[]): readonly string[] {
  return issues.map(({ severity, ruleId, file, range }) => `${severity} ${ruleId} ${file ?? '-'}${range ? `:${range.startLine}` : ''}`).sort();
}

describe('a change that cheats', () => {
  it.each(cheats.map((one) => [one.name, one] as const))('%s', async (_name, { base, head, finds }) => {
    const outcome = await outcomeOf(base, head);
    expect(told(outcome.issues)).toEqual([...finds].sort());
    expect(outcome.verdict).toBe(finds.some((line) => line.startsWith('error')) ? 'failed' : 'passed');
  });
});

describe('an honest change', () => {
  it.each(honestChanges.map((one) => [one.name, one] as const))('%s', async (_name, { base, head, finds = [] }) => {
    const outcome = await outcomeOf(base, head);
    expect(outcome.verdict).toBe('passed');
    expect(told(outcome.issues)).toEqual([...finds].sort());
  });
});

describe('integrity', () => {
  it('names the tests that were deleted, without a place', async () => {
    const [issue] = await findings({ 'test/a.test.js': "test('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\ntest('stays', () => {\n  expect(add(0, 0)).toBe(0);\n});\n" }, { 'test/a.test.js': "test('stays', () => {\n  expect(add(0, 0)).toBe(0);\n});\n" });
    expect(issue).toEqual({ ruleId: 'test-deleted', severity: 'error', file: 'test/a.test.js', message: 'The test "adds" was deleted.' });
  });

  it('scores errors with 25 and warnings with 5 points', async () => {
    const base = { 'src/a.js': 'export const a = 1;\n', 'test/a.test.js': "test('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\n" };
    const head = { 'src/a.js': '// eslint-disable-next-line no-undef\nexport const a = b;\n', 'test/a.test.js': "test.skip('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\n" };
    expect(await outcomeOf(base, head)).toMatchObject({ verdict: 'failed', score: 70, metrics: { errors: 1, warnings: 1, tests: 1 }, isolation: 'none' });
  });

  it('is unscored where nothing has changed, and on the base', async () => {
    const tree = { 'a.js': 'a();\n' };
    expect(await outcomeOf(tree, tree)).toMatchObject({ verdict: 'unscored', score: null, error: 'Nothing has changed.' });
    expect(await evaluator.evaluate({ ...(await import('../../../support/evalHarness').then(({ evaluatorContext }) => evaluatorContext(evaluator, { base: tree, head: { 'a.js': 'b();\n' } }))), isBase: true })).toMatchObject({ verdict: 'unscored', score: null });
  });

  it('looks at selected files only', async () => {
    const outcome = await evaluate(evaluator, { base: { 'test/a.test.js': "it('a', () => { expect(1 + 1).toBe(2); });\n" }, head: { 'b.js': '' }, context: { selected: (file) => file === 'b.js' } });
    expect(outcome.issues).toEqual([]);
  });

  it('names an option that it does not have', async () => {
    const outcome = await evaluate(evaluator, { base: { a: '1' }, head: { a: '2' }, config: { options: { strict: true } } });
    expect(outcome).toMatchObject({ verdict: 'errored', score: null });
    expect(outcome.error).toContain('"strict"');
  });

  it('passes over binary and huge files', async () => {
    const outcome = await outcomeOf({ 'test/a.bin': Buffer.from([0, 1, 2]) }, { 'test/a.bin': Buffer.from([0, 3]), 'test/huge.test.js': `it.only('x', () => {});${' '.repeat(3_000_000)}` });
    expect(outcome.verdict).toBe('passed');
  });
});
