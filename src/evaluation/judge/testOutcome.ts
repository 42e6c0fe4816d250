import type { EvaluatorContext } from '../evaluator';

type Metrics = EvaluatorContext['metrics'];

/** What running the tests came to, by what the evaluators of the run have measured. */
export interface ToldTests {
  readonly failed: boolean;
  readonly text: string;
}

/** Evaluators that ran tests are known by what they count, whatever a person called them. */
export function testOutcome(metrics: Metrics): ToldTests {
  const runs = Object.entries(metrics).filter(([name, { failed, skipped }]) => name === 'tests' || (failed !== undefined && skipped !== undefined));
  const told = runs.map(([name, figures]) => ({ name, figures, failed: isFailed(figures) }));
  return {
    failed: told.some(({ failed }) => failed),
    text: told.length === 0 ? 'No tests were run.' : told.map(({ name, figures, failed }) => `${name}: ${failed ? 'failed' : 'not failed'}; ${Object.entries(figures).map(([figure, value]) => `${figure} ${Math.round(value * 100) / 100}`).join(', ') || 'could not be run'}`).join('\n'),
  };
}

/** Also when nothing that failed has a name: a run that broke off. */
function isFailed({ failed = 0, score, errored = 0 }: Metrics[string]): boolean {
  return failed > 0 || errored > 0 || (score !== undefined && score < 100);
}
