/**
 * Tokens of one or more model calls. The parts never overlap: uncached input, cache reads and cache
 * writes are counted apart, and so are visible output and reasoning. Totals are always derived.
 */
export interface Usage {
  readonly input: {
    /** Input tokens billed at the full rate (not cached). */
    readonly text: number;
    readonly cacheRead: number;
    readonly cacheWrite5m: number;
    readonly cacheWrite1h: number;
  };
  readonly output: {
    /** Output tokens without reasoning. */
    readonly text: number;
    readonly reasoning: number;
  };
}

export const noUsage: Usage = {
  input: { text: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
  output: { text: 0, reasoning: 0 },
};

/** All input tokens, cached ones included. */
export function tokensIn(usage: Usage): number {
  const { text, cacheRead, cacheWrite5m, cacheWrite1h } = usage.input;
  return text + cacheRead + cacheWrite5m + cacheWrite1h;
}

/** All output tokens, reasoning included. */
export function tokensOut(usage: Usage): number {
  return usage.output.text + usage.output.reasoning;
}

export function addUsage(a: Usage, b: Usage): Usage {
  return combine(a, b, (x, y) => x + y);
}

/** What `total` holds beyond `part`, never below zero in any kind. */
export function usageBeyond(total: Usage, part: Usage): Usage {
  return combine(total, part, (x, y) => Math.max(0, x - y));
}

export function isNoUsage(usage: Usage): boolean {
  return tokensIn(usage) === 0 && tokensOut(usage) === 0;
}

function combine(a: Usage, b: Usage, f: (x: number, y: number) => number): Usage {
  return {
    input: {
      text: f(a.input.text, b.input.text),
      cacheRead: f(a.input.cacheRead, b.input.cacheRead),
      cacheWrite5m: f(a.input.cacheWrite5m, b.input.cacheWrite5m),
      cacheWrite1h: f(a.input.cacheWrite1h, b.input.cacheWrite1h),
    },
    output: {
      text: f(a.output.text, b.output.text),
      reasoning: f(a.output.reasoning, b.output.reasoning),
    },
  };
}
