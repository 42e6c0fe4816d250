import type { AmpTraceEvent } from '../model/span';
import { tokensIn, tokensOut } from '../model/usage';
import type { CostlyStep } from './costDashboard';

const mostSteps = 10;

/** A session's steps with a known cost of their own, dearest first. */
export function costlySteps(spans: readonly AmpTraceEvent[]): readonly CostlyStep[] {
  return spans
    .flatMap(({ id, name, model, tsStart, costNano, costBasis, usage }): readonly CostlyStep[] =>
      costNano === undefined
        ? []
        : [{ id, name, tsStart, costNano, approximate: costBasis === 'approximate', tokens: usage ? tokensIn(usage) + tokensOut(usage) : 0, ...(model === undefined ? {} : { model }) }],
    )
    .sort((a, b) => b.costNano - a.costNano || a.tsStart - b.tsStart)
    .slice(0, mostSteps);
}
