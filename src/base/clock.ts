/** Time as epoch milliseconds with fraction. Never runs backwards, so durations are never negative. */
export interface Clock {
  now(): number;
}

const largestLagMs = 2_000;

/**
 * A clock that follows a monotonic source and never the small steps of the wall clock. Some monotonic sources stand still while the
 * computer sleeps: when the wall clock is ahead by more than 2 s, the clock jumps forward to it. Both sources in milliseconds.
 */
export function steadyClock(wall: () => number, monotonic: () => number): Clock {
  let anchor = wall() - monotonic();
  return {
    now: () => {
      const elapsed = monotonic();
      const wallTime = wall();
      if (wallTime - (anchor + elapsed) > largestLagMs) anchor = wallTime - elapsed;
      return anchor + elapsed;
    },
  };
}

/** This process's time. */
export const systemClock: Clock = steadyClock(() => Date.now(), () => performance.now());

/** A clock that moves only when told to. */
export class SimulatedClock implements Clock {
  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}
