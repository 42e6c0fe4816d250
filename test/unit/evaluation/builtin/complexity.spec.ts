import { expect, it } from 'vitest';
import { createComplexityEvaluator } from '../../../../src/evaluation/builtin/complexity';
import { testAnalyser } from '../../../support/analysisAssets';
import { evaluate, evaluatorContext, type EvaluationSetup } from '../../../support/evalHarness';

const run = (setup: EvaluationSetup): ReturnType<typeof evaluate> => evaluate(createComplexityEvaluator({ analyser: testAnalyser() }), setup);

/** A function of that complexity, one line for each decision. */
function branches(name: string, complexity: number): string {
  return `export function ${name}(x: number): number {\n${Array.from({ length: complexity - 1 }, (_branch, n) => `  if (x === ${n}) return ${n};\n`).join('')}  return -1;\n}\n`;
}

it('finds changed functions above the limit that are new or worse, at their first line', async () => {
  const base = { 'a.ts': branches('same', 20) + branches('better', 22) + branches('worse', 16) + branches('small', 3) };
  const head = { 'a.ts': `// moved\n${branches('same', 20)}${branches('better', 18)}${branches('worse', 17)}${branches('small', 4)}`, 'b.ts': `${branches('added', 16)}${branches('edge', 15)}` };
  const outcome = await run({ base, head });
  expect(outcome.issues).toEqual([
    { ruleId: 'complexity', message: 'better has a complexity of 18. At most 15 is allowed. It was 22 at the base.', severity: 'info', file: 'a.ts', range: { startLine: 24, startColumn: 1, endLine: 24, endColumn: 44 }, helpUri: 'https://eslint.org/docs/latest/rules/complexity' },
    { ruleId: 'complexity', message: 'worse has a complexity of 17. At most 15 is allowed. It was 16 at the base.', severity: 'warning', file: 'a.ts', range: { startLine: 44, startColumn: 1, endLine: 44, endColumn: 43 }, helpUri: 'https://eslint.org/docs/latest/rules/complexity' },
    { ruleId: 'complexity', message: 'added has a complexity of 16. At most 15 is allowed.', severity: 'warning', file: 'b.ts', range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 43 }, helpUri: 'https://eslint.org/docs/latest/rules/complexity' },
  ]);
  const sum = 20 + 18 + 17 + 4 + 16 + 15;
  expect(outcome).toMatchObject({ verdict: 'failed', score: 80, isolation: 'none', metrics: { max: 20, mean: sum / 6, functions: 6, delta: sum - (20 + 22 + 16 + 3) } });
  expect(outcome.details).toBe('6 functions, the highest complexity is 20; 3 changed above 15, 2 of them new or worse.');
});

it('does not fail what was changed and is as complex as before', async () => {
  const text = branches('even', 16);
  expect(await run({ base: { 'a.ts': text }, head: { 'a.ts': text.replace('return -1', 'return -2') } })).toMatchObject({ verdict: 'passed', score: 100, issues: [{ severity: 'info', message: 'even has a complexity of 16. At most 15 is allowed.' }] });
});

it('obeys its limit, follows a renamed file, and judges the base for a baseline', async () => {
  const base = { 'old.ts': branches('one', 8) };
  const evaluator = createComplexityEvaluator({ analyser: testAnalyser() });
  const context = await evaluatorContext(evaluator, { base, head: { 'new.ts': `${branches('one', 8)}// end\n` }, config: { options: { maxComplexity: 7 } } });
  expect(await evaluator.evaluate(context)).toMatchObject({ verdict: 'passed', score: 100, issues: [], metrics: { delta: 0 } });
  expect((await context.atBase())?.issues.map(({ file, message }) => `${file ?? ''}: ${message}`)).toEqual(['old.ts: one has a complexity of 8. At most 7 is allowed.']);
  expect(await run({ base: {}, head: base, config: { options: { maxComplexity: 7 } } })).toMatchObject({ verdict: 'failed', score: 90 });
  expect(await run({ base: {}, head: base, config: { options: { maxComplexity: 0 } } })).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('maxComplexity') as string });
});

it('is not scored where nothing can be measured, and counts what it left out', async () => {
  expect(await run({ base: {}, head: { 'a.py': 'def f():\n  pass\n', 'a.d.ts': 'export function f(): void;\n' } })).toMatchObject({ verdict: 'unscored', score: null, error: 'No changed file has functions of JavaScript or TypeScript.' });
  expect(await run({ base: {}, head: { 'a.js': 'function (', 'a.min.js': 'function f() {}' } })).toMatchObject({ verdict: 'unscored', score: null, error: 'Nothing could be measured: 1 file left out: too large, minified or generated. 1 file could not be read as JavaScript.' });
  expect((await run({ base: {}, head: { 'huge.js': `function f() {}\n${'// line\n'.repeat(140_000)}`, 'ok.js': 'function f() {}\n' } })).details).toContain('1 file left out');
});

it('believes only the base that a file is generated', async () => {
  const text = branches('big', 30);
  const marked = `// @generated\n${text}`;
  expect(await run({ base: {}, head: { 'a.ts': marked } })).toMatchObject({ verdict: 'failed' });
  expect(await run({ base: { 'a.ts': branches('big', 2) }, head: { 'a.ts': marked } })).toMatchObject({ verdict: 'failed' });
  expect(await run({ base: { 'a.ts': `// @generated\n${branches('big', 2)}` }, head: { 'a.ts': marked } })).toMatchObject({ verdict: 'unscored' });
});
