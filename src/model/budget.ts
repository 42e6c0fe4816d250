import type { NanoDollars } from './money';

/** Limits of one repository, the same for every window and the command line. Absent: no limit. */
export interface BudgetLimits {
  /** All sessions together, from local midnight to midnight. */
  readonly dayNano?: NanoDollars;
  /** Each session that has no limit of its own. */
  readonly sessionNano?: NanoDollars;
}

export const budgetScopes = ['day', 'session', 'execution'] as const;
export type BudgetScope = (typeof budgetScopes)[number];

/** Who spends. */
export interface Spender {
  readonly sessionId: string;
  /** The workflow execution that the session belongs to. */
  readonly executionId?: string | undefined;
}

export interface BudgetState {
  readonly scope: BudgetScope;
  /** Session or execution; absent for the day. */
  readonly id?: string;
  readonly limitNano: NanoDollars;
  readonly spentNano: NanoDollars;
  /** Estimates of calls that are under way. */
  readonly reservedNano: NanoDollars;
}

/** A person is warned at that part of a limit. */
export const budgetWarning = 0.8;

/** Asked before money is spent on a call whose cost can be estimated. */
export interface BudgetGate {
  /**
   * Reserves the estimate until it is released, which is to be done once the call's span, with its true cost, has been written.
   * `costNano` undefined: nobody knows a price, then only limits that are used up already stop the call.
   * @throws OrchestratorError `budget-exceeded` when it does not fit
   */
  admit(spender: Spender, costNano: NanoDollars | undefined): Promise<{ release(): Promise<void> }>;
}
