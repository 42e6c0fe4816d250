import { priceAttributes, settledAttribute } from '../model/explainCost';
import { estimatedUsageAttribute } from '../model/pricing';
import { isNoUsage } from '../model/usage';
import type { SpanAmendment } from '../telemetry/tracer';
import { approximated } from './remainderPrice';
import { isInDoubt, type RunCall } from './runCall';

export type RunEnd = 'succeeded' | 'failed' | 'stopped';

/** What the program told for a whole run. `amount`: its tokens and its cost · `tokens`: only them, all of them · `nothing`: not all, or nothing at all. */
export type ToldOfRun = 'amount' | 'tokens' | 'nothing';

/** Of a call that was cut, or of which the last word never came: more may have been used than was told. Undefined where nothing is to be said. */
export function cutOff(call: RunCall): SpanAmendment | undefined {
  return call.final ? undefined : atLeast(call, 'the call was cut off, and more may have been used than was told');
}

function atLeast({ counted }: RunCall, reason: string): SpanAmendment | undefined {
  if (isNoUsage(counted.usage)) return undefined;
  const estimated = { [estimatedUsageAttribute]: true };
  if (counted.price === undefined) return { costBasis: counted.costBasis, attrs: estimated };
  const price = approximated(counted.price, reason);
  return { costBasis: 'approximate', attrs: { ...priceAttributes(price), ...estimated } };
}

/**
 * What becomes of a call's figures once the run is over. What was reported for the whole run makes the sum exact: a call that had no price is part
 * of it, and one whose price only nearly fits does not make the sum approximate. Where nothing was told of a run that was cut, its calls are estimates.
 */
export function correctionOf(call: RunCall, told: ToldOfRun, end: RunEnd): SpanAmendment | undefined {
  const basis = call.estimated && call.counted.price ? 'approximate' : call.counted.costBasis;
  if (told === 'nothing' && call.estimated) return undefined;
  if (told === 'nothing' && isInDoubt(call)) return atLeast(call, 'some of what was told of the call was no count');
  if (told === 'nothing') return end === 'succeeded' ? undefined : cutOff(call);
  if (told === 'amount' && basis === 'unknown') return { costBasis: undefined };
  const isSettled = basis === 'approximate' && (told === 'amount' || call.counted.costBasis === 'computed');
  return isSettled ? { costBasis: 'computed', attrs: { [settledAttribute]: true } } : undefined;
}
