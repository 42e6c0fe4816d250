/** Time as epoch milliseconds with fraction. Never runs backwards, so durations are never negative. */
export interface Clock {
  now(): number;
}

/** Anchored once to the wall clock, then monotonic. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
};

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
