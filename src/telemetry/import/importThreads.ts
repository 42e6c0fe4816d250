import { Worker } from 'node:worker_threads';
import { OrchestratorError, errorMessage } from '../../base/errors';
import type { FromImportWorker, LogJob, LogResult, ToImportWorker, WorkerConfig } from './importProtocol';

interface Waiting {
  readonly resolve: (results: readonly LogResult[]) => void;
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
    this.worker.on('message', ({ id, results }: FromImportWorker) => {
      this.waiting.get(id)?.resolve(results);
      this.waiting.delete(id);
    });
    this.worker.on('error', (error) => { this.fail(error); });
    this.worker.on('exit', () => { this.fail('it ended'); });
  }

  /** @throws OrchestratorError `import-failed` when the thread has ended */
  read(jobs: readonly LogJob[], keeps: boolean): Promise<readonly LogResult[]> {
    if (this.ended) return Promise.reject(this.ended);
    const message: ToImportWorker = { id: this.nextId++, jobs, keeps };
    return new Promise((resolve, reject) => {
      this.waiting.set(message.id, { resolve, reject });
      this.worker.postMessage(message);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(reason: unknown): void {
    this.ended ??= new OrchestratorError('import-failed', `The thread that reads the logs of agents failed: ${errorMessage(reason)}.`, 'Try again; the log has the details.', { cause: reason });
    for (const { reject } of this.waiting.values()) reject(this.ended);
    this.waiting.clear();
  }
}
