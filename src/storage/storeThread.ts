import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerConfig } from './storeProtocol';

/** Where the store's other half runs. */
export interface StoreThread {
  post(message: ToWorker): void;
  /** While nothing is asked of it, the thread must not keep the process alive. */
  setBusy(busy: boolean): void;
  terminate(): Promise<void>;
}

export interface ThreadEvents {
  readonly onMessage: (message: FromWorker) => void;
  /** It ended, for whatever reason; no message follows. */
  readonly onExit: (reason: Error | undefined) => void;
}

export type StartThread = (config: WorkerConfig, events: ThreadEvents) => StoreThread;

export function workerThread(script: string): StartThread {
  return (config, { onMessage, onExit }) => {
    // The editor starts its host with flags that a worker would not accept.
    // What the worker makes lives for one transaction; a larger nursery only holds more of it before it is swept.
    const worker = new Worker(script, { workerData: config, execArgv: [], name: 'amp-orchestrator-store', resourceLimits: { maxYoungGenerationSizeMb: 8 } });
    let reason: Error | undefined;
    worker.on('message', onMessage);
    worker.on('error', (error) => (reason = error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => onExit(reason));
    return {
      post: (message) => worker.postMessage(message),
      setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
      terminate: async () => void (await worker.terminate()),
    };
  };
}
