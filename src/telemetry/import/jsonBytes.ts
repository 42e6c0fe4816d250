/** JSON read as bytes, without making texts of it: for lines of which there are millions. All ranges are without the quotes. */
export const quote = 0x22;
export const colon = 0x3a;
export const comma = 0x2c;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;
const backslash = 0x5c;
const zero = 0x30;

/** The place of the quote that ends the text whose first character is at `from`; `end` when it is not ended. */
export function endOfText(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = bytes[at];
    if (byte === quote) return at;
    at += byte === backslash ? 2 : 1;
  }
  return end;
}

/** Behind a number, a truth value or null. */
export function endOfPlain(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== comma && bytes[at] !== closeBrace) at += 1;
  return at;
}

/** A count written in plain digits, from 0 to 10^15; -1 for anything else. */
export function plainCount(bytes: Buffer, from: number, end: number): number {
  let value = 0;
  let at = from;
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const next = bytes[at];
  return at === from || at - from > 15 || (next !== comma && next !== closeBrace) ? -1 : value;
}

export function isText(bytes: Buffer, from: number, end: number, text: string): boolean {
  if (end - from !== text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
}

/** At least one character, all of ASCII and none of them escaped. */
export function isPlainText(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (bytes[at] === backslash || (bytes[at] ?? 0) > 0x7e) return false;
  return end > from;
}

export function isSameRange(bytes: Buffer, from: number, end: number, otherFrom: number, otherEnd: number): boolean {
  if (end - from !== otherEnd - otherFrom) return false;
  for (let at = 0; at < end - from; at++) if (bytes[from + at] !== bytes[otherFrom + at]) return false;
  return true;
}

/** Epoch milliseconds of `2026-01-02T03:04:05.678Z`; `NaN` for anything else, which may still be a time. */
export function plainTime(bytes: Buffer, from: number, end: number): number {
  if (end - from !== 24 || bytes[from + 10] !== 0x54 || bytes[from + 19] !== 0x2e || bytes[from + 23] !== 0x5a) return Number.NaN;
  const month = digits(bytes, from + 5, 2);
  const day = digits(bytes, from + 8, 2);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return Number.NaN;
  return daysSince1970(digits(bytes, from, 4), month, day) * 86_400_000 + digits(bytes, from + 11, 2) * 3_600_000 + digits(bytes, from + 14, 2) * 60_000 + digits(bytes, from + 17, 2) * 1000 + digits(bytes, from + 20, 3);
}

/** Of the Gregorian calendar, with years that begin in March (https://howardhinnant.github.io/date_algorithms.html#days_from_civil); `Date.UTC` takes ten times as long. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return 365 * marchYear + Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400) + dayOfYear - 719_468;
}

function digits(bytes: Buffer, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
