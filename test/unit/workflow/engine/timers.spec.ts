import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SimulatedClock } from '../../../../src/base/clock';
import { createTimers } from '../../../../src/workflow/engine/timers';

describe('timers', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  /** Lets the same time pass for the clock and for `setTimeout`. */
  function pass(clock: SimulatedClock, milliseconds: number): void {
    const stepMs = 30_000;
    for (let left = milliseconds; left > 0; left -= stepMs) {
      clock.advance(Math.min(left, stepMs));
      vi.advanceTimersByTime(Math.min(left, stepMs));
    }
  }

  it('wait longer than setTimeout can', () => {
    const clock = new SimulatedClock(5);
    const run = vi.fn();
    const days = 40;
    createTimers(clock).at(5 + days * 86_400_000, run);
    pass(clock, days * 86_400_000 - 1);
    expect(run).not.toHaveBeenCalled();
    pass(clock, 60_000);
    expect(run).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('notice within a minute that the clock was moved on, and wait when it was set back', () => {
    const clock = new SimulatedClock(0);
    const [soon, late] = [vi.fn(), vi.fn()];
    const timers = createTimers(clock);
    timers.at(3_600_000, soon);
    clock.advance(7_200_000);
    vi.advanceTimersByTime(60_000);
    expect(soon).toHaveBeenCalledTimes(1);
    timers.at(clock.now() + 1000, late);
    clock.advance(-5000);
    vi.advanceTimersByTime(1000);
    expect(late).not.toHaveBeenCalled();
    pass(clock, 60_000);
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('never run what is past at once, nor what was taken back', () => {
    const clock = new SimulatedClock(1000);
    const run = vi.fn();
    const timers = createTimers(clock);
    timers.at(0, run);
    expect(run).not.toHaveBeenCalled();
    timers.at(0, run).dispose();
    timers.at(500_000, run).dispose();
    pass(clock, 600_000);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
