import type { CostBucket, CostPeriod } from '../../model/costReport';
import type { UsageRow } from '../../model/usageRow';
import { addTotals, noCalls } from '../../model/callTotals';
import { addDays, dayName, hourName, startOfDay, startOfMonth } from './localDay';

const hourMs = 3_600_000;
const longestInHoursMs = 48 * hourMs;
const longestInDaysMs = 400 * 24 * hourMs;

interface Span {
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
  const spans = cut(unit.start(from), Math.max(toMs, from + 1), unit.next);
  const totals = spans.map(() => noCalls);
  for (const row of rows) {
    const index = bucketAt(spans, row.hour ?? from);
    totals[index] = addTotals(totals[index] ?? noCalls, row);
  }
  return spans.map((span, index) => ({ ...span, label: unit.label(span.fromMs), ...(unit.isDay ? { day: dayName(span.fromMs) } : {}), totals: totals[index] ?? noCalls }));
}

/**
 * The bucket that an hour belongs to, by its start. Hours are those of UTC: where the local day begins at half past, the first hour
 * begins before the period and goes to its first bucket.
 */
export function bucketAt(buckets: readonly Span[], ms: number): number {
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

function cut(fromMs: number, toMs: number, next: (ms: number) => number): readonly Span[] {
  const spans: Span[] = [];
  for (let at = fromMs; at < toMs; ) {
    // Where clocks skip midnight, the next day begins later than asked for, never earlier.
    const end = Math.max(next(at), at + 1);
    spans.push({ fromMs: at, toMs: end });
    at = end;
  }
  return spans;
}
