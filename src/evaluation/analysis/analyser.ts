import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { OrchestratorError, errorMessage } from '../../base/errors';
import { after } from '../../base/processWait';
import type { AnalysisKind, AnalysisKinds, FromAnalysisWorker, ToAnalysisWorker } from './analysisProtocol';

/** What came of a job: what was found, or why nothing is known. `file`: what it was looking at when it was cut off. */
export type Analysed<Kind extends AnalysisKind> =
  | { readonly ok: true; readonly results: readonly AnalysisKinds[Kind]['result'][] }
  | { readonly ok: false; readonly reason: 'timeout' | 'broken'; readonly message: string; readonly file?: string };

export interface AnalysisJob<Kind extends AnalysisKind> {
  readonly kind: Kind;
  readonly options: AnalysisKinds[Kind]['options'];
  /** Taken one after the other while the worker works, so that not all of them are in memory. */
  readonly sources: Iterable<AnalysisKinds[Kind]['source']> | AsyncIterable<AnalysisKinds[Kind]['source']>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Looks at source text in worker threads: a file that makes a parser or a rule hang costs its job, never the caller's thread. */
export interface Analyser {
  /** @throws OrchestratorError `stopped` when aborted */
  run<Kind extends AnalysisKind>(job: AnalysisJob<Kind>): Promise<Analysed<Kind>>;
  dispose(): void;
}

export interface AnalyserOptions {
  /** Folder of `evalAnalysisWorker.js`. */
  readonly assetsDirectory: string;
  /** How long a worker is kept when nothing is asked of it. Default 30 s. */
  readonly idleMs?: number;
}

/** Most UTF-16 units of text in one message; one file may be longer than that. */
const partLength = 2 * 1024 * 1024;
/** A worker that needs more is ended by Node; without a limit it would be the editor's process that dies. */
const largestHeapMiB = 1024;
/** Syntax trees live for the length of a file: with more room for them a quarter of the time is not spent on collecting them. */
const youngHeapMiB = 128;

export function createAnalyser({ assetsDirectory, idleMs = 30_000 }: AnalyserOptions): Analyser {
  const resting = new Set<AnalysisThread>();
  const threads = new Set<AnalysisThread>();
  let disposed = false;

  function take(): AnalysisThread {
    for (const thread of resting) {
      resting.delete(thread);
      thread.wake();
      return thread;
    }
    const thread = new AnalysisThread(path.join(assetsDirectory, 'evalAnalysisWorker.js'), () => {
      threads.delete(thread);
      resting.delete(thread);
    });
    threads.add(thread);
    return thread;
  }

  function giveBack(thread: AnalysisThread): void {
    if (disposed || thread.ended) {
      thread.end('the analysis was ended');
      return;
    }
    resting.add(thread);
    thread.rest(idleMs);
  }

  return {
    run: async (job) => {
      throwIfStopped(job.signal);
      if (disposed) return { ok: false, reason: 'broken', message: 'the analysis was ended' };
      const thread = take();
      let cut: 'timeout' | 'stopped' | undefined;
      const cancel = after(job.timeoutMs, () => {
        cut ??= 'timeout';
        thread.end('it did not end in time');
      });
      const onAbort = (): void => {
        cut ??= 'stopped';
        thread.end('it was stopped');
      };
      job.signal.addEventListener('abort', onAbort, { once: true });
      try {
        const results = await work(thread, job);
        giveBack(thread);
        return { ok: true, results };
      } catch (error) {
        // What a failed job has left in the worker is nobody's: the next one gets a new worker.
        thread.end(errorMessage(error));
        throwIfStopped(job.signal);
        return { ok: false, reason: cut === 'timeout' ? 'timeout' : 'broken', message: errorMessage(error), ...(thread.file !== undefined && { file: thread.file }) };
      } finally {
        cancel();
        job.signal.removeEventListener('abort', onAbort);
      }
    },
    dispose: () => {
      disposed = true;
      for (const thread of [...threads]) thread.end('the analysis was ended');
    },
  };
}

async function work<Kind extends AnalysisKind>(thread: AnalysisThread, { kind, options, sources }: AnalysisJob<Kind>): Promise<AnalysisKinds[Kind]['result'][]> {
  const results: AnalysisKinds[Kind]['result'][] = [];
  const ask = async (message: ToAnalysisWorker): Promise<void> => {
    // Not spread into a call: it may be more than the stack holds.
    for (const result of await thread.ask(message)) results.push(result as AnalysisKinds[Kind]['result']);
  };
  await ask({ step: 'begin', kind, options } as ToAnalysisWorker);
  let part: AnalysisKinds[Kind]['source'][] = [];
  let length = 0;
  for await (const source of sources) {
    if (part.length > 0 && length + source.text.length > partLength) {
      await ask({ step: 'part', sources: part });
      part = [];
      length = 0;
    }
    part.push(source);
    length += source.text.length;
  }
  if (part.length > 0) await ask({ step: 'part', sources: part });
  await ask({ step: 'end' });
  return results;
}

/** One worker. It is asked one thing at a time, and never what keeps the process alive while it rests. */
class AnalysisThread {
  ended = false;
  /** What it was looking at last. */
  file: string | undefined;
  private readonly worker: Worker;
  private answered: { readonly resolve: (results: readonly unknown[]) => void; readonly reject: (error: Error) => void } | undefined;
  private why = 'the analysis broke';
  private idle: NodeJS.Timeout | undefined;

  constructor(program: string, private readonly onEnd: () => void) {
    // The editor starts its host with flags that a worker would not accept.
    this.worker = new Worker(program, { execArgv: [], env: {}, name: 'amp-orchestrator-analysis', resourceLimits: { maxOldGenerationSizeMb: largestHeapMiB, maxYoungGenerationSizeMb: youngHeapMiB } });
    this.worker.on('message', (message: FromAnalysisWorker) => { this.hear(message); });
    this.worker.on('error', (error) => { this.end(errorMessage(error)); });
    this.worker.on('exit', (code) => { this.end(`the worker ended with ${code}`); });
  }

  ask(message: ToAnalysisWorker): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      if (this.ended) {
        reject(new Error(this.why));
        return;
      }
      this.answered = { resolve, reject };
      this.worker.postMessage(message);
    });
  }

  wake(): void {
    clearTimeout(this.idle);
    this.file = undefined;
    this.worker.ref();
  }

  rest(idleMs: number): void {
    this.worker.unref();
    this.idle = setTimeout(() => { this.end('it was idle'); }, idleMs);
    this.idle.unref();
  }

  end(why: string): void {
    if (this.ended) return;
    this.ended = true;
    this.why = why;
    clearTimeout(this.idle);
    this.answered?.reject(new Error(why));
    this.onEnd();
    void this.worker.terminate();
  }

  private hear(message: FromAnalysisWorker): void {
    if (message.say === 'entered') {
      this.file = message.file;
      return;
    }
    const { answered } = this;
    this.answered = undefined;
    if (message.say === 'done') answered?.resolve(message.results);
    else answered?.reject(new Error(message.message));
  }
}

function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new OrchestratorError('stopped', 'The analysis was stopped.', '', { cause: signal.reason });
}
