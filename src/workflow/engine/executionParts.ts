import type { Clock } from '../../base/clock';
import type { Log } from '../../base/log';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import type { WorkflowEvent, WorkflowSignal } from '../../model/workflow/event';
import type { ExecutionState } from '../../model/workflow/state';
import type { WorkflowRepository } from '../../storage/workflowStore';
import type { AmpTracer } from '../../telemetry/tracer';
import type { Expressions } from '../language/expressionScope';
import type { ChildExecutions, NodeExecutors } from '../nodeExecutor';
import type { ApprovalMode } from '../workflowService';

/** Runs something at a time, epoch milliseconds, however far away; the result takes it back. Tests move the time themselves. */
export interface Timers {
  at(epochMs: number, run: () => void): { dispose(): void };
}

/** JSON that is too long for the journal, by its SHA-256. Durable when `keep` resolves. */
export interface Artifacts {
  keep(json: string): Promise<string>;
  /** @throws OrchestratorError `store-failed` when it is missing or is not what its name says */
  read(sha256: string): Promise<string>;
}

/** A step that waits for executions of its own; `signal` ends with it. */
export interface WaitingStep {
  readonly step: string;
  readonly signal: AbortSignal;
  readonly spanId?: string;
}

/** What runs one execution that this process owns. */
export interface ExecutionParts {
  readonly id: string;
  /** The execution that no other one waits for. */
  readonly root: string;
  readonly definition: WorkflowDefinition;
  readonly epoch: number;
  /** The journal so far; at least `execution.started`. */
  readonly events: readonly WorkflowEvent[];
  readonly journal: Pick<WorkflowRepository, 'append' | 'signals' | 'release'>;
  readonly executors: NodeExecutors;
  readonly expressions: Expressions;
  readonly children: (step: WaitingStep) => ChildExecutions;
  /** Span of the step that waits for the execution. */
  readonly parentSpan?: string;
  readonly artifacts: Artifacts;
  readonly clock: Clock;
  readonly timers: Timers;
  /** 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  readonly newId: () => string;
  readonly tracer: AmpTracer;
  readonly log: Log;
  readonly approvals: ApprovalMode;
  /** Takes secrets out of what is recorded. */
  readonly redact: (text: string) => string;
  /** Told of events as soon as they are in the state, before they are durable. */
  readonly onAppend: (events: readonly WorkflowEvent[]) => void;
}

/** An execution at work. */
export interface RunsExecution {
  readonly id: string;
  readonly state: ExecutionState;
  /** Settles when it has ended, is parked, or was handed over. Rejects when its journal could not be written. */
  readonly done: Promise<ExecutionState>;
  /** Decisions, answers and cancellations of others; each is put into the journal once. */
  take(signals: readonly WorkflowSignal[]): void;
  /** Ends its steps without a word in the journal and gives it back: another owner goes on, or this one after a restart. */
  handOver(): Promise<void>;
}
