import type { NanoDollars } from './money';
import type { Usage } from './usage';

/** What model calls add up to. */
export interface CallTotals {
  /** Model calls; rows that only settle a run's total are not counted. */
  readonly calls: number;
  readonly errors: number;
  readonly usage: Usage;
  /** Sum of the known costs. */
  readonly costNano: NanoDollars;
  /** Calls (and settlements) whose cost nobody knows: when above zero, `costNano` is a lower bound. */
  readonly unknownCosts: number;
  /** Those whose cost is `approximate`. */
  readonly approximateCosts: number;
}

export const usageDimensions = ['hour', 'session', 'agent', 'provider', 'model'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** Totals of one group; a dimension that was not asked for is absent. */
export interface UsageRow extends CallTotals {
  /** Start of the hour, epoch milliseconds. */
  readonly hour?: number;
  readonly sessionId?: string;
  readonly agent?: string;
  readonly provider?: string;
  readonly model?: string;
}

export type LatencyKind = 'duration' | 'firstToken';

/** A histogram of one model's calls that succeeded. */
export interface LatencyRow {
  readonly provider: string;
  readonly model: string;
  readonly kind: LatencyKind;
  /** Bucket `n` holds the milliseconds from `latencyBase ** n` to below `latencyBase ** (n + 1)`; what is below 1 ms is in bucket 0. */
  readonly buckets: readonly { readonly bucket: number; readonly count: number }[];
}

/** About 5 % wide. */
export const latencyBase = 1.1;

/** How often something succeeded: evaluations by name, later workflows and templates. */
export interface OutcomeRow {
  readonly kind: 'eval' | 'workflow';
  readonly name: string;
  readonly succeeded: number;
  readonly failed: number;
}
