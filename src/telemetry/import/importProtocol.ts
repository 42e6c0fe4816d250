import type { ImportAgent } from '../../model/importedCall';
import type { CallColumns } from './callColumns';
import type { LogSession } from './logCall';

/** What `importLogs.ts` and `importWorker.ts` say to each other. Both are of one build, so it needs no schema. */
export interface WorkerConfig {
  /** `sql-wasm.wasm` of sql.js. */
  readonly wasmFile: string;
}

export interface LogJob {
  /** The place of the log among all: the answer carries it. */
  readonly index: number;
  readonly path: string;
  readonly agent: ImportAgent;
  readonly size: number;
  readonly mtimeMs: number;
  /** How far it was read before, 0 for never. */
  readonly offset: number;
  /** What the worker said of it then. */
  readonly log?: unknown;
}

export type ToImportWorker =
  /** Asks when the sessions of these logs began. */
  | { readonly kind: 'beginnings'; readonly id: number; readonly paths: readonly string[] }
  | { readonly kind: 'read'; readonly id: number; readonly jobs: readonly LogJob[]; readonly withKeys: boolean };

export interface LogResult {
  readonly index: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly offset: number;
  readonly log: unknown;
  /** Bytes read this time. */
  readonly bytes: number;
  readonly sessions: readonly LogSession[];
  readonly calls: CallColumns;
  /** Lines that only said again what a call used. */
  readonly repeated: number;
  /** Lines that were too long. */
  readonly skipped: number;
  readonly problems: readonly { readonly problem: string; readonly count: number }[];
  /** The log could not be read at all; it is tried again the next time. */
  readonly failed: boolean;
}

export type FromImportWorker =
  /** Epoch milliseconds; `NaN` where the log does not say it. */
  | { readonly kind: 'beginnings'; readonly id: number; readonly times: readonly number[] }
  | { readonly kind: 'read'; readonly id: number; readonly results: readonly LogResult[] };
