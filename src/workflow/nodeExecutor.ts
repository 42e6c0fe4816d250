import { OrchestratorError } from '../base/errors';
import type { NodeType } from '../model/workflow/nodeConfig';
import type { WorkflowDefinition, WorkflowNode } from '../model/workflow/definition';
import type { Spent } from '../model/workflow/spent';
import type { ExecutionState, StepState, Token } from '../model/workflow/state';
import type { ExpressionScope } from './language/expressionScope';

/**
 * What a crash in the midst of a step asks for. `pure`: nothing has happened, it is run again · `idempotent`: run again does no harm ·
 * `reattachable`: what it began goes on and is found by its plan · `atMostOnce`: it is looked whether it happened, and a person is asked where nobody can tell.
 */
export type EffectKind = 'pure' | 'idempotent' | 'reattachable' | 'atMostOnce';

/** What a step came to. A step that could not be done throws instead. */
export interface StepResult extends Spent {
  /** One of the node's outcomes. */
  readonly outcome: string;
  /** JSON; what later expressions see as `nodes.<id>.output`. */
  readonly output?: unknown;
  /** The session that it worked on: the default of later nodes. */
  readonly session?: string;
}

/** What an attempt that failed, or was called off, has used all the same: it has been paid. */
export type StepSpent = Pick<StepResult, 'session' | keyof Spent>;

/** Why a step was not done, with what it has spent on that. Any other error may be thrown as well. */
export class StepFailure extends OrchestratorError {
  constructor(
    { code, message, advice, cause }: OrchestratorError,
    readonly spent: StepSpent,
  ) {
    super(code, message, advice, { cause });
  }
}

/** What an attempt used, though it threw. */
export function spentOf(error: unknown): StepSpent {
  return error instanceof StepFailure ? error.spent : {};
}

/** What a decision is asked for, and what it is bound to: `content` is hashed. */
export interface ApprovalRequest {
  readonly message: string;
  readonly content: unknown;
  readonly session?: string;
  readonly quorum: number;
  readonly dueAt?: number;
}

export type StepEnd =
  | ({ readonly kind: 'done' } & StepResult)
  /** The engine ends the step with outcome `passed` at that time, epoch milliseconds. */
  | { readonly kind: 'timer'; readonly dueAt: number }
  | { readonly kind: 'approval'; readonly request: ApprovalRequest };

export type Probe =
  | { readonly happened: 'yes'; readonly result: StepResult }
  | { readonly happened: 'no' }
  /** Asked of a person. */
  | { readonly happened: 'unknown'; readonly question: string };

/** What a child begins with. */
export interface ChildStart {
  readonly definition: WorkflowDefinition;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface ChildRequest {
  /** Unique in the step, the same at each attempt: the child's id is made from it. */
  readonly key: string;
  /** Asked only for a child that is not there yet: one that is goes on as it began, also when its file is gone. */
  readonly start: () => ChildStart | Promise<ChildStart>;
  /** Cancels this child alone; it is cancelled with its step in any case. */
  readonly signal?: AbortSignal;
}

export interface ChildResult {
  readonly execution: string;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  /** What its `end` nodes gave. */
  readonly result: unknown;
  readonly problem?: string;
  readonly state: ExecutionState;
}

/** Executions that a step waits for. */
export interface ChildExecutions {
  /** Runs it, goes on with it, or gives what it came to: a child that has ended is never run again. Cancelled with the step. */
  run(request: ChildRequest): Promise<ChildResult>;
  /** Definition of a workflow by its id. @throws OrchestratorError `workflow-missing`, `workflow-invalid` */
  definition(id: string): Promise<WorkflowDefinition>;
}

export interface StepContext<Config = Readonly<Record<string, unknown>>> {
  /** `root` is the execution that no other one waits for: budgets and sessions are its. */
  readonly execution: { readonly id: string; readonly root: string; readonly name: string; readonly workflow: string };
  readonly node: WorkflowNode;
  /** With the values of its templates; expressions and scripts as they are written. */
  readonly config: Config;
  readonly step: string;
  readonly pass: number;
  /** From 1. */
  readonly attempt: number;
  /** When the attempt began, epoch milliseconds; also of one that an earlier process began. */
  readonly startedAt: number;
  /** What is on record of the attempts before. */
  readonly used: Spent;
  /** What `plan` gave before the first attempt. */
  readonly plan: Readonly<Record<string, unknown>>;
  readonly tokens: readonly Token[];
  /** The node's step before this one. */
  readonly previous?: StepState;
  /** The session that `config.session` names, or the last one that a step used. */
  readonly session?: string;
  readonly scope: ExpressionScope;
  /** Aborted at a timeout, when the execution is cancelled, or when it is handed over. */
  readonly signal: AbortSignal;
  /** Value of an expression over the scope and `extra`. @throws OrchestratorError `expression-failed` */
  evaluate(expression: string, extra?: Readonly<Record<string, unknown>>): Promise<unknown>;
  readonly children: ChildExecutions;
  /** Span of the step, below which its work is traced. */
  readonly spanId?: string;
}

/** How nodes of one type are done. */
export interface NodeExecutor<Config = never> {
  readonly type: NodeType;
  effect(config: Config): EffectKind;
  /** Ids and the like by which the effect can be found again; recorded before the effect. */
  plan?(context: StepContext<Config>): Promise<Readonly<Record<string, unknown>>>;
  run(context: StepContext<Config>): Promise<StepEnd>;
  /** Of `reattachable` ones: goes on with what an earlier process began. */
  reattach?(context: StepContext<Config>): Promise<StepEnd>;
  /** Of those that cost something: what this attempt has used so far, where no process is at it any more. */
  spent?(context: StepContext<Config>): Promise<StepSpent>;
  /** Of `atMostOnce` ones. */
  probe?(context: StepContext<Config>): Promise<Probe>;
  /** Of approvals: what the decision is bound to as it is now, whose hash is compared. */
  content?(context: StepContext<Config>): Promise<unknown>;
}

export type NodeExecutors = Readonly<Record<NodeType, NodeExecutor>>;
