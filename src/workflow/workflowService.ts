import type { Listen } from '../base/events';
import type { NanoDollars } from '../model/money';
import type { WorkflowDefinition, WorkflowIssue } from '../model/workflow/definition';
import type { Answer, Decision, WorkflowEvent } from '../model/workflow/event';
import type { ExecutionState } from '../model/workflow/state';
import type { ExecutionFilter, ExecutionRecord, OpenApproval } from '../storage/workflowStore';

export type { ExecutionFilter, ExecutionRecord, OpenApproval };

/** A workflow that can be run. */
export interface WorkflowFile {
  readonly id: string;
  readonly name: string;
  /** Absolute path; of a bundled one too. */
  readonly file: string;
  /** `bundled` ones come with the product and are read-only. */
  readonly origin: 'repository' | 'bundled';
  /** Number of errors; a file with errors cannot be run. */
  readonly errors: number;
  readonly description?: string;
}

/** What the validator may take for known. Absent: not checked. */
export interface KnownNames {
  readonly agents?: readonly string[];
  readonly evaluators?: readonly string[];
  readonly suites?: readonly string[];
  readonly workflows?: readonly string[];
}

export interface ReadWorkflow {
  /** Absent when there are errors. */
  readonly definition?: WorkflowDefinition;
  readonly issues: readonly WorkflowIssue[];
  /** Of a newer format: it can be shown, not changed or run. */
  readonly isNewer?: true;
}

/** A file with what it says. */
export interface OpenedWorkflow extends ReadWorkflow {
  readonly file: WorkflowFile;
  readonly text: string;
}

/** What becomes of approvals where nobody can be asked. */
export type ApprovalMode = 'wait' | 'fail' | 'reject';

export interface StartRequest {
  readonly definition: WorkflowDefinition;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Who starts it. Default: the name in git's configuration, else the system's user. */
  readonly by?: string;
  /** In place of the definition's own limit. */
  readonly budgetNano?: NanoDollars;
  readonly approvals?: ApprovalMode;
  /** A trial: only this node, or all with pinned outputs in place of their nodes. */
  readonly trial?: { readonly node?: string };
}

export interface ForkRequest {
  readonly execution: string;
  /** The steps of this node (of its last run) and all that followed are done anew. */
  readonly node: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Instead of the one that the execution is pinned to. */
  readonly definition?: WorkflowDefinition;
  readonly by?: string;
  readonly approvals?: ApprovalMode;
  /** Run only that node, with the outputs of the execution before it. */
  readonly only?: boolean;
}

/** An execution that this process owns. */
export interface RunningExecution {
  readonly id: string;
  /** Settles when it has ended, is parked, or is handed over: the state then. Rejects only when its journal could not be written. */
  readonly done: Promise<ExecutionState>;
}

/** An execution as it can be seen from any process. */
export interface ExecutionView {
  readonly record: ExecutionRecord;
  readonly state: ExecutionState;
  readonly definition: WorkflowDefinition;
  /** Decisions that were taken and have not reached the journal yet. */
  readonly pending: readonly { readonly kind: 'decide' | 'answer' | 'cancel'; readonly about?: string }[];
}

/** The workflows of one repository: files, executions and approvals. */
export interface WorkflowService {
  /** Executions or approvals changed, in this process or in another one. */
  readonly onDidChange: Listen<void>;
  /** Events of executions that are owned here, as soon as they are in the state. */
  readonly onDidAppend: Listen<{ readonly execution: string; readonly events: readonly WorkflowEvent[] }>;
  /** Something that a person is to be told by a `notify` node. */
  readonly onDidNotify: Listen<{ readonly execution: string; readonly message: string; readonly level: 'info' | 'warning' | 'error' }>;

  files(): Promise<WorkflowFile[]>;
  /** By id or by path. @throws OrchestratorError `workflow-missing` */
  readFile(idOrPath: string): Promise<OpenedWorkflow>;
  /** Parses and validates. Never throws. */
  read(text: string, known?: KnownNames): ReadWorkflow;
  knownNames(): Promise<KnownNames>;

  /** @throws OrchestratorError `workflow-invalid`, `invalid-argument` for variables that do not fit */
  start(request: StartRequest): Promise<RunningExecution>;
  /** Goes on with an execution that has no living owner, or takes it over. A parked one goes on too. @throws OrchestratorError `execution-missing`, `execution-owned`, `execution-finished` */
  resume(id: string, options?: { readonly takeOver?: boolean; readonly approvals?: ApprovalMode }): Promise<RunningExecution>;
  /** Goes on with all executions of this kind of program that have no living owner. */
  resumeAll(): Promise<readonly RunningExecution[]>;
  /** Keeps the limit that the execution was begun with, where it was not its definition's. @throws OrchestratorError `execution-missing`, `invalid-argument` for a node that was never reached, `workflow-invalid` */
  fork(request: ForkRequest): Promise<RunningExecution>;

  executions(filter?: ExecutionFilter): Promise<ExecutionRecord[]>;
  /** By id, or by the beginning of one. @throws OrchestratorError `execution-missing` */
  execution(id: string): Promise<ExecutionView>;
  events(id: string, after?: number): Promise<WorkflowEvent[]>;
  /** JSON of a long output. */
  artifact(sha256: string): Promise<unknown>;
  openApprovals(): Promise<OpenApproval[]>;

  /** Resolves when it is on record; the owner takes it up at once. `hash` is what the person saw. @throws OrchestratorError `approval-missing`, `approval-changed` */
  decide(request: { readonly execution: string; readonly approval: string; readonly decision: Decision; readonly hash: string; readonly comment?: string; readonly by?: string }): Promise<void>;
  /** What became of a step of which nobody can tell. @throws OrchestratorError `invalid-argument` when nothing is asked about it */
  answer(request: { readonly execution: string; readonly step: string; readonly answer: Answer; readonly by?: string }): Promise<void>;
  /** Cancels it and its children, wherever they run; what nobody runs is cancelled here. */
  cancel(id: string, reason?: string): Promise<void>;
  /** Forgets an execution that has ended, with its children. @throws OrchestratorError `invalid-argument` for one that has not */
  remove(id: string): Promise<void>;
  /** Limit of an execution that is owned here. */
  limitOf(execution: string): NanoDollars | undefined;
}
