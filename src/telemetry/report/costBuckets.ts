import type { CostBucket, CostPeriod } from '../../model/costReport';
import type { UsageRow } from '../../model/usageRow';
import { addTotals, noCalls } from '../../model/callTotals';
import { addDays, dayName, hourMs, hourName, startOfDay, startOfMonth } from '../../base/localDay';

const longestInHoursMs = 48 * hourMs;
const longestInDaysMs = 400 * 24 * hourMs;
const mostAskedMs = 100 * 24 * hourMs;

export interface BucketSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The period cut into hours (up to 48 of them), local days, or months (above 400 days), each with what was spent in it. A period
 * without a beginning begins with the first call; one that began before it is not shown empty for longer than 400 days.
 */
export function costBuckets({ fromMs, toMs }: CostPeriod, rows: readonly UsageRow[]): readonly CostBucket[] {
  const first = rows.reduce((earliest, { hour }) => Math.min(earliest, hour ?? Infinity), Infinity);
  const known = Number.isFinite(first) ? first : toMs;
  const from = fromMs === undefined ? known : toMs - fromMs > longestInDaysMs ? Math.max(fromMs, known) : fromMs;
  const unit = unitOf(from, toMs);
  const spans = spansOf(unit, from, toMs);
  const totals = spans.map(() => noCalls);
  for (const row of rows) {
    const index = bucketAt(spans, row.hour ?? from);
    totals[index] = addTotals(totals[index] ?? noCalls, row);
  }
  return spans.map((span, index) => ({ ...span, label: unit.label(span.fromMs), ...(unit.isDay ? { day: dayName(span.fromMs) } : {}), totals: totals[index] ?? noCalls }));
}

/** The parts of a period that a store can be asked for one by one, so that each local day is exact; none where they would be too many. */
export function askedBuckets({ fromMs, toMs }: CostPeriod): readonly BucketSpan[] {
  if (fromMs === undefined || toMs - fromMs > mostAskedMs) return [];
  return spansOf(unitOf(fromMs, toMs), fromMs, toMs).map((span) => ({ fromMs: Math.max(span.fromMs, fromMs), toMs: Math.min(span.toMs, toMs) }));
}

/**
 * The bucket that an hour belongs to, by its start. Hours are those of UTC and cut at local midnight (`withinLocalDays`); one that the
 * period cuts begins before it and goes to its first bucket.
 */
export function bucketAt(buckets: readonly BucketSpan[], ms: number): number {
  let low = 0;
  let high = buckets.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((buckets[middle]?.fromMs ?? Infinity) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface Unit {
  readonly start: (ms: number) => number;
  readonly next: (ms: number) => number;
  readonly label: (ms: number) => string;
  readonly isDay: boolean;
}

const hours: Unit = { start: (ms) => Math.floor(ms / hourMs) * hourMs, next: (ms) => ms + hourMs, label: hourName, isDay: false };
const days: Unit = { start: startOfDay, next: (ms) => addDays(ms, 1), label: (ms) => dayName(ms).slice(5), isDay: true };
const months: Unit = { start: startOfMonth, next: (ms) => startOfMonth(addDays(ms, 40)), label: (ms) => dayName(ms).slice(0, 7), isDay: false };

function unitOf(fromMs: number, toMs: number): Unit {
  const length = toMs - fromMs;
  return length <= longestInHoursMs ? hours : length <= longestInDaysMs ? days : months;
}

function spansOf(unit: Unit, fromMs: number, toMs: number): readonly BucketSpan[] {
  return cut(unit.start(fromMs), Math.max(toMs, fromMs + 1), unit.next);
}

function cut(fromMs: number, toMs: number, next: (ms: number) => number): readonly BucketSpan[] {
  const spans: BucketSpan[] = [];
  for (let at = fromMs; at < toMs; ) {
    // Where clocks skip midnight, the next day begins later than asked for, never earlier.
    const end = Math.max(next(at), at + 1);
    spans.push({ fromMs: at, toMs: end });
    at = end;
  }
  return spans;
}
