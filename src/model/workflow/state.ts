import type { NanoDollars } from '../money';
import type { Spent } from './spent';
import type { Actor, Decision, EdgeVerdict, Recorded, StepError } from './event';

export const executionStatuses = ['running', 'parked', 'succeeded', 'failed', 'cancelled'] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

/** Nobody goes on with it any more. */
export function hasEnded(status: ExecutionStatus): boolean {
  return status !== 'running' && status !== 'parked';
}

/** `retrying`: waits for its next attempt · `asking`: waits for a person's word on what happened · `reused`: taken over, never run here. */
export type StepStatus = 'running' | 'retrying' | 'waiting' | 'asking' | 'succeeded' | 'failed' | 'cancelled' | 'reused';

/** It is at work, or waits for a time or a person. */
export function isUnderWay(status: StepStatus): boolean {
  return status === 'running' || status === 'retrying' || status === 'waiting' || status === 'asking';
}

export interface StepAttempt {
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly error?: StepError;
}

/** One run of a node; `<node>#<pass>` is its id. */
export interface StepState extends Spent {
  readonly id: string;
  readonly node: string;
  /** From 1: how often the node has been run. */
  readonly pass: number;
  readonly status: StepStatus;
  /** What it was started with: what came before it. */
  readonly tokens: readonly Token[];
  readonly attempts: readonly StepAttempt[];
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly plan?: Readonly<Record<string, unknown>>;
  /** When a wait, an approval or the next attempt is due, epoch milliseconds. */
  readonly dueAt?: number;
  readonly outcome?: string;
  readonly output?: Recorded;
  readonly error?: StepError;
  readonly question?: string;
  readonly session?: string;
  /** It is done, and its edges are to be decided yet. */
  readonly isDeciding: boolean;
  /** Edges that were taken after it. */
  readonly taken: readonly string[];
  readonly verdicts: readonly EdgeVerdict[];
}

/** Something that came along an edge and has not been used yet. */
export interface Token {
  /** `<source step>><edge>`; of the beginning: `start`. */
  readonly id: string;
  readonly edge?: string;
  readonly target: string;
  /** A path that failed and is counted by a join that settles. */
  readonly failed?: true;
}

export interface ApprovalState {
  readonly id: string;
  readonly step: string;
  readonly node: string;
  readonly message: string;
  readonly hash: string;
  readonly content?: Recorded;
  readonly session?: string;
  readonly quorum: number;
  readonly requestedAt: number;
  readonly dueAt?: number;
  readonly status: 'open' | 'approved' | 'rejected' | 'timeout' | 'cancelled';
  /** Those that hold for the present content; at most one a person. */
  readonly decisions: readonly { readonly decision: Decision; readonly by: Actor; readonly comment?: string; readonly at: number }[];
  /** How often it was opened again because the content had changed. */
  readonly reopened: number;
}

/** What the events of an execution come to. Never changed by anything but the fold. */
export interface ExecutionState {
  readonly id: string;
  readonly definition: string;
  readonly workflow: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Why it failed or is parked. */
  readonly error?: StepError;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly result?: Recorded;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly by: Actor;
  readonly budgetNano?: NanoDollars;
  readonly parent?: { readonly execution: string; readonly step: string };
  readonly fork?: { readonly execution: string; readonly node: string };
  readonly trial?: { readonly node?: string };
  readonly cancelRequested?: { readonly by: Actor; readonly reason?: string; readonly at: number };
  readonly recoveries: number;
  readonly epoch: number;
  /** Of the last event that was folded; 0 before the first. */
  readonly seq: number;
  /** In the order in which they were started. */
  readonly steps: ReadonlyMap<string, StepState>;
  /** The newest step of each node. */
  readonly latest: ReadonlyMap<string, StepState>;
  readonly tokens: readonly Token[];
  readonly traversals: ReadonlyMap<string, number>;
  readonly approvals: ReadonlyMap<string, ApprovalState>;
  /** What all steps and attempts came to. */
  readonly spent: Spent;
  /** Sum of the known costs. */
  readonly costNano: NanoDollars;
  /** The session that the last finished step used: what `session` of later nodes is by default. */
  readonly session?: string;
}
