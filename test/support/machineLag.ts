import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A thread that has nothing to do: it is kept waiting only by what else the machine does. */
export class MachineLag {
  private readonly worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
    let last = performance.now();
    let lag = 0;
    const look = () => { const now = performance.now(); lag = Math.max(lag, now - last - 5); last = now; };
    setInterval(look, 5);
    parentPort.on('message', () => { look(); parentPort.postMessage(lag); lag = 0; });`,
    { eval: true },
  );

  /** Longest wait since it was last asked, in milliseconds. */
  async read(): Promise<number> {
    this.worker.postMessage('read');
    const [lag] = (await once(this.worker, 'message')) as [number];
    return lag;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
