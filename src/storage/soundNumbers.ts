import { OrchestratorError } from '../base/errors';
import type { CostBasis, NanoDollars } from '../model/money';
import type { AmpTraceEvent } from '../model/span';
import type { Usage } from '../model/usage';

/** True on spans that came with usage or a cost that is no count: it was left out, so that no sum is wrong. */
export const invalidUsageAttribute = 'amp.usage.invalid';

interface Counted {
  readonly usage?: Usage;
  readonly costNano?: NanoDollars;
  readonly costBasis?: CostBasis;
}

/** Whole, not negative, and small enough to be exact: what can be added up. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * The span as it may be stored. Usage or a cost that is negative, no number or beyond 2^53-1 is taken out whole, the cost is `unknown`
 * then and the span is marked. A cost that was reported outlives bad usage: it was not computed from it.
 */
export function soundSpan(span: AmpTraceEvent): AmpTraceEvent {
  if (span.usage === undefined && span.costNano === undefined && span.firstTokenMs === undefined) return span;
  const { firstTokenMs, ...rest } = span;
  const timed = firstTokenMs !== undefined && Number.isFinite(firstTokenMs) && firstTokenMs >= 0 ? { ...rest, firstTokenMs } : rest;
  if (isSound(span) || isAdjustment(span)) return timed;
  const { usage, costNano, costBasis, ...bare } = timed;
  return { ...bare, ...soundCounts({ ...present({ usage, costNano, costBasis }) }), attrs: { ...span.attrs, [invalidUsageAttribute]: true } };
}

/** A run's own total may be less than what its calls were priced at: the difference is the one cost below zero. */
function isAdjustment({ attrs, usage, costNano }: AmpTraceEvent): boolean {
  return attrs['amp.cost.adjustment'] === true && (usage === undefined || counts(usage).every(isCount)) && Number.isSafeInteger(costNano);
}

export function isSound({ usage, costNano }: Counted): boolean {
  return (usage === undefined || counts(usage).every(isCount)) && (costNano === undefined || isCount(costNano));
}

export function soundCounts(counted: Counted): Counted {
  if (isSound(counted)) return counted;
  const { usage, costNano, costBasis } = counted;
  if (usage !== undefined && counts(usage).every(isCount)) return { usage, costBasis: 'unknown' };
  return costNano !== undefined && isCount(costNano) && costBasis === 'reported' ? { costNano, costBasis } : { costBasis: 'unknown' };
}

/** Throws `invalid-argument`: a limit that is no amount must not become no limit. */
export function checkedAmount(value: number, what: string): number {
  if (!isCount(value)) throw new OrchestratorError('invalid-argument', `${what} is no amount: ${value}.`, 'Give an amount of 0 or more.');
  return value;
}

function counts({ input, output }: Usage): number[] {
  return [input.text, input.cacheRead, input.cacheWrite5m, input.cacheWrite1h, output.text, output.reasoning];
}

function present({ usage, costNano, costBasis }: { readonly [K in keyof Counted]: Counted[K] | undefined }): Counted {
  return { ...(usage && { usage }), ...(costNano !== undefined && { costNano }), ...(costBasis && { costBasis }) };
}
