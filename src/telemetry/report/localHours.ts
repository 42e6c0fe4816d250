import { hourMs, startOfDay } from '../../base/localDay';
import { noCalls, totalsBeyond } from '../../model/callTotals';
import { isNoUsage } from '../../model/usage';
import type { CallTotals, UsageRow } from '../../model/usageRow';
import type { BucketSpan } from './costBuckets';

export interface CutPeriod {
  readonly fromMs?: number;
  readonly toMs?: number;
}

/**
 * Rows by hour, none of which reaches over a local midnight. Hours are those of UTC: where clocks are not whole hours off, midnight cuts one
 * in two. What came before it is asked for (of each part the same groups, exact to the millisecond), what came after it is the rest and
 * begins at midnight. So the sum stays what it was, whatever is written between the two readings.
 */
export async function withinLocalDays(rows: readonly UsageRow[], { fromMs = -Infinity, toMs = Infinity }: CutPeriod, ask: (parts: readonly BucketSpan[]) => Promise<readonly (readonly UsageRow[])[]>): Promise<readonly UsageRow[]> {
  const cuts = midnightsIn(rows, toMs);
  if (cuts.size === 0) return rows;
  // Where the period begins at that midnight there is nothing before it.
  const hours = [...cuts].filter(([, midnight]) => midnight > fromMs);
  const asked = hours.length === 0 ? [] : await ask(hours.map(([hour, midnight]) => ({ fromMs: Math.max(hour, fromMs), toMs: midnight })));
  const before = new Map(asked.flatMap((part, index) => part.map((row) => [keyOf({ ...row, hour: hours[index]?.[0] ?? 0 }), row] as const)));
  return rows.flatMap((row) => {
    const midnight = cuts.get(row.hour ?? Number.NaN);
    if (midnight === undefined) return [row];
    const first = before.get(keyOf(row));
    const rest = totalsBeyond(row, first ?? noCalls);
    return [...(first ? [{ ...row, ...first }] : []), ...(isNothing(rest) ? [] : [{ ...row, ...rest, hour: midnight }])];
  });
}

/** From the hours that a local midnight cuts to that midnight. */
function midnightsIn(rows: readonly UsageRow[], toMs: number): ReadonlyMap<number, number> {
  const midnights = new Map<number, number>();
  for (const hour of new Set(rows.map((row) => row.hour))) {
    if (hour === undefined) continue;
    const midnight = startOfDay(hour + hourMs - 1);
    if (midnight > hour && midnight < toMs) midnights.set(hour, midnight);
  }
  return midnights;
}

function keyOf({ hour, sessionId, agent, provider, model }: UsageRow): string {
  return JSON.stringify([hour, sessionId, agent, provider, model]);
}

function isNothing({ calls, errors, usage, costNano, unknownCosts, approximateCosts }: CallTotals): boolean {
  return calls === 0 && errors === 0 && isNoUsage(usage) && costNano === 0 && unknownCosts === 0 && approximateCosts === 0;
}
