import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';

export interface FeedOptions<T> {
  readonly read: () => Promise<T>;
  readonly send: (snapshot: T) => void;
  readonly fail: (error: unknown) => void;
  readonly clock: Clock;
  /** Runs something later; the result takes it back. */
  readonly later: (run: () => void, milliseconds: number) => Disposable;
}

/**
 * At most four snapshots a second, and fewer when reading one takes long: reading fills at most a quarter of the time. The shorter of two
 * readings tells how long one takes: the first one may open a store, and a single slow one must not keep the page from what comes next.
 */
const shortestPauseMs = 250;
const pausePerReadingTime = 3;

/**
 * Keeps a page up to date with whole snapshots: one at a time, never too often, always the last state at the end. While the page is hidden
 * or not ready nothing is read.
 */
export class SnapshotFeed<T> implements Disposable {
  private wanted = false;
  private reading = false;
  private disposed = false;
  private open = false;
  private notBefore = 0;
  private lastReadingMs = 0;
  private waiting: Disposable | undefined;

  constructor(private readonly options: FeedOptions<T>) {}

  /** Something may be different now. */
  changed(): void {
    this.wanted = true;
    this.schedule();
  }

  /** The page listens and can be seen (or not). Opening always sends a snapshot, since the page may have missed some. */
  setOpen(open: boolean): void {
    this.open = open;
    if (open) this.changed();
    else this.stopWaiting();
  }

  dispose(): void {
    this.disposed = true;
    this.stopWaiting();
  }

  private schedule(): void {
    if (this.disposed || !this.open || !this.wanted || this.reading || this.waiting) return;
    const pause = this.notBefore - this.options.clock.now();
    if (pause <= 0) {
      void this.next();
      return;
    }
    this.waiting = this.options.later(() => {
      this.waiting = undefined;
      void this.next();
    }, pause);
  }

  private async next(): Promise<void> {
    const { read, send, fail, clock } = this.options;
    this.wanted = false;
    this.reading = true;
    const startedAt = clock.now();
    try {
      const snapshot = await read();
      if (!this.disposed) send(snapshot);
    } catch (error) {
      if (!this.disposed) fail(error);
    } finally {
      this.reading = false;
      const tookMs = clock.now() - startedAt;
      this.notBefore = startedAt + tookMs + Math.max(shortestPauseMs - tookMs, Math.min(tookMs, this.lastReadingMs) * pausePerReadingTime);
      this.lastReadingMs = tookMs;
      this.schedule();
    }
  }

  private stopWaiting(): void {
    this.waiting?.dispose();
    this.waiting = undefined;
  }
}
