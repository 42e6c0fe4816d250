import type { TrialCount } from '../model/evalResult';
import type { EvaluatorOutcome } from './evaluator';

export interface TrialOutcome {
  readonly outcome: EvaluatorOutcome;
  readonly trials: TrialCount;
}

/**
 * One outcome of several runs: it passes when at least `pass` of them do. Findings and details are those of the first run that ended so. A run
 * that could not be made is none that passed; where it could have decided, nobody can say, and the whole is `errored`.
 */
export function outcomeOfTrials(runs: readonly [EvaluatorOutcome, ...EvaluatorOutcome[]], pass: number): TrialOutcome {
  const count = (verdict: EvaluatorOutcome['verdict']): number => runs.filter((run) => run.verdict === verdict).length;
  const [passed, failed, unscored] = [count('passed'), count('failed'), count('unscored')];
  const trials: TrialCount = { runs: runs.length, passed, flaky: passed > 0 && failed > 0 };
  const verdict = passed >= pass ? 'passed' : unscored === runs.length ? 'unscored' : runs.length - failed >= pass ? 'errored' : 'failed';
  const shown = runs.find((run) => run.verdict === verdict) ?? runs[0];
  const scores = runs.flatMap(({ score }) => (score === null ? [] : [score]));
  const isScored = verdict === 'passed' || verdict === 'failed';
  return {
    trials,
    outcome: {
      ...shown,
      verdict,
      score: isScored ? scores.reduce((sum, score) => sum + score / scores.length, 0) : null,
      ...(verdict === 'errored' ? { error: shown.error ?? 'Some of its runs had nothing to judge.' } : {}),
      ...(runs.length > 1 && isScored ? { metrics: { ...shown.metrics, ...passRates(runs.length, passed, pass) } } : {}),
    },
  };
}

function passRates(runs: number, passed: number, pass: number): Record<string, number> {
  return Object.fromEntries([...new Set([1, pass])].map((k) => [`pass@${k}`, passAtK(runs, passed, k)]));
}

/**
 * How probable it is that at least one of `k` runs passes, 0 to 1, as `n` runs of which `c` passed let one expect without bias:
 * 1 − C(n − c, k) / C(n, k). Chen et al., "Evaluating Large Language Models Trained on Code" (2021), section 2.1.
 */
export function passAtK(n: number, c: number, k: number): number {
  if (n - c < k) return 1;
  let allFail = 1;
  for (let i = n - c + 1; i <= n; i++) allFail *= 1 - k / i;
  return 1 - allFail;
}
