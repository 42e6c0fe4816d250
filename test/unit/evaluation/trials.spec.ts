import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvaluatorOutcome } from '../../../src/evaluation/evaluator';
import { outcomeOfTrials, passAtK } from '../../../src/evaluation/trials';
import type { EvalVerdict } from '../../../src/model/evalResult';

function run(verdict: EvalVerdict, score: number | null = verdict === 'passed' ? 100 : verdict === 'failed' ? 40 : null): EvaluatorOutcome {
  return { verdict, score, issues: [], isolation: 'none', details: verdict, ...(score === null ? { error: verdict } : {}) };
}

describe('trials', () => {
  it('pass when enough runs pass, and a mix is flaky', () => {
    expect(outcomeOfTrials([run('passed'), run('failed'), run('passed')], 2)).toMatchObject({ trials: { runs: 3, passed: 2, flaky: true }, outcome: { verdict: 'passed', score: 80, details: 'passed', metrics: { 'pass@1': expect.closeTo(2 / 3) as number, 'pass@2': 1 } } });
    expect(outcomeOfTrials([run('passed'), run('failed'), run('failed')], 2)).toMatchObject({ trials: { flaky: true }, outcome: { verdict: 'failed', details: 'failed' } });
    expect(outcomeOfTrials([run('passed')], 1)).toEqual({ trials: { runs: 1, passed: 1, flaky: false }, outcome: run('passed') });
  });

  it('are errored only where runs that could not be made decide', () => {
    expect(outcomeOfTrials([run('errored'), run('passed')], 1).outcome.verdict).toBe('passed');
    expect(outcomeOfTrials([run('errored'), run('passed')], 2).outcome).toMatchObject({ verdict: 'errored', score: null, error: 'errored' });
    expect(outcomeOfTrials([run('errored'), run('failed')], 2).outcome.verdict).toBe('failed');
    expect(outcomeOfTrials([run('unscored')], 1).outcome).toMatchObject({ verdict: 'unscored', score: null });
    expect(outcomeOfTrials([run('passed'), run('unscored')], 2).outcome).toMatchObject({ verdict: 'errored', score: null, error: 'Some of its runs had nothing to judge.' });
  });

  it('have a score exactly when they judged', () => {
    const verdict = fc.constantFrom<EvalVerdict>('passed', 'failed', 'errored', 'unscored');
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 8 }), ([first = 'passed', ...others], pass) => {
        const { outcome, trials } = outcomeOfTrials([run(first), ...others.map((each) => run(each))], Math.min(pass, others.length + 1));
        expect(outcome.score !== null).toBe(outcome.verdict === 'passed' || outcome.verdict === 'failed');
        expect(outcome.error !== undefined).toBe(outcome.score === null);
        expect(outcome.verdict === 'passed').toBe(trials.passed >= Math.min(pass, others.length + 1));
      }),
    );
  });

  it('estimate pass@k as the share of all choices of k runs in which one passes', () => {
    const choices = (items: readonly boolean[], k: number): boolean[][] => (k === 0 ? [[]] : items.flatMap((item, index) => choices(items.slice(index + 1), k - 1).map((rest) => [item, ...rest])));
    for (let n = 1; n <= 6; n++) {
      for (let c = 0; c <= n; c++) {
        for (let k = 1; k <= n; k++) {
          const all = choices(Array.from({ length: n }, (_, index) => index < c), k);
          expect(passAtK(n, c, k)).toBeCloseTo(all.filter((some) => some.includes(true)).length / all.length, 10);
        }
      }
    }
  });
});
