import { explain, isOrchestratorError } from '../base/errors';
import { present } from '../base/jsonShape';
import type { EvaluatorOutcome } from './evaluator';

/** What an evaluator that could not be run gives. */
export function errored(error: string, isolation: EvaluatorOutcome['isolation'], details?: string): EvaluatorOutcome {
  return { verdict: 'errored', score: null, issues: [], error, isolation, ...present({ details }) };
}

/** There is nothing to judge, or the project lacks what it takes. */
export function unscored(error: string): EvaluatorOutcome {
  return { verdict: 'unscored', score: null, issues: [], error, isolation: 'none' };
}

/** Turns wrong options and the like into an outcome that says so; only what is none (`stopped`, a fault of ours) is thrown on. */
export async function orErrored(work: () => Promise<EvaluatorOutcome>): Promise<EvaluatorOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!isOrchestratorError(error) || error.code === 'stopped') throw error;
    return errored(explain(error), 'none');
  }
}
