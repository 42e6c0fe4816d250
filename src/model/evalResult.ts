/** The outcome of one check. `score` is 0 to 100, `duration` in milliseconds. */
export interface EvalResult {
  readonly id: string;
  readonly name: string;
  readonly score: number;
  readonly passed: boolean;
  readonly duration: number;
  /** The end of what the check printed. */
  readonly details?: string;
  /** Why it could not be run; absent when it ran. */
  readonly error?: string;
}

/** What came of a project's own tests. `none`: it has none · `not-run`: what they were to test failed, or they were stopped. */
export type TestOutcome = EvalResult | 'none' | 'not-run';
