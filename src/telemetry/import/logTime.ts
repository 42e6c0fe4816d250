/** No agent of today wrote a log before that; what claims to is a clock that was never set. */
const earliestMs = Date.UTC(2022, 0, 1);
const dayMs = 24 * 3600 * 1000;

/** Times of one log. One that cannot be true is replaced by the time before it, or by that of the file. */
export class LogTimes {
  private last: number;

  /** `fileMs`: when the file was last written, epoch milliseconds. */
  constructor(private readonly fileMs: number) {
    this.last = fileMs;
  }

  /** Whether the time, epoch milliseconds, can be true. */
  accept(ts: number): boolean {
    // A file cannot hold what happened after it was written, but clocks of several machines may differ.
    const ok = ts >= earliestMs && ts <= this.fileMs + dayMs;
    if (ok) this.last = ts;
    return ok;
  }

  /** An ISO text or epoch milliseconds. `ok` is false when it had to be replaced. */
  read(value: unknown): { readonly ts: number; readonly ok: boolean } {
    const ts = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : Number.NaN;
    return { ok: this.accept(ts), ts: this.last };
  }
}
