import os from 'node:os';
import { OrchestratorError } from '../../base/errors';
import { findLogs, type FoundLog, type ImportProblem } from './findLogs';
import type { LogJob, LogResult } from './importProtocol';
import { ImportThread } from './importThreads';
import { beginningsOf } from './logBeginnings';
import type { LogHomes } from './logHomes';

export interface ScanOptions {
  readonly homes: LogHomes;
  /** `importWorker.js` of the build, and `sql-wasm.wasm`. */
  readonly workerScript: string;
  readonly wasmFile: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
}

export interface ScanProgress {
  readonly files: number;
  readonly totalFiles: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** How far a log was read before. */
export interface KnownOffset {
  readonly size: number;
  readonly mtimeMs: number;
  readonly offset: number;
  /** The worker's own word of it, read only when the log has changed. */
  readonly log: () => unknown;
}

export interface ScanTaker {
  /** Nothing was ever read: there will be something to read, so the threads are started while it is looked for. */
  readonly knowsNothing: boolean;
  /** What is taken is kept: the calls' keys are needed, not only their hashes, and how to go on. */
  readonly keeps: boolean;
  known(path: string): KnownOffset | undefined;
  /** Logs come in the order in which their sessions began: what two of them hold belongs to the earlier one. */
  take(log: FoundLog, result: LogResult): Promise<void>;
  problem(problem: ImportProblem): void;
}

const chunkBytes = 8 * 1024 * 1024;
const chunkFiles = 64;
/** Chunks that are read ahead of the one whose turn it is. */
const chunksAhead = 8;
const twoThreadsFromBytes = 48 * 1024 * 1024;
/** One processor is left to the thread that asked, and to who waits for it: on two, a second reader takes a third more processor time and no less time. */
const mostThreads = Math.max(1, Math.min(2, os.availableParallelism() - 1));

/**
 * Reads what is new in all logs, in threads of their own; when nothing is new, only folders and facts about files are looked at.
 * @throws OrchestratorError `stopped` when aborted, `import-failed` when a thread dies
 */
export async function scanLogs(options: ScanOptions, taker: ScanTaker): Promise<void> {
  const threads: ImportThread[] = [];
  const start = (count: number): void => {
    const { workerScript, wasmFile } = options;
    while (threads.length < Math.min(count, mostThreads)) threads.push(new ImportThread(workerScript, { wasmFile }));
  };
  try {
    if (taker.knowsNothing) start(2);
    const found = await findLogs(options.homes, (problem) => { taker.problem(problem); });
    const changed = found.filter((log) => !isKnown(log, taker.known(log.path)));
    if (changed.length === 0) return;
    start(changed.reduce((sum, log) => sum + newBytes(log, taker), 0) < twoThreadsFromBytes ? 1 : 2);
    await readAll(await inOrder(changed, taker), taker, threads, options);
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

function isKnown(log: FoundLog, known: KnownOffset | undefined): boolean {
  return known?.size === log.size && known.mtimeMs === log.mtimeMs;
}

async function readAll(logs: readonly FoundLog[], taker: ScanTaker, threads: readonly ImportThread[], { signal, onProgress }: ScanOptions): Promise<void> {
  const chunks = inChunks(logs, taker);
  const results = new Map<number, Promise<readonly LogResult[]>>();
  const totalBytes = logs.reduce((sum, log) => sum + newBytes(log, taker), 0);
  const progress = { files: 0, bytes: 0 };
  let next = 0;
  for (let turn = 0; turn < chunks.length; turn++) {
    for (; next < Math.min(chunks.length, turn + chunksAhead); next++) {
      const read = threads[next % threads.length]?.read(chunks[next] ?? [], taker.keeps) ?? Promise.resolve([]);
      // A rejection is met when its turn comes.
      read.catch(() => undefined);
      results.set(next, read);
    }
    for (const result of (await results.get(turn)) ?? []) {
      if (signal?.aborted) throw new OrchestratorError('stopped', "The import of the agents' logs was stopped.", 'It goes on from there the next time.');
      const log = logs[result.index];
      if (log) await taker.take(log, result);
      progress.files += 1;
      progress.bytes += result.bytes;
    }
    results.delete(turn);
    onProgress?.({ ...progress, totalFiles: logs.length, totalBytes });
  }
}

async function inOrder(logs: readonly FoundLog[], taker: ScanTaker): Promise<readonly FoundLog[]> {
  // Only Claude Code copies lines into other logs without a trace of where they came from.
  const asked = logs.filter((log) => log.agent === 'claudeCode' && taker.known(log.path) === undefined).map((log) => log.path);
  // Here, because the thread that reads is still starting then.
  const beginnings = await beginningsOf(asked);
  return logs
    .map((log) => ({ log, began: beginnings.get(log.path) ?? Number.NaN }))
    .map(({ log, began }) => ({ log, began: Number.isNaN(began) ? log.birthtimeMs : began }))
    .sort((a, b) => a.began - b.began || a.log.birthtimeMs - b.log.birthtimeMs || (a.log.path < b.log.path ? -1 : 1))
    .map(({ log }) => log);
}

function inChunks(logs: readonly FoundLog[], taker: ScanTaker): LogJob[][] {
  const chunks: LogJob[][] = [];
  let size = Number.POSITIVE_INFINITY;
  logs.forEach((log, index) => {
    if (size >= chunkBytes || (chunks.at(-1)?.length ?? 0) >= chunkFiles) {
      chunks.push([]);
      size = 0;
    }
    const known = taker.known(log.path);
    chunks.at(-1)?.push({ index, path: log.path, agent: log.agent, size: log.size, mtimeMs: log.mtimeMs, offset: known?.offset ?? 0, ...(known ? { log: known.log() } : {}) });
    size += newBytes(log, taker);
  });
  return chunks;
}

function newBytes(log: FoundLog, taker: ScanTaker): number {
  const offset = taker.known(log.path)?.offset ?? 0;
  return offset <= log.size ? log.size - offset : log.size;
}
