import type { Usage } from '../../model/usage';

/** More tokens than any one call can have; a larger count is damage, and its sums would lose their last digits. */
export const mostTokens = 1e10;

/**
 * Reads the token counts of one call. What is absent counts as none; what is there but cannot be a count (negative, no whole number, no
 * number at all, beyond 10 billion, more cached than there is) is left out and makes the whole call doubtful.
 */
export class TokenCounts {
  doubtful = false;

  /** A count of its own. */
  count(value: unknown): number {
    if (value === undefined || value === null) return 0;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens) return value;
    this.doubtful = true;
    return 0;
  }

  /** What `whole` holds beyond `part`, which must be a part of it. */
  beyond(whole: number, part: number): number {
    if (part > whole) this.doubtful = true;
    return Math.max(0, whole - part);
  }
}

/** Usage in the words of OpenAI's API: `input_tokens` includes what was cached, `output_tokens` includes reasoning. */
export function inclusiveUsage(counts: TokenCounts, input: number, cacheRead: number, cacheWrite: number, output: number, reasoning: number): Usage {
  return {
    input: { text: counts.beyond(input, cacheRead + cacheWrite), cacheRead, cacheWrite5m: cacheWrite, cacheWrite1h: 0 },
    output: { text: counts.beyond(output, reasoning), reasoning },
  };
}
