import type { Actor, WorkflowEvent, WorkflowSignal } from '../model/workflow/event';
import type { Spent } from '../model/workflow/spent';
import type { ApprovalState, ExecutionStatus } from '../model/workflow/state';

/** What kind of program has a store open. */
export type ProgramKind = 'editor' | 'cli' | 'test';

/** A definition as an execution is pinned to it. */
export interface PinnedDefinition {
  /** SHA-256 of `text`, hex. */
  readonly hash: string;
  readonly workflow: string;
  readonly name: string;
  /** JSON. */
  readonly text: string;
}

/** What a list of executions shows; kept up to date in the transaction that writes the events. */
export interface ExecutionRecord {
  readonly id: string;
  readonly workflow: string;
  readonly name: string;
  readonly definition: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly finishedAt?: number;
  /** Why it failed or is parked. */
  readonly problem?: string;
  readonly by: Actor;
  /** Execution that waits for it. */
  readonly parent?: string;
  /** Kind of the program that owned it last. */
  readonly host: ProgramKind;
  /** `none`: no process that lives goes on with it. */
  readonly owner: 'here' | 'elsewhere' | 'none';
  readonly epoch: number;
  readonly lastSeq: number;
  readonly openApprovals: number;
  /** What its sessions have cost so far; absent where no model was called, and of children, whose sessions are those of the execution that waits. */
  readonly spent?: Spent;
}

export interface OpenApproval extends Pick<ApprovalState, 'id' | 'step' | 'message' | 'hash' | 'session' | 'quorum' | 'requestedAt' | 'dueAt'> {
  readonly execution: string;
  readonly workflow: string;
  readonly executionName: string;
}

export interface ExecutionFilter {
  readonly workflow?: string;
  /** Default: only those that no execution waits for. */
  readonly parent?: string;
  readonly statuses?: readonly ExecutionStatus[];
  /** Newest first; default 200. */
  readonly limit?: number;
}

/** The journals of workflow executions. Each has one owner at a time, whose epoch fences those before it: only the owner writes events. */
export interface WorkflowRepository {
  /** Nothing happens when it is there. */
  saveDefinition(definition: PinnedDefinition): Promise<void>;
  definition(hash: string): Promise<PinnedDefinition | undefined>;
  /** Makes an execution that this process owns (epoch 1), with its first events, in one transaction. False when the id is taken. */
  create(execution: Pick<ExecutionRecord, 'id' | 'workflow' | 'name' | 'definition' | 'startedAt' | 'by'> & { readonly parent?: string }, events: readonly WorkflowEvent[]): Promise<boolean>;
  /**
   * Makes this process the owner, with a new epoch: when it has no living owner, or `takeOver` is set. Undefined when it is owned elsewhere;
   * an execution that is owned here gets a new epoch as well, which fences whoever uses the old one.
   * @throws OrchestratorError `execution-missing`
   */
  claim(id: string, options?: { readonly takeOver?: boolean }): Promise<{ readonly epoch: number } | undefined>;
  /** It has no owner any more; nothing happens when another one has taken over. */
  release(id: string, epoch: number): Promise<void>;
  /**
   * Adds events behind the last one, in the order of the calls, many calls in one transaction; resolves when they are durable. With `now` the transaction
   * is made at once, else with the next group. `consumed`: signals that these events put into the journal; they go in the same transaction.
   * After `disk-full`, `store-locked` or `store-failed` the events are still on their way, in their order, as saved rows are: the same call again tells what
   * became of them, and never writes them twice.
   * @throws OrchestratorError `invalid-argument` for events that are no JSON or of another epoch; `execution-lost` when another owner has taken over or the numbers do not follow on: nothing of the call was written then
   */
  append(id: string, epoch: number, events: readonly WorkflowEvent[], options?: { readonly now?: boolean; readonly consumed?: readonly string[] }): Promise<void>;
  /** By number; those behind `after`. */
  events(id: string, after?: number): Promise<WorkflowEvent[]>;
  execution(id: string): Promise<ExecutionRecord | undefined>;
  executions(filter?: ExecutionFilter): Promise<ExecutionRecord[]>;
  /** Oldest first. */
  openApprovals(): Promise<OpenApproval[]>;
  /** Kept until its owner, or the next one, has consumed it. @throws OrchestratorError `execution-missing` */
  signal(signal: WorkflowSignal): Promise<void>;
  /** In the order in which they were given. */
  signals(execution: string): Promise<WorkflowSignal[]>;
  /** Forgets ended executions with their events and children. */
  remove(id: string): Promise<boolean>;
}
