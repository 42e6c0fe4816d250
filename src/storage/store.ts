import type { Listen } from '../base/events';
import type { BudgetLimits, BudgetLimitsPatch, BudgetState } from '../model/budget';
import type { Acceptance } from '../model/acceptance';
import type { EvalReport, EvalTarget, GateBinding } from '../model/evalReport';
import type { ImportedCall, ImportedFile, ImportedSession } from '../model/importedCall';
import type { NanoDollars } from '../model/money';
import type { Iteration, IterationRun, Session, SessionStatus, SessionSummary, SpanTotals } from '../model/session';
import type { AmpTraceEvent } from '../model/span';
import type { CallTotals, LatencyRow, OutcomeRow, UsageDimension, UsageRow } from '../model/usageRow';
import type { ProgramKind, WorkflowRepository } from './workflowStore';

export interface StoreOptions {
  /** Folder of the database; made when missing. */
  readonly directory: string;
  /** Folder that holds `storageWorker.js` and `sql-wasm.wasm`. */
  readonly assetsDirectory: string;
  readonly kind: ProgramKind;
  /** How long one transaction waits for another process's lock before it fails with `store-locked`. Default 10 s. */
  readonly busyTimeoutMs?: number;
  /** How often the file is looked at for changes of other processes. Default 250 ms. */
  readonly watchIntervalMs?: number;
  /** Takes secrets out of everything that is about to be stored: text or JSON in, the same with the secrets replaced out; JSON stays JSON. */
  readonly redact?: (text: string) => string;
  /** How often ended processes are looked for while they have open spans or iterations. Default 3 s. */
  readonly recoveryIntervalMs?: number;
}

export type TableName = 'sessions' | 'iterations' | 'telemetry_events' | 'imported_calls' | 'budgets' | 'eval_results' | 'workflow_executions';

/** Something was committed: by this process (then `tables` says what) or by another one (then all tables are named). */
export interface StoreChange {
  readonly tables: readonly TableName[];
  readonly external: boolean;
}

export interface Store {
  readonly file: string;
  /** Three hex characters, unique among the live processes of this store; goes into the ids of spans (`spanIds`). */
  readonly processNonce: string;
  /** What happened at open that a person should know: a damaged file was moved aside, spans were recovered. */
  readonly notices: readonly string[];
  readonly spans: SpanRepository;
  readonly sessions: SessionRepository;
  readonly iterations: IterationRepository;
  readonly rollups: RollupRepository;
  readonly imports: ImportRepository;
  readonly budgets: BudgetRepository;
  readonly evaluations: EvaluationRepository;
  readonly workflows: WorkflowRepository;
  readonly onDidChange: Listen<StoreChange>;
  /** Spans that could not be kept because the disk did not take them and memory is bounded; 0 unless something is badly wrong. */
  readonly droppedSpans: number;
  /**
   * Resolves when everything written before this call is durable. Rejects with `disk-full`, `store-locked` or `store-failed` when it
   * could not be committed; the rows stay queued then, and a later flush (or the next write) tries again.
   */
  flush(): Promise<void>;
  /** Compares the roll-ups with the rows that they sum up, and checks the file; with `rebuild` makes them anew, in one transaction. */
  check(options: { readonly rebuild: boolean }): Promise<StoreCheck>;
  /** Flushes, then gives back the lock, the nonce and the worker. Rejects as `flush` does, but is closed all the same. */
  close(): Promise<void>;
}

export interface TotalsFilter {
  readonly sessionId?: string;
  readonly iterationId?: string;
  /** Epoch milliseconds of the span's start: `fromMs` inclusive, `toMs` exclusive. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** Of the spans of a session: those that `since` names, behind the one that a reader has come to, and no more than `limit`. */
export interface SpanSelection {
  readonly since?: number | undefined;
  readonly after?: Pick<AmpTraceEvent, 'tsStart' | 'id'> | undefined;
  readonly limit?: number | undefined;
}

/** Reads see everything that this process wrote before them. */
export interface SpanRepository {
  /** Inserts or replaces by id. Returns at once; the span must not be changed afterwards. */
  write(span: AmpTraceEvent): void;
  get(id: string): Promise<AmpTraceEvent | undefined>;
  /** Those that are there, in no order. */
  byIds(ids: readonly string[]): Promise<AmpTraceEvent[]>;
  /** Ordered by start, then id. With `since` (epoch ms): the open ones and those that started or ended at or after it. */
  bySession(sessionId: string, options?: SpanSelection): Promise<AmpTraceEvent[]>;
  totals(filter: TotalsFilter): Promise<SpanTotals>;
}

export interface SessionRepository {
  /** Inserts or replaces by id; resolves when committed. Writes are committed in the order in which they were made. */
  save(session: Session): Promise<void>;
  /** Newest first. */
  list(): Promise<Session[]>;
  /** The same sessions without what makes them long: a fraction of the time where there are thousands. */
  summaries(): Promise<SessionSummary[]>;
  get(id: string): Promise<Session | undefined>;
  /**
   * Changes the session only if its status is one of `from`, in one transaction over all processes; the session as it is then, or
   * undefined when it is missing or its status is another one. A key of the patch that is `undefined` clears an optional field.
   */
  transition(id: string, from: readonly SessionStatus[], patch: SessionPatch): Promise<Session | undefined>;
}

export type SessionPatch = { readonly [K in Exclude<keyof Session, 'id'>]?: Session[K] | undefined };

export interface IterationRepository {
  /** Inserts or replaces by id; resolves when committed. Never clears a stop request of another process. */
  save(iteration: Iteration): Promise<void>;
  get(id: string): Promise<Iteration | undefined>;
  /** By number. */
  bySession(sessionId: string): Promise<Iteration[]>;
  /** Those that started in the period (`fromMs` inclusive, `toMs` exclusive, epoch milliseconds), in no order. */
  byPeriod(period: Pick<Period, 'fromMs' | 'toMs'> & { readonly sessionIds?: readonly string[] }): Promise<IterationRun[]>;
  /** The ids that agents gave their own sessions in runs of this repository; each once, in no order. */
  agentSessionIds(): Promise<string[]>;
  /** Asks whichever process runs the iteration to stop it; false when it is not running (any more). */
  requestStop(id: string, atMs: number): Promise<boolean>;
}

export interface StoreCheck {
  /** What SQLite's own check found wrong in the file; empty when it is sound. */
  readonly problems: readonly string[];
  /** Groups of the roll-ups that were not what their rows add up to (before the rebuild, if one was asked for). */
  readonly wrongRollups: number;
  readonly spans: number;
  readonly importedCalls: number;
  readonly rebuilt: boolean;
}

/** `fromMs` inclusive, `toMs` exclusive, epoch milliseconds of the call's start. */
export interface Period {
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Calls that agents made outside the product too. Default false. */
  readonly imported?: boolean;
}

/** `fromMs` inclusive, `toMs` exclusive, epoch milliseconds. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sums that are kept up to date in the transaction that writes the rows. Reads see everything that this process wrote before them. */
export interface RollupRepository {
  /** Exact to the millisecond: what is in part of an hour is summed from its rows. */
  totals(filter: Period & { readonly sessionId?: string; readonly executionId?: string }): Promise<CallTotals>;
  /**
   * As exact as `totals`, so that both add up to the same. Grouped by the dimensions that were asked for, in no order; an hour is named by its
   * start, also where the period begins in the midst of it.
   */
  usage(filter: Period & { readonly sessionId?: string; readonly sessionIds?: readonly string[] }, by: readonly UsageDimension[]): Promise<UsageRow[]>;
  /** `usage` of each of the parts, in their order. */
  usageOfParts(parts: readonly TimeSpan[], filter: Pick<Period, 'imported'>, by: readonly UsageDimension[]): Promise<UsageRow[][]>;
  /** By whole hours (UTC): those that the period touches. */
  latencies(period: Period): Promise<LatencyRow[]>;
  /** By whole hours, as `latencies`. */
  outcomes(period: Period): Promise<OutcomeRow[]>;
}

export interface ImportBatch {
  readonly files: readonly ImportedFile[];
  /** A session that is known keeps its earliest and latest time. */
  readonly sessions: readonly ImportedSession[];
  readonly calls: readonly ImportedCall[];
}

export interface ImportRepository {
  files(): Promise<ImportedFile[]>;
  sessions(): Promise<ImportedSession[]>;
  /** One transaction: how far was read, and what was found there. */
  save(batch: ImportBatch): Promise<void>;
  /** Forgets everything imported, so that the next import begins anew. */
  clear(): Promise<void>;
}

export interface ReservationRequest {
  /** Names the reservation for `release`. */
  readonly id: string;
  readonly sessionId: string;
  readonly executionId?: string;
  readonly costNano: NanoDollars;
  /** Local midnight, epoch milliseconds. */
  readonly dayStartMs: number;
  /** Absent: no limit. */
  readonly dayLimitNano?: NanoDollars;
  readonly sessionLimitNano?: NanoDollars;
  readonly executionLimitNano?: NanoDollars;
}

export interface BudgetRepository {
  limits(): Promise<BudgetLimits>;
  /** Changes only the limits that it names, so that two who set different ones do not undo each other. */
  setLimits(patch: BudgetLimitsPatch): Promise<void>;
  /**
   * In one transaction over all processes: what has been spent, what other calls have reserved, and this estimate must fit every limit.
   * Then it is reserved (undefined); else the first limit that it does not fit. Reservations of ended processes are dropped.
   */
  reserve(request: ReservationRequest): Promise<BudgetState | undefined>;
  /** What all processes have reserved now, by session. */
  reservations(): Promise<ReadonlyMap<string, NanoDollars>>;
  release(id: string): Promise<void>;
}

export interface EvaluationRepository {
  /** Inserts or replaces by id, with one row of `eval_results` for each result; resolves when committed. */
  save(report: EvalReport): Promise<void>;
  get(id: string): Promise<EvalReport | undefined>;
  /** Newest first. */
  byTarget(target: EvalTarget, limit: number): Promise<EvalReport[]>;
  /** The newest whole report with this binding and suite. */
  byBinding(binding: GateBinding, suite: string): Promise<EvalReport | undefined>;
  /** The newest report of each session, without details of its findings: what a list of sessions shows. */
  latestBySession(): Promise<EvalReport[]>;
  /** Outcomes of evaluators, kept by what they depend on; the oldest go when there are too many. */
  outcome(key: string): Promise<string | undefined>;
  keepOutcome(key: string, outcome: string): Promise<void>;
  acceptances(): Promise<Acceptance[]>;
  /** Inserts or replaces by fingerprint. */
  accept(acceptance: Acceptance): Promise<void>;
}
