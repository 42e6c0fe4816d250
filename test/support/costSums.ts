import type { CostQuery, CostReport } from '../../src/model/costReport';
import { outsideSessions } from '../../src/model/session';
import { latencyBase, type CallTotals, type LatencyKind, type LatencyRow, type UsageDimension, type UsageRow } from '../../src/model/usageRow';
import { addTotals, noCalls } from '../../src/model/callTotals';
import { costPeriod } from '../../src/telemetry/report/costPeriod';
import { costReport, type PeriodTotals } from '../../src/telemetry/report/costReport';
import { startOfDay } from '../../src/base/localDay';
import { isImportedCall, type CostCall, type CostStory } from './costFixtures';

export const lastWeek: CostQuery = { range: { kind: '7d' }, group: 'model', imported: true };

/** The report of a story, added up without a store. */
export function storyReport(story: CostStory, query: CostQuery = lastWeek): CostReport {
  const { now, sessions, importedSessions, iterations, limits } = story;
  const compared = costPeriod(query.range, now);
  const within = ({ fromMs = -Infinity, toMs }: { readonly fromMs?: number; readonly toMs: number }, imported: boolean): readonly CostCall[] =>
    story.calls.filter((call) => call.ts >= fromMs && call.ts < toMs && (imported || !isImportedCall(call)));
  const totals = (period: { readonly fromMs?: number; readonly toMs: number }): PeriodTotals => ({
    all: total(within(period, query.imported)),
    own: total(within(period, false)),
    outside: total(within(period, false).filter(({ sessionId }) => sessionId === outsideSessions)),
  });
  const calls = within(compared.period, query.imported);
  const today = within({ fromMs: startOfDay(now), toMs: now }, false);
  const grouped: Record<CostQuery['group'], readonly UsageDimension[]> = { model: ['hour', 'provider', 'model'], session: ['hour', 'session'], agent: ['hour', 'agent'], branch: ['hour', 'session'] };
  return costReport({
    query,
    compared,
    period: totals(compared.period),
    previous: compared.previous && totals(compared.previous),
    byHour: usageRows(calls, grouped[query.group], 900_000),
    byModel: usageRows(calls, ['provider', 'model']),
    bySession: usageRows(calls, ['session', 'agent']),
    latencies: latencyRows(calls),
    outcomes: [],
    limits,
    today: total(today),
    hoursToday: usageRows(today, ['hour']),
    spentBySession: usageRows(within({ toMs: now }, false), ['session']),
    sessions,
    importedSessions: query.imported ? importedSessions : [],
    iterations,
    now,
  });
}

/** Hours may be shorter: no time zone begins its days in the midst of a quarter of an hour. */
export function usageRows(calls: readonly CostCall[], by: readonly UsageDimension[], hourMs = 3_600_000): readonly UsageRow[] {
  const rows = new Map<string, UsageRow>();
  for (const call of calls) {
    const group = {
      ...(by.includes('hour') ? { hour: Math.floor(call.ts / hourMs) * hourMs } : {}),
      ...(by.includes('session') ? { sessionId: call.sessionId } : {}),
      ...(by.includes('agent') ? { agent: call.agent } : {}),
      ...(by.includes('provider') ? { provider: call.provider } : {}),
      ...(by.includes('model') ? { model: call.model } : {}),
    };
    const key = JSON.stringify(group);
    rows.set(key, { ...group, ...addTotals(rows.get(key) ?? noCalls, callTotals(call)) });
  }
  return [...rows.values()];
}

function latencyRows(calls: readonly CostCall[]): readonly LatencyRow[] {
  const rows = new Map<string, { readonly row: Omit<LatencyRow, 'buckets'>; readonly counts: Map<number, number> }>();
  const add = ({ provider, model }: CostCall, kind: LatencyKind, ms: number): void => {
    const key = `${provider} ${model} ${kind}`;
    const { counts } = rows.get(key) ?? rows.set(key, { row: { provider, model, kind }, counts: new Map() }).get(key) ?? { counts: new Map<number, number>() };
    const bucket = Math.max(0, Math.floor(Math.log(ms) / Math.log(latencyBase)));
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  };
  for (const call of calls) {
    // Logs of agents do not say how long a call took.
    if (call.failed || isImportedCall(call)) continue;
    add(call, 'duration', call.durationMs);
    if (call.firstTokenMs !== undefined) add(call, 'firstToken', call.firstTokenMs);
  }
  return [...rows.values()].map(({ row, counts }) => ({ ...row, buckets: [...counts].map(([bucket, count]) => ({ bucket, count })) }));
}

function total(calls: readonly CostCall[]): CallTotals {
  return calls.map(callTotals).reduce(addTotals, noCalls);
}

function callTotals({ usage, costNano, costBasis, failed }: CostCall): CallTotals {
  return { calls: 1, errors: failed ? 1 : 0, usage, costNano: costNano ?? 0, unknownCosts: costBasis === 'unknown' ? 1 : 0, approximateCosts: costBasis === 'approximate' ? 1 : 0 };
}
