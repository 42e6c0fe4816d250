import { startOfDay } from '../base/localDay';
import type { NanoDollars } from '../model/money';
import type { RunCall } from './runCall';

export interface DayShare {
  /** When the dearest of the day's calls began: its hour is the least likely one to fall below zero. */
  readonly ts: number;
  readonly costNano: NanoDollars;
}

/**
 * What is taken back of what a run's calls were counted at, split over the local days on which they began, in proportion to what was counted
 * there; the days in order. The shares add up to the whole exactly, and none is more than its day's calls: no day gets money that another one
 * spent. `takenNano` is at most what all calls were counted at.
 */
export function sharesByDay(takenNano: NanoDollars, calls: readonly RunCall[]): readonly DayShare[] {
  const days = [...costByDay(calls)].sort(([one], [other]) => one - other).map(([, day]) => day);
  const whole = days.reduce((sum, { countedNano }) => sum + countedNano, 0);
  // Rounded as sums from the first day on: what one day loses by it the next one gains. The products are beyond what a number holds.
  const upTo = (countedNano: NanoDollars): NanoDollars => Number((BigInt(takenNano) * BigInt(countedNano)) / BigInt(whole));
  let countedBefore = 0;
  return days.flatMap(({ dearest, countedNano }) => {
    const before = upTo(countedBefore);
    countedBefore += countedNano;
    const costNano = upTo(countedBefore) - before;
    return costNano === 0 ? [] : [{ ts: dearest.tsStart, costNano }];
  });
}

interface Day {
  readonly dearest: RunCall;
  readonly countedNano: NanoDollars;
}

function costByDay(calls: readonly RunCall[]): ReadonlyMap<number, Day> {
  const days = new Map<number, Day>();
  for (const call of calls) {
    const costNano = costOf(call);
    if (costNano === 0) continue;
    const start = startOfDay(call.tsStart);
    const { dearest, countedNano } = days.get(start) ?? { dearest: call, countedNano: 0 };
    days.set(start, { dearest: costNano > costOf(dearest) ? call : dearest, countedNano: countedNano + costNano });
  }
  return days;
}

function costOf({ counted }: RunCall): NanoDollars {
  return counted.costNano ?? 0;
}
