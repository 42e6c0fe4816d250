import { Worker } from 'node:worker_threads';
import { errorMessage, systemCode } from '../../base/errors';
import { after } from '../../base/processWait';
import { lateProblem, type FromSandboxWorker, type SandboxAnswer, type SandboxProblem, type SandboxProgram, type SandboxQuestion, type ToSandboxWorker } from './sandboxProtocol';

/** How long a thread may take to start, on a machine that is busy. */
const startLimitMs = 15_000;
/** What a program gets beyond its deadline to say so itself; afterwards its thread is ended. */
const usualGraceMs = 50;

/** How soon a program that has not had a processor is looked at again. */
const lookAgainMs = 10;
/** Threads that run programs: they share what the process has had of the processors. */
let atWork = 0;

export interface ThreadHost {
  answer(question: SandboxQuestion): Promise<Omit<Extract<ToSandboxWorker, { readonly say: 'answer' }>, 'say' | 'id'>>;
  console(line: string): void;
}

/** A thread for one program. While it has none it does not keep the process alive. */
export class SandboxThread {
  private readonly worker: Worker;
  /** Settles when it has started, or never will. */
  readonly ready: Promise<void>;
  private isOver = false;
  private resolveReady: () => void = () => undefined;
  private finish: (answer: SandboxAnswer) => void = () => undefined;
  private host: ThreadHost | undefined;
  private failure: SandboxProblem | undefined;

  constructor(program: string, module: unknown) {
    // Without the flags and the environment of this process, and with little of its memory: the engine's own is counted apart.
    this.worker = new Worker(program, { workerData: { module }, argv: [], execArgv: [], env: {}, name: 'amp-orchestrator-sandbox', resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 } });
    this.worker.unref();
    this.ready = new Promise((resolve) => { this.resolveReady = resolve; });
    this.worker.on('message', (message: FromSandboxWorker) => { this.hear(message); });
    this.worker.on('error', (error) => {
      const isFull = systemCode(error) === 'ERR_WORKER_OUT_OF_MEMORY';
      this.fail(isFull ? { reason: 'memory', message: 'it needs more memory than there is' } : { reason: 'broken', message: errorMessage(error) });
    });
    this.worker.on('exit', (code) => { this.fail({ reason: 'broken', message: `the sandbox ended with ${code}` }); });
  }

  /** False when it ended without having been used. */
  get isUsable(): boolean {
    return !this.isOver;
  }

  /** Runs the program, once, and ends the thread. @throws the signal's reason when it is aborted */
  async run(program: SandboxProgram, host: ThreadHost, { signal, graceMs = usualGraceMs }: { readonly signal: AbortSignal | undefined; readonly graceMs: number | undefined }): Promise<SandboxAnswer> {
    this.worker.ref();
    this.host = host;
    let cancel = (): void => undefined;
    const ended = new Promise<SandboxAnswer>((resolve) => { this.finish = resolve; });
    const aborted = (): void => { this.fail({ reason: 'broken', message: 'it was stopped' }); };
    try {
      if (this.failure) this.fail(this.failure);
      cancel = after(startLimitMs, () => { this.fail({ reason: 'broken', message: 'the sandbox did not start' }); });
      signal?.addEventListener('abort', aborted, { once: true });
      if (signal?.aborted) aborted();
      await Promise.race([this.ready, ended]);
      cancel();
      const late = (): void => { this.fail(lateProblem(program)); };
      const hasRun = processorTime(program);
      const lookWhetherLate = (): void => {
        if (hasRun()) setImmediate(late);
        else cancel = after(lookAgainMs, lookWhetherLate);
      };
      // An answer that came while this thread was busy is heard first.
      cancel = after(program.deadlineMs + graceMs, lookWhetherLate);
      atWork++;
      this.post({ say: 'run', program });
      const answer = await ended.finally(() => { atWork--; });
      signal?.throwIfAborted();
      return answer;
    } finally {
      cancel();
      signal?.removeEventListener('abort', aborted);
      this.end();
    }
  }

  /** Ends what it runs. */
  stop(): void {
    this.fail({ reason: 'broken', message: 'the sandbox was ended' });
  }

  end(): void {
    this.isOver = true;
    void this.worker.terminate();
  }

  private hear(message: FromSandboxWorker): void {
    if (this.isOver) return;
    if (message.say === 'ready') this.resolveReady();
    else if (message.say === 'console') this.host?.console(message.line);
    else if (message.say === 'done') this.finish(message);
    else void this.tell(message.id, message);
  }

  private async tell(id: number, question: SandboxQuestion): Promise<void> {
    const answer = await this.host?.answer(question).catch((error: unknown) => ({ problem: errorMessage(error) }));
    this.post({ say: 'answer', id, ...answer });
  }

  private post(message: ToSandboxWorker): void {
    if (this.isOver) return;
    const bytes = message.say === 'answer' && message.content instanceof Uint8Array ? [message.content.buffer as ArrayBuffer] : [];
    this.worker.postMessage(message, bytes);
  }

  private fail(problem: SandboxProblem): void {
    this.failure = problem;
    this.resolveReady();
    this.finish({ problem, leftOut: {}, moreConsole: 0 });
    this.end();
  }
}

/** Whether the process has had the time that a program may take, or has been waited for long enough. */
function processorTime({ deadlineMs, patienceMs }: SandboxProgram): () => boolean {
  const [started, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 >= deadlineMs * Math.max(1, atWork) || performance.now() - started >= deadlineMs + patienceMs;
  };
}
