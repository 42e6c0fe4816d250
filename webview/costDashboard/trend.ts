export interface Trend {
  /** `▲ 8 %`; absent where the two cannot be compared. */
  readonly change?: string;
  /** For screen readers: `8 % more`. */
  readonly spoken?: string;
  /** `against $11.48 the 7 days before` */
  readonly against: string;
}

export interface Compared {
  /** Undefined where nobody knows, or only a lower bound. */
  readonly now: number | undefined;
  readonly before: number | undefined;
  /** As shown, with its unit. */
  readonly beforeText: string;
  /** `the 7 days before` */
  readonly words: string;
}

const tenfold = 10;

/** How a figure changed. Two lower bounds cannot be compared, so they are only put side by side. */
export function trend({ now, before, beforeText, words }: Compared): Trend {
  if (before === 0) return { against: `nothing ${words}` };
  const against = `against ${beforeText} ${words}`;
  if (now === undefined || before === undefined) return { against };
  const ratio = now / before;
  if (ratio >= tenfold) return { change: `▲ ${Math.round(ratio)} ×`, spoken: `${Math.round(ratio)} times as much`, against };
  const percent = Math.round((ratio - 1) * 100);
  if (percent === 0) return { change: '= 0 %', spoken: 'the same', against };
  return percent > 0 ? { change: `▲ ${percent} %`, spoken: `${percent} % more`, against } : { change: `▼ ${-percent} %`, spoken: `${-percent} % less`, against };
}
