import { expect, it } from 'vitest';
import { createDuplicationEvaluator } from '../../../../src/evaluation/builtin/duplication';
import { testAnalyser } from '../../../support/analysisAssets';
import { evaluate, evaluatorContext, type EvaluationSetup } from '../../../support/evalHarness';

const run = (setup: EvaluationSetup): ReturnType<typeof evaluate> => evaluate(createDuplicationEvaluator({ analyser: testAnalyser() }), setup);

/** Lines of code that are like no others of another kind. */
function lines(kind: string, count: number): string {
  return Array.from({ length: count }, (_line, n) => `  const ${kind}${n} = ${kind}Of(${n}, ${kind}Input.part${n}) + ${n};\n`).join('');
}

const old = `function old(aInput) {\n${lines('a', 20)}}\n`;

it('finds changed lines that are there twice, and says where', async () => {
  const head = { 'old.js': old, 'new.js': `function fresh(aInput) {\n${lines('a', 10)}${lines('b', 29)}}\n` };
  const outcome = await run({ base: { 'old.js': old }, head });
  expect(outcome.issues).toEqual([{ ruleId: 'duplication', message: '11 lines (1–11) are the same as in old.js:1–11.', severity: 'warning', file: 'new.js', range: { startLine: 1, startColumn: 1, endLine: 12, endColumn: 1 } }]);
  const { duplicatedLines = 0, changedLines = 0, percent = 0 } = outcome.metrics ?? {};
  expect([changedLines, duplicatedLines]).toEqual([41, 11]);
  expect(percent).toBeCloseTo((100 * duplicatedLines) / 41);
  expect(outcome).toMatchObject({ verdict: 'failed', score: 100 - percent, isolation: 'none' });
});

it('says nothing of what was there before, and passes within its limit', async () => {
  const twice = `${old}${old.replace('old', 'again')}`;
  const base = { 'a.js': twice };
  expect(await run({ base, head: { 'a.js': `${twice}// end\nstop();\n` } })).toMatchObject({ verdict: 'passed', score: 100, issues: [] });
  const head = { 'a.js': old, 'b.js': `${old}${lines('b', 400)}` };
  expect(await run({ base: { 'a.js': old }, head })).toMatchObject({ verdict: 'failed' });
  expect(await run({ base: { 'a.js': old }, head, config: { options: { maxPercent: 10 } } })).toMatchObject({ verdict: 'passed', issues: [{}] });
  expect(await run({ base: { 'a.js': old }, head, config: { options: { minLines: 40 } } })).toMatchObject({ verdict: 'passed', issues: [] });
  expect(await run({ base: { 'a.js': old }, head, config: { options: { minTokens: 1 } } })).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('minTokens') as string });
});

it('counts both places when both are changed, and the changed one when it comes first', async () => {
  const both = await run({ base: {}, head: { 'a.js': old, 'b.js': old } });
  expect(both.issues.length).toBe(1);
  expect(both.metrics?.['percent']).toBeGreaterThan(90);
  const grown = await run({ base: { 'z.js': `${lines('c', 5)}` }, head: { 'z.js': `${old}${lines('c', 5)}${old.replace('old', 'again')}` } });
  expect(grown.metrics?.['percent']).toBeGreaterThan(90);
});

it('judges the base for a baseline', async () => {
  const twice = `${old}${old.replace('old', 'again')}`;
  const evaluator = createDuplicationEvaluator({ analyser: testAnalyser() });
  const context = await evaluatorContext(evaluator, { base: { 'a.js': twice }, head: { 'a.js': `${twice}// end\n` } });
  expect((await context.atBase())?.issues.map(({ file }) => file)).toEqual(['a.js']);
});

it('leaves out what nobody wrote by hand, and is not scored without code', async () => {
  expect(await run({ base: {}, head: { 'a.json': '{}', 'README.md': old } })).toMatchObject({ verdict: 'unscored', score: null, error: 'No changed file is code that could be compared.' });
  const outcome = await run({ base: { 'gen.js': `// @generated\n${old}` }, head: { 'gen.js': `// @generated\n${old}`, 'lib.min.js': old, 'huge.js': `${old}${'// line\n'.repeat(140_000)}`, 'new.js': old.replace('old', 'new') } });
  expect(outcome).toMatchObject({ verdict: 'passed', issues: [] });
  expect(outcome.details).toContain('3 files left out');
  // A mark that comes with the change hides nothing.
  expect(await run({ base: { 'old.js': old }, head: { 'old.js': old, 'new.js': `// @generated\n${old}` } })).toMatchObject({ verdict: 'failed' });
});
