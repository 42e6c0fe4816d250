import { SimulatedClock } from '../../src/base/clock';
import type { Timers } from '../../src/workflow/engine/executionParts';

/** Timers over a clock that only the test moves. */
export class ManualTimers implements Timers {
  readonly clock = new SimulatedClock(1_000_000);
  private waiting: { readonly epochMs: number; readonly run: () => void }[] = [];

  at(epochMs: number, run: () => void): { dispose(): void } {
    const entry = { epochMs, run };
    this.waiting.push(entry);
    return { dispose: () => void (this.waiting = this.waiting.filter((other) => other !== entry)) };
  }

  /** Times that somebody waits for, in their order. */
  get due(): readonly number[] {
    return this.waiting.map(({ epochMs }) => epochMs).sort((a, b) => a - b);
  }

  /** Lets time pass, and runs what is due then. */
  advance(milliseconds: number): void {
    this.clock.advance(milliseconds);
    const now = this.clock.now();
    const ready = this.waiting.filter(({ epochMs }) => epochMs <= now).sort((a, b) => a.epochMs - b.epochMs);
    this.waiting = this.waiting.filter((entry) => !ready.includes(entry));
    for (const { run } of ready) run();
  }
}
