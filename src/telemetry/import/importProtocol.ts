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

export interface ToImportWorker {
  readonly id: number;
  readonly jobs: readonly LogJob[];
  /** What is read is kept: the calls' keys are needed, and how to go on; else only the hashes of keys. */
  readonly keeps: boolean;
}

export interface LogResult {
  readonly index: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly offset: number;
  /** Undefined when nothing is kept. */
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

export interface FromImportWorker {
  readonly id: number;
  readonly results: readonly LogResult[];
}
