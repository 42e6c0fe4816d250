import type { NanoDollars } from './money';

/** Limits of one repository, the same for every window and the command line. Absent: no limit. */
export interface BudgetLimits {
  /** All sessions together, from local midnight to midnight. */
  readonly dayNano?: NanoDollars;
  /** Each session that has no limit of its own. */
  readonly sessionNano?: NanoDollars;
}

/** What is to be different: a limit that is there and undefined is taken away, one that is absent stays as it is. */
export type BudgetLimitsPatch = { readonly [K in keyof BudgetLimits]?: BudgetLimits[K] | undefined };

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

/** A limit is nearly used up. */
export interface BudgetWarning extends Pick<BudgetState, 'scope' | 'spentNano' | 'limitNano'> {
  /** Whose limit it is, or whose run the workflow's; absent for the day. */
  readonly session?: { readonly id: string; readonly name: string };
  /** `The session has spent $0.82 of its $1.00.` */
  readonly message: string;
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
