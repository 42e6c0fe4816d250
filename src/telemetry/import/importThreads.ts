import { Worker } from 'node:worker_threads';
import { OrchestratorError, errorMessage } from '../../base/errors';
import type { FromImportWorker, LogJob, LogResult, ToImportWorker, WorkerConfig } from './importProtocol';

interface Waiting {
  readonly resolve: (message: FromImportWorker) => void;
  readonly reject: (error: Error) => void;
}

/** One thread that reads logs. It ends with `end`. */
export class ImportThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;
  private ended: Error | undefined;

  constructor(script: string, config: WorkerConfig) {
    // The editor starts its host with flags that a worker would not accept. What the worker makes of a line lives for that line: a large
    // nursery is swept seldom.
    this.worker = new Worker(script, { workerData: config, execArgv: [], name: 'amp-orchestrator-import', resourceLimits: { maxYoungGenerationSizeMb: 64 } });
    this.worker.on('message', (message: FromImportWorker) => {
      this.waiting.get(message.id)?.resolve(message);
      this.waiting.delete(message.id);
    });
    this.worker.on('error', (error) => { this.fail(error); });
    this.worker.on('exit', () => { this.fail('it ended'); });
  }

  async beginnings(paths: readonly string[]): Promise<readonly number[]> {
    const answer = await this.ask({ kind: 'beginnings', id: this.nextId++, paths });
    return answer.kind === 'beginnings' ? answer.times : [];
  }

  /** @throws OrchestratorError `import-failed` when the thread has ended */
  async read(jobs: readonly LogJob[], withKeys: boolean): Promise<readonly LogResult[]> {
    const answer = await this.ask({ kind: 'read', id: this.nextId++, jobs, withKeys });
    return answer.kind === 'read' ? answer.results : [];
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private ask(message: ToImportWorker): Promise<FromImportWorker> {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      this.waiting.set(message.id, { resolve, reject });
      this.worker.postMessage(message);
    });
  }

  private fail(reason: unknown): void {
    this.ended ??= new OrchestratorError('import-failed', `The thread that reads the logs of agents failed: ${errorMessage(reason)}.`, 'Try again; the log has the details.', { cause: reason });
    for (const { reject } of this.waiting.values()) reject(this.ended);
    this.waiting.clear();
  }
}
