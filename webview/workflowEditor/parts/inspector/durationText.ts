const units = [
  { word: 'd', ms: 86_400_000 },
  { word: 'h', ms: 3_600_000 },
  { word: 'm', ms: 60_000 },
  { word: 's', ms: 1_000 },
  { word: 'ms', ms: 1 },
] as const;

/** Whole milliseconds as a person writes them and with nothing lost: `1 h 30 m`, `45 s`, `1 s 500 ms`. */
export function durationText(milliseconds: number): string {
  if (milliseconds === 0) return '0 s';
  let left = milliseconds;
  const parts: string[] = [];
  for (const { word, ms } of units) {
    const count = Math.floor(left / ms);
    if (count > 0) parts.push(`${count} ${word}`);
    left -= count * ms;
  }
  return parts.join(' ');
}

/** Milliseconds of `90 s`, `1h30m`, `1.5 h`; a bare number means seconds. Undefined for what is no duration. */
export function parseDuration(text: string): number | undefined {
  const words = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(words)) return Math.round(Number(words) * 1_000);
  if (!/^(\d+(\.\d+)?\s*(ms|d|h|m|s)\s*)+$/.test(words)) return undefined;
  const sum = [...words.matchAll(/(\d+(?:\.\d+)?)\s*(ms|d|h|m|s)/g)].reduce((total, [, number, word]) => total + Number(number) * (units.find((unit) => unit.word === word)?.ms ?? 0), 0);
  return Math.round(sum);
}
