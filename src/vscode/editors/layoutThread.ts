import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LayoutEdge, LayoutNode, LayoutPoint } from './layout';

/** Lays a graph out in a thread of its own, which ends with it: a large one takes seconds. Rejects with the signal's reason when that is aborted. */
export function layoutGraph(assetsDirectory: string, nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], signal?: AbortSignal): Promise<readonly LayoutPoint[]> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    // The editor starts its host with flags that a worker would not accept.
    const worker = new Worker(path.join(assetsDirectory, 'layoutWorker.js'), { workerData: { nodes, edges }, execArgv: [], env: {}, name: 'amp-orchestrator-layout' });
    const aborted = (): void => {
      reject(signal?.reason as Error);
      void worker.terminate();
    };
    signal?.addEventListener('abort', aborted, { once: true });
    worker.on('message', resolve);
    worker.on('error', reject);
    worker.on('exit', () => {
      signal?.removeEventListener('abort', aborted);
      reject(new Error('The thread that lays out graphs ended without a result.'));
    });
  });
}
