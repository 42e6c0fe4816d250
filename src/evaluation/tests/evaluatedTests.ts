import type { EvaluatorContext, EvaluatorOutcome } from '../evaluator';
import { detectForChange, planFor, type TestPlan } from './detectTests';
import type { TestFramework } from './testOptions';
import type { TestRun } from './runTests';
import { toolVersions } from './toolVersions';

export interface PlanOptions {
  readonly framework?: TestFramework;
  readonly command?: readonly string[];
}

/** How the tests are to be run: as the options say, else as the base does it. Undefined: there are none. */
export async function planOf({ input }: Pick<EvaluatorContext, 'input'>, { framework, command }: PlanOptions): Promise<TestPlan | undefined> {
  if (command) return planFor('command');
  const detected = await detectForChange(input.base, input.head);
  return framework === undefined || framework === detected?.framework ? detected : planFor(framework);
}

/** All that a run of the tests depends on besides the trees; see `Evaluator.cacheKey`. */
export async function testsCacheKey(context: EvaluatorContext, options: PlanOptions): Promise<string | undefined> {
  const plan = await planOf(context, options);
  return plan && toolVersions(plan.framework, context);
}

/** What a run that could not be made comes to; undefined for one that could. */
export function outcomeWithoutRun(run: TestRun, missing: 'errored' | 'unscored' = 'errored'): EvaluatorOutcome | undefined {
  const { isolation, output } = run;
  if (run.missing !== undefined) return { verdict: missing, score: null, issues: [], error: run.missing, isolation, details: output };
  return run.problem === undefined ? undefined : { verdict: 'errored', score: null, issues: [], error: run.problem, isolation, details: output };
}
