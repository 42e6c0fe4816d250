/** Days, hours and months of this computer's time zone. A day has 23 or 25 hours when the clocks change, so days are counted by the calendar. */

export const hourMs = 3_600_000;

/** Local midnight at or before a time, epoch milliseconds. */
export function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** The same clock time so many days later (or earlier). */
export function addDays(ms: number, days: number): number {
  const time = new Date(ms);
  return time.setDate(time.getDate() + days);
}

export function startOfMonth(ms: number): number {
  const time = new Date(ms);
  time.setDate(1);
  return startOfDay(time.getTime());
}

/** `2026-11-22` */
export function dayName(ms: number): string {
  const time = new Date(ms);
  return `${String(time.getFullYear()).padStart(4, '0')}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())}`;
}

/** Midnight of `2026-11-22`; undefined for what is no day. */
export function parseDay(day: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  if (!match) return undefined;
  const [, year, month, date] = match.map(Number);
  const midnight = new Date(year ?? 0, (month ?? 0) - 1, date).getTime();
  return dayName(midnight) === day ? midnight : undefined;
}

/**
 * Epoch milliseconds of an ISO 8601 day or time: `2026-11-22`, `2026-11-22T15:30`, `2026-11-22T15:30:00.5Z`. Without a zone it is local
 * time, and without a time midnight. Undefined for all else, also for a day that does not exist: JavaScript takes 31 February for 3 March.
 */
export function parseMoment(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  const [, day = '', time] = match ?? [];
  const midnight = parseDay(day);
  if (midnight === undefined || time === undefined) return midnight;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}

/** `14:00` */
export function hourName(ms: number): string {
  const time = new Date(ms);
  return `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
