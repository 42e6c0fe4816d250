/** An evaluator of a suite of a place, as the Test Explorer lists it. */
export interface ListedEvaluator {
  readonly placeKey: string;
  readonly suite: string;
  readonly name: string;
}

/** One call of the service. */
export interface PlannedRun {
  readonly placeKey: string;
  readonly suite: string;
  readonly evaluators: readonly string[];
  /** All of the suite are asked for, so that the report is a whole one. */
  readonly whole: boolean;
}

/** Puts what is wanted together by place and suite, in the order of the list. */
export function planRuns(listed: readonly ListedEvaluator[], wanted: (evaluator: ListedEvaluator) => boolean): readonly PlannedRun[] {
  const groups = Map.groupBy(listed, ({ placeKey, suite }) => `${placeKey}\0${suite}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const evaluators = group.filter(wanted).map(({ name }) => name);
    return first && evaluators.length > 0 ? [{ placeKey: first.placeKey, suite: first.suite, evaluators, whole: evaluators.length === group.length }] : [];
  });
}
