/** A finding that a person decided to live with, in this repository on this machine; a team's decisions are in the baseline file. */
export interface Acceptance {
  readonly fingerprint: string;
  readonly evaluator: string;
  readonly ruleId: string;
  readonly file?: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
}
