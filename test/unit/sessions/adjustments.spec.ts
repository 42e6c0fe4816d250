import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startOfDay } from '../../../src/base/localDay';
import { noUsage } from '../../../src/model/usage';
import { sharesByDay } from '../../../src/sessions/adjustments';
import type { RunCall } from '../../../src/sessions/runCall';
import { setTimeZone } from '../../support/timeZone';

const day = 24 * 3_600_000;
const midnight = (date: number): number => new Date(2026, 2, date).getTime();

function call(tsStart: number, costNano: number | undefined): RunCall {
  const counted = { usage: noUsage, ...(costNano === undefined ? {} : { costNano }) };
  return { model: 'm', provider: 'anthropic', tsStart, counted, latest: counted, started: true, open: false, final: true, estimated: false, spoiled: false, untold: false, inTotal: true };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((whole, amount) => whole + amount, 0);
}

describe('what is taken back of a run', () => {
  it('is dated at the dearest call of each day, the days in order', () => {
    const calls = [call(midnight(11) + 5, 40), call(midnight(10) + 3, 10), call(midnight(10) + 9, 30), call(midnight(10) + 12, 20), call(midnight(12), undefined)];
    expect(sharesByDay(50, calls)).toEqual([{ ts: midnight(10) + 9, costNano: 30 }, { ts: midnight(11) + 5, costNano: 20 }]);
    expect(sharesByDay(100, calls)).toEqual([{ ts: midnight(10) + 9, costNano: 60 }, { ts: midnight(11) + 5, costNano: 40 }]);
    expect(sharesByDay(1, [call(midnight(10), 1)])).toEqual([{ ts: midnight(10), costNano: 1 }]);
  });

  it('keeps days apart to the millisecond, however long they are', () => {
    setTimeZone('America/New_York');
    // The 8th has 23 hours.
    const calls = [midnight(8) - 1, midnight(8), midnight(9) - 1, midnight(9)].map((ts) => call(ts, 5));
    expect(sharesByDay(20, calls).map(({ costNano }) => costNano)).toEqual([5, 10, 5]);
  });

  it('adds up exactly, and is never more than what was counted on its day', () => {
    const calls = fc.array(fc.record({ hour: fc.integer({ min: 0, max: 100 }), costNano: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 9 * 10 ** 13 })) }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(calls, fc.double({ min: 0, max: 1, noNaN: true }), (made, part) => {
        const all = made.map(({ hour, costNano }) => call(midnight(10) + hour * (day / 24), costNano));
        const counted = sum(made.map(({ costNano }) => costNano));
        fc.pre(counted > 0);
        const taken = Math.max(1, Math.floor(counted * part));
        const shares = sharesByDay(taken, all);
        expect(sum(shares.map(({ costNano }) => costNano))).toBe(taken);
        for (const { ts, costNano } of shares) {
          const ofDay = sum(all.filter(({ tsStart }) => startOfDay(tsStart) === startOfDay(ts)).map(({ counted: { costNano: one = 0 } }) => one));
          expect(costNano).toBeGreaterThan(0);
          expect(costNano).toBeLessThanOrEqual(ofDay);
          // Less than a nano-dollar away from its part, in whole numbers.
          const away = BigInt(costNano) * BigInt(counted) - BigInt(taken) * BigInt(ofDay);
          expect(away < 0n ? -away : away).toBeLessThan(BigInt(counted));
        }
      }),
    );
  });
});
