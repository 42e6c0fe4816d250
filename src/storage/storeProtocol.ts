import type { GateBinding } from '../model/evalReport';
import type { SessionStatus } from '../model/session';
import type { UsageDimension } from '../model/usageRow';
import type { Row } from './columns';
import type { ImportTexts } from './importCommands';
import type { RollupFilter } from './rollupQueries';
import type { Period, ReservationRequest, SpanSelection, TableName, TimeSpan, TotalsFilter } from './store';
import type { ExecutionFilter } from './workflowStore';
import type { StoreErrorData } from './storeErrors';

/** What the worker is started with. */
export interface WorkerConfig {
  readonly file: string;
  readonly wasmFile: string;
  readonly kind: 'editor' | 'cli' | 'test';
  /** Names the worker as a lock owner. */
  readonly ownerNonce: string;
  readonly busyTimeoutMs: number;
  readonly watchIntervalMs: number;
  readonly recoveryIntervalMs: number;
}

/** Rows to write. `seq` rises by one a message and is acknowledged by `committed`. */
export type WriteMessage =
  | { readonly kind: 'spans'; readonly seq: number; readonly rows: string; readonly attrs: readonly string[] }
  | { readonly kind: 'rows'; readonly seq: number; readonly table: 'sessions' | 'iterations'; readonly rows: readonly Row[] }
  | ({ readonly kind: 'events'; readonly seq: number } & JournalEntry);

/** Events of one execution behind its last one, all or none; with `now` they are committed as soon as everything that has arrived is taken. */
export interface JournalEntry {
  readonly execution: string;
  readonly epoch: number;
  /** In the order of `eventColumns`. */
  readonly rows: readonly Row[];
  readonly consumed: readonly string[];
  readonly now: boolean;
}

export type StoreRequest = { readonly name: 'flush' } | { readonly name: 'close' } | StoreRead | StoreCommand;

/** Iterations by their start; of all sessions, if none is named. */
export interface RunFilter extends Pick<Period, 'fromMs' | 'toMs'> {
  readonly sessionIds?: readonly string[];
}

/** Which reports of evaluations: `session` is the newest whole one of each session. */
export type ReportSelection =
  | { readonly by: 'id'; readonly id: string }
  | { readonly by: 'target'; readonly target: string; readonly limit: number }
  | ({ readonly by: 'binding'; readonly suite: string } & GateBinding)
  | { readonly by: 'session' };

export type StoreRead =
  | { readonly name: 'span'; readonly id: string }
  | { readonly name: 'spansById'; readonly ids: readonly string[] }
  | { readonly name: 'spans'; readonly sessionId: string; readonly selection: SpanSelection }
  | { readonly name: 'totals'; readonly filter: TotalsFilter }
  | { readonly name: 'session'; readonly id: string }
  | { readonly name: 'sessions' }
  | { readonly name: 'sessionSummaries' }
  | { readonly name: 'iteration'; readonly id: string }
  | { readonly name: 'iterations'; readonly sessionId: string }
  | { readonly name: 'iterationRuns'; readonly period: RunFilter }
  | { readonly name: 'agentSessionIds' }
  | { readonly name: 'rollupTotals'; readonly filter: RollupFilter }
  | { readonly name: 'usage'; readonly filter: RollupFilter; readonly by: readonly UsageDimension[] }
  | { readonly name: 'usageOfParts'; readonly parts: readonly TimeSpan[]; readonly filter: RollupFilter; readonly by: readonly UsageDimension[] }
  | { readonly name: 'latencies'; readonly period: Period }
  | { readonly name: 'outcomes'; readonly period: Period }
  | { readonly name: 'importedFiles' }
  | { readonly name: 'importedSessions' }
  | { readonly name: 'limits' }
  | { readonly name: 'reservations' }
  | { readonly name: 'evalReports' | 'evalResults'; readonly selection: ReportSelection }
  | { readonly name: 'evalOutcome'; readonly key: string }
  | { readonly name: 'acceptances' }
  | { readonly name: 'workflowDefinition'; readonly hash: string }
  | { readonly name: 'workflowEvents'; readonly execution: string; readonly after: number }
  | { readonly name: 'workflowExecution'; readonly id: string; readonly processNonce: string }
  | { readonly name: 'workflowExecutions'; readonly filter: ExecutionFilter; readonly processNonce: string }
  | { readonly name: 'openApprovals' }
  | { readonly name: 'workflowSignals'; readonly execution: string }
  | { readonly name: 'tables' }
  | { readonly name: 'checkTable'; readonly table: string }
  | { readonly name: 'checkRollup'; readonly table: string }
  | { readonly name: 'rowCounts' };

export type StoreCommand =
  | { readonly name: 'transition'; readonly id: string; readonly from: readonly SessionStatus[]; readonly changes: Readonly<Record<string, string | number | null>> }
  | { readonly name: 'requestStop'; readonly id: string; readonly atMs: number }
  | { readonly name: 'saveImports'; readonly texts: ImportTexts }
  | { readonly name: 'clearImports' }
  | { readonly name: 'setLimits'; readonly limits: readonly Row[] }
  | { readonly name: 'reserve'; readonly reservation: ReservationRequest }
  | { readonly name: 'release'; readonly id: string }
  | { readonly name: 'saveReport'; readonly report: Row; readonly results: readonly Row[] }
  | { readonly name: 'keepOutcome'; readonly key: string; readonly outcome: string }
  | { readonly name: 'accept'; readonly acceptance: Row }
  | { readonly name: 'saveDefinition'; readonly definition: Row }
  | { readonly name: 'createExecution'; readonly execution: Row; readonly events: readonly Row[] }
  | { readonly name: 'claimExecution'; readonly id: string; readonly takeOver: boolean }
  | { readonly name: 'releaseExecution'; readonly id: string; readonly epoch: number }
  | { readonly name: 'signalExecution'; readonly signal: Row }
  | { readonly name: 'removeExecution'; readonly id: string }
  | { readonly name: 'rebuild' };

/** Sends a request after everything that was written before it. */
export type Ask = (request: StoreRequest) => Promise<Row[]>;

export interface Numbered<T extends StoreRequest> {
  readonly id: number;
  readonly request: T;
}

/** What is asked at one time is sent as one message; its reads see one state of the file. */
export type ToWorker = WriteMessage | { readonly kind: 'requests'; readonly requests: readonly Numbered<StoreRequest>[] };

export type Answer = { readonly id: number; readonly rows: readonly Row[] } | { readonly id: number; readonly error: StoreErrorData };

/** Why SQLite did not take a row, or the error that a caller expects. */
export type Refusal = { readonly reason: string } | { readonly error: StoreErrorData };

export type FromWorker =
  | { readonly kind: 'opened'; readonly processNonce: string; readonly notices: readonly string[] }
  | { readonly kind: 'openFailed'; readonly error: StoreErrorData }
  | { readonly kind: 'committed'; readonly upTo: number; readonly tables: readonly TableName[] }
  /** These writes are still queued in the worker. */
  | { readonly kind: 'commitFailed'; readonly error: StoreErrorData }
  /** A row that SQLite refuses for its own sake, or events that their execution refuses: they are therefore not kept. */
  | { readonly kind: 'rowRefused'; readonly seq: number; readonly refusal: Refusal }
  | { readonly kind: 'changed'; readonly tables: readonly TableName[]; readonly external: boolean }
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] };
