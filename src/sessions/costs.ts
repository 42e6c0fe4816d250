import type { Clock } from '../base/clock';
import type { CostPeriod, CostQuery, CostReport } from '../model/costReport';
import { importedSessionPrefix } from '../model/importedCall';
import { outsideSessions, type IterationRun } from '../model/session';
import type { CallTotals, UsageDimension, UsageRow } from '../model/usageRow';
import type { Period, Store } from '../storage/store';
import { costCsv, costJson, type CostData } from '../telemetry/report/costExport';
import { askedBuckets } from '../telemetry/report/costBuckets';
import { costPeriod } from '../telemetry/report/costPeriod';
import { costReport, type PeriodTotals } from '../telemetry/report/costReport';
import { withinLocalDays } from '../telemetry/report/localHours';
import { sessionLimit } from '../telemetry/report/budgetForecast';
import { addTotals, noCalls, sumTotals } from '../model/callTotals';
import { startOfDay } from '../base/localDay';

/** What the roll-ups are grouped by for each way to split the cost over time. */
const dimensionsOf: Readonly<Record<CostQuery['group'], readonly UsageDimension[]>> = {
  model: ['provider', 'model'],
  session: ['session'],
  agent: ['agent'],
  branch: ['session'],
};

/** The costs of one repository. */
export class Costs {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** @throws OrchestratorError `invalid-argument` for a range that is none, and what reading the store throws */
  async report(query: CostQuery): Promise<CostReport> {
    const now = this.clock.now();
    const compared = costPeriod(query.range, now);
    const { rollups, budgets, sessions, imports, iterations } = this.store;
    const period = storePeriod(compared.period, query.imported);
    const midnight = startOfDay(now);
    // At once: one message, one state of the file, so that what is added up from different answers agrees.
    const [byHour, modelRows, bySession, previous, latencies, outcomes, limits, hoursToday, known, runs, importedSessions] = await Promise.all([
      this.overTime(compared.period, query),
      query.group === 'model' ? undefined : rollups.usage(period, ['provider', 'model']),
      rollups.usage(period, ['session', 'agent']),
      compared.previous && this.totals(compared.previous, query.imported),
      rollups.latencies(period),
      rollups.outcomes(period),
      budgets.limits(),
      rollups.usage({ fromMs: midnight }, ['hour']),
      sessions.summaries(),
      iterations.byPeriod(storePeriod({ ...(compared.previous ?? compared.period), toMs: compared.period.toMs }, false)),
      query.imported ? imports.sessions() : [],
    ]);
    const limited = known.filter((session) => sessionLimit(session, limits) !== undefined).map(({ id }) => id);
    const only = limited.length * 2 < known.length ? { sessionIds: limited } : {};
    const [spentBySession, runsOfLimited] = limited.length > 0 ? await Promise.all([rollups.usage(only, ['session']), iterations.byPeriod(only)]) : [[], []];
    return costReport({
      query, compared, period: periodTotals(bySession), previous, byHour, byModel: modelRows ?? withoutHours(byHour), bySession, latencies, outcomes, limits,
      today: sumTotals(hoursToday), hoursToday, spentBySession, sessions: known, importedSessions, iterations: new Map([...bySessions(runs), ...bySessions(runsOfLimited)]), now,
    });
  }

  /** The period's figures for other programs: by hour, session, agent, provider and model. Throws as `report` does. */
  async export(query: CostQuery, format: 'csv' | 'json'): Promise<string> {
    const report = await this.report(query);
    const { rollups, sessions, imports } = this.store;
    const [rows, known, importedSessions] = await Promise.all([
      rollups.usage(storePeriod(report.period, query.imported), ['hour', 'session', 'agent', 'provider', 'model']),
      sessions.summaries(),
      query.imported ? imports.sessions() : [],
    ]);
    const data: CostData = { report, rows, sessions: known, importedSessions };
    return format === 'csv' ? costCsv(data) : costJson(data);
  }

  /** As the roll-ups give it, but no hour reaches over a local midnight: each is of one day, also where clocks are half an hour off. */
  async usage(period: Period, by: readonly UsageDimension[]): Promise<readonly UsageRow[]> {
    const { rollups } = this.store;
    const parts = by.filter((dimension) => dimension !== 'hour');
    return withinLocalDays(await rollups.usage(period, by), period, (spans) => rollups.usageOfParts(spans, { imported: period.imported === true }, parts));
  }

  /** One row a bucket of the chart and group, where there are not too many buckets; else one an hour. */
  private async overTime(period: CostPeriod, { group, imported }: CostQuery): Promise<readonly UsageRow[]> {
    const { rollups } = this.store;
    const by = dimensionsOf[group];
    const buckets = askedBuckets(period);
    if (buckets.length === 0) return this.usage(storePeriod(period, imported), ['hour', ...by]);
    const parts = await rollups.usageOfParts(buckets, { imported }, by);
    return parts.flatMap((rows, index) => rows.map((row) => ({ ...row, hour: buckets[index]?.fromMs ?? 0 })));
  }

  private async totals(period: Pick<Period, 'fromMs' | 'toMs'>, imported: boolean): Promise<PeriodTotals> {
    const { rollups } = this.store;
    const filter = storePeriod(period, false);
    const [own, outside, all] = await Promise.all([rollups.totals(filter), rollups.totals({ ...filter, sessionId: outsideSessions }), imported ? rollups.totals({ ...filter, imported }) : noCalls]);
    return { own, outside, all: imported ? all : (own satisfies CallTotals) };
  }
}

function periodTotals(bySession: readonly UsageRow[]): PeriodTotals {
  const isImported = ({ sessionId = '' }: UsageRow): boolean => sessionId.startsWith(importedSessionPrefix);
  return { all: sumTotals(bySession), own: sumTotals(bySession.filter((row) => !isImported(row))), outside: sumTotals(bySession.filter(({ sessionId }) => sessionId === outsideSessions)) };
}

function withoutHours(byHour: readonly UsageRow[]): readonly UsageRow[] {
  const rows = new Map<string, UsageRow>();
  for (const { hour: _hour, ...row } of byHour) {
    const key = JSON.stringify([row.provider, row.model]);
    const before = rows.get(key);
    rows.set(key, before ? { ...row, ...addTotals(before, row) } : row);
  }
  return [...rows.values()];
}

function bySessions(runs: readonly IterationRun[]): ReadonlyMap<string, readonly IterationRun[]> {
  const lists = new Map<string, IterationRun[]>();
  for (const run of runs) {
    const list = lists.get(run.sessionId);
    if (list) list.push(run);
    else lists.set(run.sessionId, [run]);
  }
  for (const list of lists.values()) list.sort((a, b) => a.number - b.number);
  return lists;
}

function storePeriod({ fromMs, toMs }: Pick<Period, 'fromMs' | 'toMs'>, imported: boolean): Period {
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }), imported };
}
