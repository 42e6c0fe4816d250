import type { NanoDollars } from './money';
import type { SessionStatus } from './session';
import type { CallTotals } from './usageRow';

export const costGroups = ['model', 'session', 'agent', 'branch'] as const;
export type CostGroup = (typeof costGroups)[number];

export const namedRanges = ['today', '7d', '30d', '90d', 'all'] as const;
/** Days are local ones, `2026-11-22`, both inclusive. */
export type CostRange = { readonly kind: (typeof namedRanges)[number] } | { readonly kind: 'custom'; readonly from: string; readonly to: string };

export interface CostQuery {
  readonly range: CostRange;
  /** What the cost over time is split by. */
  readonly group: CostGroup;
  /** With what agents spent outside the product. */
  readonly imported: boolean;
}

/** What a repository spent in a period: all numbers of the cost dashboard. Times are epoch milliseconds. */
export interface CostReport {
  readonly query: CostQuery;
  readonly takenAt: number;
  readonly period: CostPeriod;
  readonly totals: CallTotals;
  readonly iterations: IterationCosts;
  /** Absent for all time. */
  readonly previous?: { readonly words: string; readonly totals: CallTotals; readonly iterations: IterationCosts };
  readonly buckets: readonly CostBucket[];
  /** At most six; the last may be the rest together. */
  readonly series: readonly CostSeries[];
  readonly groups: Readonly<Record<CostGroup, CostTable>>;
  readonly models: readonly ModelQuality[];
  readonly success: SuccessMetrics;
  readonly budgets: BudgetReport;
  /** Sessions that the store knows, of any time; without one and without calls there is nothing to show yet. */
  readonly sessions: number;
  readonly runningSessions: number;
  /** Sessions made outside the product that are known; 0 where those were left out. */
  readonly importedSessions: number;
}

export interface CostPeriod {
  /** Absent: from the beginning. */
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs: number;
  /** `the last 7 days` */
  readonly words: string;
}

export interface IterationCosts {
  /** Those that started in the period. */
  readonly count: number;
  /** What the model calls of sessions cost in the period. */
  readonly totals: CallTotals;
}

export interface CostBucket {
  readonly fromMs: number;
  readonly toMs: number;
  /** In the time zone of the host: `14:00`, `11-22`, `2026-11`. */
  readonly label: string;
  /** The local day, where the bucket is one. */
  readonly day?: string;
  readonly totals: CallTotals;
}

export interface CostSeries {
  readonly key: string;
  readonly label: string;
  /** Made outside the product. */
  readonly imported: boolean;
  /** How many it sums up, where it is the rest. */
  readonly rest?: number;
  /** One a bucket; null where there was no call. */
  readonly cells: readonly (CostCell | null)[];
}

export interface CostCell {
  readonly costNano: NanoDollars;
  readonly unknownCosts: number;
  readonly approximateCosts: number;
  readonly tokens: number;
}

export interface CostTable {
  /** Dearest first. */
  readonly rows: readonly CostRow[];
  /** How many more there are, and what they add up to. */
  readonly rest?: { readonly count: number; readonly totals: CallTotals };
}

export interface CostRow {
  readonly key: string;
  readonly label: string;
  /** What tells two of the same label apart: a model's provider, a session's branch. */
  readonly detail?: string;
  readonly imported: boolean;
  readonly totals: CallTotals;
  /** The session that can be opened. */
  readonly sessionId?: string;
  readonly status?: SessionStatus;
  /** Those that started in the period. */
  readonly iterations?: number;
  readonly lastMs?: number;
}

/** How well a model answered. Durations in milliseconds; absent where no call that succeeded had one. */
export interface ModelQuality {
  readonly key: string;
  readonly model: string;
  readonly provider: string;
  readonly totals: CallTotals;
  readonly duration?: Percentiles;
  readonly firstToken?: Percentiles;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly count: number;
}

export interface Rate {
  readonly succeeded: number;
  readonly total: number;
}

export interface SuccessMetrics {
  /** Sessions whose last ended iteration of the period succeeded. */
  readonly sessions: Rate;
  readonly iterations: Rate;
  readonly evaluations: Rate;
  readonly workflows: Rate;
}

export interface BudgetReport {
  readonly day: DayBudget;
  /** Those that have a limit and are not finished, nearest to it first. */
  readonly sessions: readonly SessionBudget[];
  /** How many more there are. */
  readonly moreSessions: number;
}

export interface DayBudget {
  readonly limitNano?: NanoDollars;
  readonly spent: CallTotals;
  /** Start of the first hour of the day in which something was spent. */
  readonly sinceMs?: number;
  readonly nanoPerHour?: NanoDollars;
  /** What it will be at midnight if that rate goes on. */
  readonly forecastNano?: NanoDollars;
}

export interface SessionBudget {
  readonly sessionId: string;
  readonly label: string;
  readonly limitNano: NanoDollars;
  readonly spent: CallTotals;
  /** While an iteration ran. */
  readonly nanoPerHour?: NanoDollars;
  /** How much longer it can run at that rate, milliseconds. */
  readonly lastsMs?: number;
  readonly running: boolean;
}
