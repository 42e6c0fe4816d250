import type { NanoDollars } from '../money';
import type { Spent } from './spent';

/** JSON as it was recorded; a long one is kept as an artifact of that SHA-256, with its beginning for people. */
export type Recorded = { readonly value: unknown } | { readonly artifact: string; readonly bytes: number; readonly preview: string };

/** Longest JSON (UTF-16 units) that the journal holds itself. */
export const longestInline = 4096;

export interface StepError {
  /** Code of an OrchestratorError, or `timeout`, `no-route`, `interrupted`, `unexpected`. */
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

/** Who decided or asked: a person's name as git or the system knows it, or the program. */
export type Actor = string;

export type Decision = 'approved' | 'rejected';
/** What a person says of a step of which nobody can tell whether it happened. */
export type Answer = 'again' | 'done' | 'failed';

/** Why an edge was taken or not, where an expression had to say it. */
export interface EdgeVerdict {
  readonly edge: string;
  readonly taken: boolean;
  readonly error?: string;
}

interface EventKinds {
  /** Always the first one. `definition` is the hash by which the store keeps it. */
  'execution.started': {
    readonly definition: string;
    readonly workflow: string;
    readonly name: string;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly by: Actor;
    readonly budgetNano?: NanoDollars;
    /** The step of another execution that waits for this one. */
    readonly parent?: { readonly execution: string; readonly step: string };
    /** Where it was forked from: steps that come with `reused` are that one's. */
    readonly fork?: { readonly execution: string; readonly node: string };
    /** Only this node is run, or all with pinned outputs taken for their nodes. */
    readonly trial?: { readonly node?: string };
  };
  /** A new owner goes on with it. `recovery` counts those that found steps under way. */
  'execution.adopted': { readonly by: Actor; readonly recovery: number };
  'execution.cancelRequested': { readonly by: Actor; readonly reason?: string };
  'execution.parked': { readonly reason: string };
  /** A person wants a parked one to go on. */
  'execution.unparked': { readonly by: Actor };
  'execution.completed': { readonly status: 'succeeded' | 'failed' | 'cancelled'; readonly result?: Recorded; readonly error?: StepError };

  /** Durable before the effect of a step that is not pure. `plan`: what the effect is found again by. */
  'step.started': { readonly step: string; readonly node: string; readonly pass: number; readonly attempt: number; readonly tokens: readonly string[]; readonly plan?: Readonly<Record<string, unknown>>; readonly dueAt?: number };
  'step.completed': { readonly step: string; readonly outcome: string; readonly output?: Recorded; readonly variables?: Readonly<Record<string, unknown>>; readonly session?: string } & Spent;
  /** With `retryAt` it is tried again then; without, the step has failed. */
  'step.failed': { readonly step: string; readonly attempt: number; readonly error: StepError; readonly retryAt?: number; readonly session?: string } & Spent;
  'step.cancelled': { readonly step: string; readonly reason: string; readonly session?: string } & Spent;
  /** Taken over from the execution that this one was forked from, or from a pinned output. */
  'step.reused': { readonly step: string; readonly node: string; readonly pass: number; readonly tokens: readonly string[]; readonly outcome: string; readonly output?: Recorded; readonly variables?: Readonly<Record<string, unknown>>; readonly session?: string; readonly why: 'fork' | 'pinned' };
  /** Nobody can tell whether its effect happened. */
  'step.asked': { readonly step: string; readonly question: string };
  'step.answered': { readonly step: string; readonly answer: Answer; readonly by: Actor };
  /** Only of steps with an edge that has a condition. */
  'edges.decided': { readonly step: string; readonly edges: readonly EdgeVerdict[] };

  'approval.requested': { readonly approval: string; readonly step: string; readonly message: string; readonly hash: string; readonly content?: Recorded; readonly session?: string; readonly quorum: number; readonly dueAt?: number };
  'approval.decided': { readonly approval: string; readonly decision: Decision; readonly by: Actor; readonly comment?: string; readonly hash: string; readonly signal: string };
  /** What was decided on is not what is there any more: all decisions are void. */
  'approval.reopened': { readonly approval: string; readonly hash: string; readonly content?: Recorded; readonly reason: string };
  'approval.closed': { readonly approval: string; readonly outcome: 'approved' | 'rejected' | 'timeout' | 'cancelled' };
}

export type WorkflowEventType = keyof EventKinds;

/** One line of an execution's journal. */
export type WorkflowEvent = { [Type in WorkflowEventType]: { readonly type: Type; readonly seq: number; readonly at: number; readonly epoch: number } & EventKinds[Type] }[WorkflowEventType];

/** An event before it has its place: `seq` from 1 without gaps, `at` epoch milliseconds, `epoch` of the owner that wrote it. */
export type NewWorkflowEvent = { [Type in WorkflowEventType]: { readonly type: Type } & EventKinds[Type] }[WorkflowEventType];

/** What others than the owner want of an execution: kept until its owner has written it into the journal. */
export type WorkflowSignal = { readonly id: string; readonly execution: string; readonly at: number; readonly by: Actor } & (
  | { readonly kind: 'decide'; readonly approval: string; readonly decision: Decision; readonly hash: string; readonly comment?: string }
  | { readonly kind: 'answer'; readonly step: string; readonly answer: Answer }
  | { readonly kind: 'cancel'; readonly reason?: string }
);
