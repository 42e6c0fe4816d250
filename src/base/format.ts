import { dayName } from './localDay';

/** How numbers are written everywhere: pages, tree views and the command line. Only display; nothing parses these texts. */

export const unknownValue = '—';

export interface CostFormat {
  /** The amount was computed from a price that only nearly fits. */
  readonly estimate?: boolean;
  /** Parts of the sum are unknown, so the amount is a lower bound. */
  readonly atLeast?: boolean;
}

const nanoPerDollar = 1e9;
const nanoPerCent = 1e7;
const smallestShownNano = 1e5;

/** Nano-dollars as `$12.40`; below one cent with four digits (`$0.0042`); an unknown amount is `—`, never zero. */
export function formatCost(nano: number | undefined, { estimate = false, atLeast = false }: CostFormat = {}): string {
  if (nano === undefined || !Number.isFinite(nano)) return unknownValue;
  const mark = atLeast ? '≥ ' : estimate ? '~' : '';
  return mark + (nano < 0 ? '−' : '') + dollars(Math.abs(nano));
}

function dollars(nano: number): string {
  if (nano === 0) return '$0.00';
  if (nano < smallestShownNano / 2) return '<$0.0001';
  if (Math.round(nano / smallestShownNano) * smallestShownNano < nanoPerCent) return `$${(nano / nanoPerDollar).toFixed(4)}`;
  return `$${grouped((Math.round(nano / nanoPerCent) / 100).toFixed(2))}`;
}

/** All digits of an amount, for tooltips: `$0.021345`. */
export function formatExactCost(nano: number): string {
  const digits = (Math.abs(nano) / nanoPerDollar).toFixed(9).replace(/0{1,7}$/, '');
  return `${nano < 0 ? '−' : ''}$${grouped(digits)}`;
}

/** What the cost of steps is told from. */
export interface CostTotals {
  readonly costNano: number;
  readonly unknownCosts: number;
  readonly approximateCosts: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
}

/** True where nobody says anything of the cost, also where no model call was reported at all. */
export function isCostUnknown({ costNano, unknownCosts, tokensIn, tokensOut }: Omit<CostTotals, 'approximateCosts'>): boolean {
  return costNano === 0 && (unknownCosts > 0 || tokensIn + tokensOut === 0);
}

/** The cost of steps as their totals say it: `—` where nothing is known, a lower bound where only a part is, `~` where a part is approximate. */
export function formatTotalCost(totals: CostTotals): string {
  return isCostUnknown(totals) ? unknownValue : formatCost(totals.costNano, { atLeast: totals.unknownCosts > 0, estimate: totals.approximateCosts > 0 });
}

/** Counts of tokens as `140`, `12.3k`, `123k`, `4.2M`. */
export function formatTokens(count: number | undefined): string {
  if (count === undefined || !Number.isFinite(count)) return unknownValue;
  const size = Math.abs(count);
  if (size < 999.5) return String(Math.round(count));
  if (size < 999_500) return `${scaled(count, 1e3)}k`;
  if (size < 999_500_000) return `${scaled(count, 1e6)}M`;
  return `${scaled(count, 1e9)}B`;
}

function scaled(count: number, unit: number): string {
  const value = count / unit;
  return Math.abs(value) < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** A whole number with thousands apart, for tooltips: `12,345`. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? grouped(String(Math.round(count))) : unknownValue;
}

/** Milliseconds as `480 ms`, `12.4 s`, `3 m 12 s`, `1 h 04 m`, `2 d 03 h`. */
export function formatDuration(milliseconds: number | undefined): string {
  if (milliseconds === undefined || !Number.isFinite(milliseconds) || milliseconds < 0) return unknownValue;
  if (milliseconds === 0) return '0 ms';
  if (milliseconds < 1) return '<1 ms';
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${twoDigits(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${twoDigits(hours % 24)} h`;
}

/** How long ago, roughly: `just now`, `12 s ago`, `3 m ago`, `2 h ago`, `4 d ago`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (!(seconds >= 2)) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Local clock time of an epoch in milliseconds, `14:03:12`; on another day than `now` also the date, `2026-11-21 14:03`. */
export function formatClock(epochMs: number, now: number): string {
  const time = new Date(epochMs);
  if (Number.isNaN(time.getTime())) return unknownValue;
  const clock = `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}`;
  return dayName(epochMs) === dayName(now) ? `${clock}:${twoDigits(time.getSeconds())}` : `${dayName(epochMs)} ${clock}`;
}

/** Local date and time to the millisecond, for tooltips: `2026-11-21 14:03:12.345`. */
export function formatTimestamp(epochMs: number): string {
  const time = new Date(epochMs);
  if (Number.isNaN(time.getTime())) return unknownValue;
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':');
  return `${dayName(epochMs)} ${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

/** `1 step`, `48 steps`, `1,204 steps`. */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const groups = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** A score of 0 to 100 with at most one decimal; down, never up: 79.96 is not 80 where 80 is asked for. */
export function formatScore(score: number): string {
  return String(Math.floor(Math.round(score * 1e6) / 1e5) / 10);
}
