/** One of several sessions that tried the same. */
export interface Attempt {
  readonly index: number;
  readonly execution: string;
  /** Absent when none could be made. */
  readonly sessionId?: string;
  /** 0 to 100; null when it was not judged. */
  readonly score: number | null;
  readonly passed: boolean;
  readonly verdict?: string;
  /** Sum of the known costs; null where none is known. */
  readonly costUSD: number | null;
  readonly summary?: string;
  readonly reportId?: string;
  /** Why it failed or was not judged. */
  readonly problem?: string;
}

/** Index of the best one: those that pass first, then by score, then the cheaper one, then the earlier one. Undefined when none has a session. */
export function bestAttempt(attempts: readonly Attempt[]): number | undefined {
  const [best] = attempts
    .filter(({ sessionId }) => sessionId !== undefined)
    .sort((one, other) => Number(other.passed) - Number(one.passed) || (other.score ?? -1) - (one.score ?? -1) || (one.costUSD ?? Number.POSITIVE_INFINITY) - (other.costUSD ?? Number.POSITIVE_INFINITY) || one.index - other.index);
  return best?.index;
}
