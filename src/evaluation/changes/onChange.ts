import type { EvaluatorContext, EvaluatorOutcome } from '../evaluator';
import { orErrored, unscored } from '../withoutScore';

/** For evaluators that judge a change: the base alone is none, and neither is an empty one. */
export function onChange({ isBase, input, selected }: EvaluatorContext, judge: () => Promise<EvaluatorOutcome>): Promise<EvaluatorOutcome> {
  return orErrored(async () => {
    if (isBase) return unscored('Only a change can be judged.');
    return input.changes.some(({ path }) => selected(path)) ? judge() : unscored('Nothing has changed.');
  });
}
