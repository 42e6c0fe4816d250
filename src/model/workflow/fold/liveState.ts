import type { NanoDollars } from '../../money';
import type { Recorded, StepError } from '../event';
import { addSpent, type Spent } from '../spent';
import type { ApprovalState, ExecutionState, ExecutionStatus, StepState, Token } from '../state';

/**
 * The state of an execution while events are folded into it, with what `movesOf` looks up: so that one event costs the same however long
 * the journal is. Steps and approvals are replaced, never changed: one that is the same object is the same.
 */
export class LiveState implements ExecutionState {
  definition = '';
  workflow = '';
  name = '';
  status: ExecutionStatus = 'running';
  error?: StepError;
  variables: Readonly<Record<string, unknown>> = {};
  result?: Recorded;
  startedAt = 0;
  endedAt?: number;
  by = '';
  budgetNano?: NanoDollars;
  parent?: { readonly execution: string; readonly step: string };
  fork?: { readonly execution: string; readonly node: string };
  trial?: { readonly node?: string };
  cancelRequested?: { readonly by: string; readonly reason?: string; readonly at: number };
  recoveries = 0;
  epoch = 0;
  seq = 0;
  spent: Spent = {};
  session?: string;
  readonly steps = new Map<string, StepState>();
  readonly latest = new Map<string, StepState>();
  readonly traversals = new Map<string, number>();
  readonly approvals = new Map<string, ApprovalState>();

  /** Steps that are not over: running, retrying, waiting, asking. */
  readonly underWay = new Set<string>();
  readonly deciding = new Set<string>();
  readonly tokensAt = new Map<string, readonly Token[]>();
  /** Steps after which nothing could go on, in their order. */
  readonly unhandled = new Map<string, StepError>();
  /** Steps that a join does not need any more, and the join's own step. */
  readonly notNeeded = new Map<string, string>();
  /** Ends that were reached. */
  readonly ends: string[] = [];

  constructor(readonly id: string) {}

  get costNano(): NanoDollars {
    return this.spent.costNano ?? 0;
  }

  spend(spent: Spent): void {
    this.spent = addSpent(this.spent, spent);
  }

  get tokens(): readonly Token[] {
    return [...this.tokensAt.values()].flat();
  }

  setStep(step: StepState): void {
    this.steps.set(step.id, step);
    const newest = this.latest.get(step.node);
    if (newest === undefined || newest.pass <= step.pass) this.latest.set(step.node, step);
  }

  putToken(token: Token): void {
    this.tokensAt.set(token.target, [...(this.tokensAt.get(token.target) ?? []), token]);
  }

  takeTokens(node: string, ids: readonly string[]): readonly Token[] {
    const tokens = this.tokensAt.get(node) ?? [];
    const left = tokens.filter(({ id }) => !ids.includes(id));
    if (left.length > 0) this.tokensAt.set(node, left);
    else this.tokensAt.delete(node);
    return tokens.filter(({ id }) => ids.includes(id));
  }
}
