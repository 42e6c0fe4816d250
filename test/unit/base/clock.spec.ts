import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steadyClock, systemClock } from '../../../src/base/clock';

function sources(): { wall: number; monotonic: number } {
  return { wall: 1_790_000_000_000, monotonic: 500 };
}

describe('steadyClock', () => {
  it('follows the monotonic source and not the small steps of the wall clock', () => {
    const time = sources();
    const clock = steadyClock(() => time.wall, () => time.monotonic);
    expect(clock.now()).toBe(1_790_000_000_000);
    time.monotonic += 0.25;
    time.wall += 2_000;
    expect(clock.now()).toBe(1_790_000_000_000.25);
    time.wall -= 3_600_000;
    expect(clock.now()).toBe(1_790_000_000_000.25);
  });

  it('jumps forward after the computer slept, once', () => {
    const time = sources();
    const clock = steadyClock(() => time.wall, () => time.monotonic);
    time.monotonic += 10;
    time.wall += 3_600_010;
    expect(clock.now()).toBe(1_790_003_600_010);
    time.monotonic += 5;
    time.wall += 1_000;
    expect(clock.now()).toBe(1_790_003_600_015);
  });

  it('never runs backwards, and is never behind by more than 2 s', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ wall: fc.integer({ min: -100_000, max: 100_000 }), monotonic: fc.nat(10_000) })), (steps) => {
        const time = sources();
        const clock = steadyClock(() => time.wall, () => time.monotonic);
        let last = clock.now();
        for (const step of steps) {
          time.wall += step.wall;
          time.monotonic += step.monotonic;
          const now = clock.now();
          expect(now).toBeGreaterThanOrEqual(last);
          expect(time.wall - now).toBeLessThanOrEqual(2_000);
          last = now;
        }
      }),
    );
  });

  it('tells this process’s time', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(2_500);
  });
});
