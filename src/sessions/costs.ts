import type { Clock } from '../base/clock';
import type { CostQuery, CostReport } from '../model/costReport';
import { outsideSessions, type Iteration, type Session } from '../model/session';
import type { CallTotals, UsageDimension } from '../model/usageRow';
import type { Period, Store } from '../storage/store';
import { costCsv, costJson, type CostData } from '../telemetry/report/costExport';
import { costPeriod, type ComparedPeriod } from '../telemetry/report/costPeriod';
import { costReport, type PeriodTotals } from '../telemetry/report/costReport';
import { sessionLimit } from '../telemetry/report/budgetForecast';
import { noCalls } from '../model/callTotals';
import { startOfDay } from '../telemetry/report/localDay';

/** What the roll-ups are grouped by for each way to split the cost over time. */
const dimensionsOf: Readonly<Record<CostQuery['group'], readonly UsageDimension[]>> = {
  model: ['hour', 'provider', 'model'],
  session: ['hour', 'session'],
  agent: ['hour', 'agent'],
  branch: ['hour', 'session'],
};

/** After that time without a change, all iterations of a session are written. */
const settledMs = 5_000;

/** The costs of one repository. */
export class Costs {
  private readonly settled = new Map<string, { readonly updatedAt: number; readonly iterations: readonly Iteration[] }>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** @throws OrchestratorError `invalid-argument` for a range that is none, and what reading the store throws */
  async report(query: CostQuery): Promise<CostReport> {
    const now = this.clock.now();
    const compared = costPeriod(query.range, now);
    const { rollups, budgets, sessions, imports } = this.store;
    const period = storePeriod(compared.period, query.imported);
    const midnight = startOfDay(now);
    const [totals, previous, byHour, byModel, bySession, latencies, outcomes, limits, today, hoursToday, known, importedSessions] = await Promise.all([
      this.totals(compared.period, query.imported),
      compared.previous && this.totals(compared.previous, query.imported),
      rollups.usage(period, dimensionsOf[query.group]),
      rollups.usage(period, ['provider', 'model']),
      rollups.usage(period, ['session', 'agent']),
      rollups.latencies(period),
      rollups.outcomes(period),
      budgets.limits(),
      rollups.totals({ fromMs: midnight }),
      rollups.usage({ fromMs: midnight }, ['hour']),
      sessions.list(),
      query.imported ? imports.sessions() : [],
    ]);
    const limited = known.filter((session) => sessionLimit(session, limits) !== undefined);
    const spentBySession = limited.length === 0 ? [] : await rollups.usage({}, ['session']);
    const iterations = await this.iterations(known.filter((session) => limited.includes(session) || wasAtWork(session, compared)));
    return costReport({ query, compared, period: totals, previous, byHour, byModel, bySession, latencies, outcomes, limits, today, hoursToday, spentBySession, sessions: known, importedSessions, iterations, now });
  }

  /** The period's figures for other programs: by hour, session, agent, provider and model. Throws as `report` does. */
  async export(query: CostQuery, format: 'csv' | 'json'): Promise<string> {
    const report = await this.report(query);
    const { rollups, sessions, imports } = this.store;
    const [rows, known, importedSessions] = await Promise.all([
      rollups.usage(storePeriod(report.period, query.imported), ['hour', 'session', 'agent', 'provider', 'model']),
      sessions.list(),
      query.imported ? imports.sessions() : [],
    ]);
    const data: CostData = { report, rows, sessions: known, importedSessions };
    return format === 'csv' ? costCsv(data) : costJson(data);
  }

  private async totals(period: Pick<Period, 'fromMs' | 'toMs'>, imported: boolean): Promise<PeriodTotals> {
    const { rollups } = this.store;
    const filter = storePeriod(period, false);
    const [own, outside, all] = await Promise.all([rollups.totals(filter), rollups.totals({ ...filter, sessionId: outsideSessions }), imported ? rollups.totals({ ...filter, imported }) : noCalls]);
    return { own, outside, all: imported ? all : (own satisfies CallTotals) };
  }

  /** Those of sessions at rest are read once: a page that is sent every change must not read all old runs again. */
  private async iterations(sessions: readonly Session[]): Promise<ReadonlyMap<string, readonly Iteration[]>> {
    return new Map(await Promise.all(sessions.map(async (session) => [session.id, await this.iterationsOf(session)] as const)));
  }

  private async iterationsOf({ id, status, updatedAt }: Session): Promise<readonly Iteration[]> {
    const known = this.settled.get(id);
    if (known?.updatedAt === updatedAt) return known.iterations;
    const iterations = await this.store.iterations.bySession(id);
    const atRest = status !== 'running' && status !== 'merging' && this.clock.now() - updatedAt > settledMs;
    if (atRest) this.settled.set(id, { updatedAt, iterations });
    return iterations;
  }
}

function storePeriod({ fromMs, toMs }: Pick<Period, 'fromMs' | 'toMs'>, imported: boolean): Period {
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }), imported };
}

/** Sessions have iterations only between these two times. */
function wasAtWork({ createdAt, updatedAt }: Session, { period, previous }: ComparedPeriod): boolean {
  return updatedAt >= ((previous ?? period).fromMs ?? -Infinity) && createdAt < period.toMs;
}
