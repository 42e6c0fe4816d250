import type { Static, TObject } from '@sinclair/typebox';
import { optionsCheck } from '../checkedOptions';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome } from '../evaluator';
import { orErrored } from '../withoutScore';
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
async function testsCacheKey(context: EvaluatorContext, options: PlanOptions): Promise<string | undefined> {
  const plan = await planOf(context, options);
  return plan && toolVersions(plan.framework, context);
}

/** An evaluator that runs the project's tests: what it finds of the base holds for every change, and depends on what is installed. */
export function testsEvaluator<Schema extends TObject>(schema: Schema, evaluate: (context: EvaluatorContext, options: Static<Schema>) => Promise<EvaluatorOutcome>): Evaluator {
  const check = optionsCheck(schema);
  return {
    dependsOnBase: true,
    baseStandsAlone: true,
    cacheKey: async (context) => testsCacheKey(context, check(context.config.options)),
    evaluate: (context) => orErrored(async () => evaluate(context, check(context.config.options))),
  };
}

/** What a run that could not be made comes to; undefined for one that could. */
export function outcomeWithoutRun(run: TestRun, missing: 'errored' | 'unscored' = 'errored'): EvaluatorOutcome | undefined {
  const { isolation, output } = run;
  if (run.missing !== undefined) return { verdict: missing, score: null, issues: [], error: run.missing, isolation, details: output };
  return run.problem === undefined ? undefined : { verdict: 'errored', score: null, issues: [], error: run.problem, isolation, details: output };
}
