import { after } from '../base/processWait';

/** The time that an evaluator has. What it must wait for and is none of its work (a tree that is laid out, the base) does not count. */
export class Deadline {
  private readonly end = new AbortController();
  private remainingMs: number;
  private startedAt = 0;
  private holds = 0;
  private cancel: () => void = () => undefined;

  constructor(timeoutMs: number) {
    this.remainingMs = timeoutMs;
    this.run();
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.end.signal;
  }

  get isOver(): boolean {
    return this.end.signal.aborted;
  }

  /** Stands still until the work has settled. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    if (this.holds++ === 0) this.pause();
    try {
      return await work();
    } finally {
      if (--this.holds === 0) this.run();
    }
  }

  dispose(): void {
    this.holds = Number.POSITIVE_INFINITY;
    this.cancel();
  }

  private run(): void {
    this.startedAt = performance.now();
    this.cancel = after(this.remainingMs, () => {
      this.end.abort();
    });
  }

  private pause(): void {
    this.cancel();
    this.remainingMs -= performance.now() - this.startedAt;
  }
}
