import { parentPort, workerData } from 'node:worker_threads';
import type { SqlJsStatic } from 'sql.js';
import { GeminiProjects } from './geminiProjects';
import type { FromImportWorker, LogJob, LogResult, ToImportWorker, WorkerConfig } from './importProtocol';
import { LineFile } from './readLines';
import { readLog } from './readLog';

/** Entry of `importWorker.js`: reads logs, so that nothing else has to wait for it. */
const { wasmFile } = workerData as WorkerConfig;
const lines = new LineFile();
const geminiProjects = new GeminiProjects();
let engine: Promise<SqlJsStatic> | undefined;

function answer(message: FromImportWorker): void {
  const buffers = message.results.flatMap(({ calls }) => [calls.numbers.buffer as ArrayBuffer, calls.hashes.buffer as ArrayBuffer]);
  parentPort?.postMessage(message, buffers);
}

async function read(jobs: readonly LogJob[], keeps: boolean): Promise<LogResult[]> {
  const results: LogResult[] = [];
  for (const job of jobs) results.push(readLog(job, { lines, geminiProjects, sql: job.agent === 'opencode' ? await loadSql() : undefined }, keeps));
  return results;
}

function loadSql(): Promise<SqlJsStatic | undefined> {
  engine ??= import('sql.js').then(({ default: initSqlJs }) => initSqlJs({ locateFile: () => wasmFile }));
  return engine.catch(() => undefined);
}

parentPort?.on('message', ({ id, jobs, keeps }: ToImportWorker) => {
  void read(jobs, keeps).then((results) => { answer({ id, results }); });
});
