import { describe, expect, it } from 'vitest';
import type { BudgetLimits } from '../../../../src/model/budget';
import type { Iteration, Session } from '../../../../src/model/session';
import { budgetReport, type BudgetParts } from '../../../../src/telemetry/report/budgetForecast';
import { sumTotals } from '../../../../src/model/callTotals';
import { costCall, costIteration, costSession, type CostCall } from '../../../support/costFixtures';
import { usageRows } from '../../../support/costSums';
import { setTimeZone } from '../../../support/timeZone';

const now = new Date(2026, 10, 22, 15, 0).getTime();
const hour = 3_600_000;

function report(calls: readonly CostCall[], { limits = {}, sessions = [], iterations = [] as readonly Iteration[], at = now }: { limits?: BudgetLimits; sessions?: readonly Session[]; iterations?: readonly Iteration[]; at?: number } = {}) {
  const midnight = new Date(at).setHours(0, 0, 0, 0);
  const today = calls.filter(({ ts }) => ts >= midnight);
  const parts: BudgetParts = {
    limits,
    today: sumTotals(usageRows(today, [])),
    hoursToday: usageRows(today, ['hour']),
    bySession: usageRows(calls, ['session']),
    sessions,
    iterationsOf: (id) => iterations.filter(({ sessionId }) => sessionId === id),
    now: at,
  };
  return budgetReport(parts);
}

describe('the budget of a day', () => {
  it('goes on at the rate since the first hour with a call', () => {
    const { day } = report([costCall('s', now - 5 * hour, { costNano: 3_000_000_000 }), costCall('s', now - hour, { costNano: 2_000_000_000 })], { limits: { dayNano: 20_000_000_000 } });
    expect(day).toMatchObject({ limitNano: 20_000_000_000, sinceMs: now - 5 * hour, nanoPerHour: 1_000_000_000, forecastNano: 14_000_000_000 });
  });

  it('takes one early call for the work of an hour, not of a minute', () => {
    const { day } = report([costCall('s', now + 60_000, { costNano: 1_000_000_000 })], { at: now + 120_000 });
    expect(day).toMatchObject({ sinceMs: now, nanoPerHour: 1_000_000_000 });
    expect(day.forecastNano).toBeCloseTo((1 + 9 - 1 / 30) * 1e9, -1);
  });

  it('foretells nothing where nothing was spent', () => {
    expect(report([]).day).toEqual({ spent: sumTotals([]) });
    const { costNano: _costNano, ...unknown } = costCall('s', now - hour, { costBasis: 'unknown' });
    expect(report([unknown]).day).toMatchObject({ spent: { unknownCosts: 1, costNano: 0 } });
    expect(report([unknown]).day.forecastNano).toBeUndefined();
  });

  it('has 23 hours when the clocks go forward', () => {
    setTimeZone('Europe/Berlin');
    const noon = new Date(2026, 2, 29, 12, 0).getTime();
    const { day } = report([costCall('s', noon - hour, { costNano: 1_000_000_000 })], { at: noon });
    expect(day.forecastNano).toBe(13_000_000_000);
  });
});

describe('budgets of sessions', () => {
  it('say how long the rest lasts at the rate of the time it ran', () => {
    const sessions = [costSession('s', { budgetNano: 1_000_000_000 })];
    const iterations = [costIteration('s', 1, now - 4 * hour, { tsEnd: now - 3.5 * hour })];
    const { sessions: [budget] } = report([costCall('s', now - 4 * hour, { costNano: 250_000_000 })], { sessions, iterations });
    expect(budget).toMatchObject({ nanoPerHour: 500_000_000, lastsMs: 1.5 * hour, running: false });
  });

  it('come from the default where a session has none, nearest to it first, and only while it can spend', () => {
    const sessions = [costSession('a'), costSession('b', { budgetNano: 100_000_000 }), costSession('done', { status: 'merged' }), costSession('gone', { status: 'deleted', budgetNano: 1 })];
    const calls = sessions.map(({ id }) => costCall(id, now - hour, { costNano: 90_000_000 }));
    expect(report(calls, { sessions, limits: { sessionNano: 1_000_000_000 } }).sessions.map(({ sessionId, limitNano }) => [sessionId, limitNano])).toEqual([['b', 100_000_000], ['a', 1_000_000_000]]);
    expect(report(calls, { sessions }).sessions.map(({ sessionId }) => sessionId)).toEqual(['b']);
  });

  it('are at most fifty, and the rest is counted', () => {
    const sessions = Array.from({ length: 70 }, (_, index) => costSession(`s${index}`, { budgetNano: 1_000 }));
    const { sessions: shown, moreSessions } = report([], { sessions });
    expect([shown.length, moreSessions]).toEqual([50, 20]);
  });
});
