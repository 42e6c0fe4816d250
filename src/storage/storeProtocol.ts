import type { SessionStatus } from '../model/session';
import type { UsageDimension } from '../model/usageRow';
import type { Row } from './columns';
import type { ImportTexts } from './importCommands';
import type { RollupFilter } from './rollupQueries';
import type { Period, ReservationRequest, TableName, TotalsFilter } from './store';
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
  | { readonly kind: 'rows'; readonly seq: number; readonly table: 'sessions' | 'iterations'; readonly rows: readonly Row[] };

export type StoreRequest = { readonly name: 'flush' } | { readonly name: 'close' } | StoreRead | StoreCommand;

export type StoreRead =
  | { readonly name: 'span'; readonly id: string }
  | { readonly name: 'spans'; readonly sessionId: string; readonly since?: number }
  | { readonly name: 'totals'; readonly filter: TotalsFilter }
  | { readonly name: 'session'; readonly id: string }
  | { readonly name: 'sessions' }
  | { readonly name: 'iteration'; readonly id: string }
  | { readonly name: 'iterations'; readonly sessionId: string }
  | { readonly name: 'rollupTotals'; readonly filter: RollupFilter }
  | { readonly name: 'usage'; readonly filter: RollupFilter; readonly by: readonly UsageDimension[] }
  | { readonly name: 'latencies'; readonly period: Period }
  | { readonly name: 'outcomes'; readonly period: Period }
  | { readonly name: 'importedFiles' }
  | { readonly name: 'importedSessions' }
  | { readonly name: 'limits' };

export type StoreCommand =
  | { readonly name: 'transition'; readonly id: string; readonly from: readonly SessionStatus[]; readonly changes: Readonly<Record<string, string | number | null>> }
  | { readonly name: 'requestStop'; readonly id: string; readonly atMs: number }
  | { readonly name: 'saveImports'; readonly texts: ImportTexts }
  | { readonly name: 'clearImports' }
  | { readonly name: 'setLimits'; readonly limits: readonly Row[] }
  | { readonly name: 'reserve'; readonly reservation: ReservationRequest }
  | { readonly name: 'release'; readonly id: string }
  | { readonly name: 'check'; readonly rebuild: boolean };

/** Sends a request after everything that was written before it. */
export type Ask = (request: StoreRequest) => Promise<Row[]>;

export type ToWorker = WriteMessage | { readonly kind: 'request'; readonly id: number; readonly request: StoreRequest };

export type FromWorker =
  | { readonly kind: 'opened'; readonly processNonce: string; readonly notices: readonly string[] }
  | { readonly kind: 'openFailed'; readonly error: StoreErrorData }
  | { readonly kind: 'committed'; readonly upTo: number; readonly tables: readonly TableName[] }
  /** These writes are still queued in the worker. */
  | { readonly kind: 'commitFailed'; readonly error: StoreErrorData }
  /** A row that SQLite refuses for its own sake, and that is therefore not kept. */
  | { readonly kind: 'rowRefused'; readonly seq: number; readonly reason: string }
  | { readonly kind: 'changed'; readonly tables: readonly TableName[]; readonly external: boolean }
  | { readonly kind: 'answer'; readonly id: number; readonly rows: readonly Row[] }
  | { readonly kind: 'refused'; readonly id: number; readonly error: StoreErrorData };
