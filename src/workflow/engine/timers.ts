import type { Clock } from '../../base/clock';
import type { Timers } from './executionParts';

/** `setTimeout` overflows past 24 days and sleeps on when the clock is moved: the clock is asked at least this often. */
const longestSleepMs = 60_000;

export function createTimers(clock: Clock): Timers {
  return {
    at: (epochMs, run) => {
      function sleep(): NodeJS.Timeout {
        return setTimeout(look, Math.min(Math.max(0, epochMs - clock.now()), longestSleepMs));
      }
      function look(): void {
        if (clock.now() >= epochMs) run();
        else handle = sleep();
      }
      let handle = sleep();
      return { dispose: () => clearTimeout(handle) };
    },
  };
}
