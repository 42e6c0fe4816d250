import type { BudgetLimits } from '../../model/budget';
import type { CostQuery, CostReport } from '../../model/costReport';
import type { ImportedSession } from '../../model/importedCall';
import type { IterationRun, SessionSummary } from '../../model/session';
import type { CallTotals, LatencyRow, OutcomeRow, UsageRow } from '../../model/usageRow';
import { budgetReport } from './budgetForecast';
import { totalsBeyond } from '../../model/callTotals';
import { costBuckets } from './costBuckets';
import { CostNames } from './costNames';
import type { ComparedPeriod } from './costPeriod';
import { costSeries } from './costSeries';
import { costTables, importedKeys } from './costTables';
import { modelQuality } from './modelQuality';
import { successMetrics } from './success';

/** What a store answered about one period. */
export interface PeriodTotals {
  /** Of all calls that were asked for. */
  readonly all: CallTotals;
  /** Of the product's own calls. */
  readonly own: CallTotals;
  /** Of the product's own calls that belong to no session. */
  readonly outside: CallTotals;
}

/** What a store answered; from it alone the report is made. */
export interface CostAnswers {
  readonly query: CostQuery;
  readonly compared: ComparedPeriod;
  readonly period: PeriodTotals;
  readonly previous?: PeriodTotals | undefined;
  /** Grouped by hour and what the query's group needs: provider and model, agent, or session. */
  readonly byHour: readonly UsageRow[];
  /** Grouped by provider and model. */
  readonly byModel: readonly UsageRow[];
  /** Grouped by session and agent. */
  readonly bySession: readonly UsageRow[];
  readonly latencies: readonly LatencyRow[];
  readonly outcomes: readonly OutcomeRow[];
  readonly limits: BudgetLimits;
  /** Own calls since local midnight. */
  readonly today: CallTotals;
  readonly hoursToday: readonly UsageRow[];
  /** Own calls of all time, grouped by session; empty where no session has a limit. */
  readonly spentBySession: readonly UsageRow[];
  readonly sessions: readonly SessionSummary[];
  readonly importedSessions: readonly ImportedSession[];
  /** All runs of the sessions that were at work in the period or the one before, or that have a limit. By number. */
  readonly iterations: ReadonlyMap<string, readonly IterationRun[]>;
  readonly now: number;
}

export function costReport(answers: CostAnswers): CostReport {
  const { query, compared, period, previous, byHour, byModel, bySession, iterations, sessions, now } = answers;
  const names = new CostNames(sessions, answers.importedSessions);
  const started = startedIn(iterations, compared.period);
  const buckets = costBuckets(compared.period, byHour);
  return {
    query,
    takenAt: now,
    period: compared.period,
    totals: period.all,
    iterations: { count: countAll(started), totals: totalsBeyond(period.own, period.outside) },
    ...(compared.previous && previous
      ? {
          previous: {
            words: compared.previous.words,
            totals: previous.all,
            iterations: { count: countAll(startedIn(iterations, compared.previous)), totals: totalsBeyond(previous.own, previous.outside) },
          },
        }
      : {}),
    buckets,
    series: costSeries(byHour, query.group, buckets, names, importedKeys(query.group, bySession, names)),
    groups: costTables({ byModel, bySession, iterations: started }, names),
    models: modelQuality(byModel, answers.latencies, names),
    success: successMetrics(started, answers.outcomes),
    budgets: budgetReport({
      limits: answers.limits,
      today: answers.today,
      hoursToday: answers.hoursToday,
      bySession: answers.spentBySession,
      sessions,
      iterationsOf: (sessionId) => iterations.get(sessionId) ?? [],
      now,
    }),
    sessions: sessions.length,
    runningSessions: sessions.filter(({ status }) => status === 'running').length,
    importedSessions: answers.importedSessions.length,
  };
}

function startedIn(iterations: ReadonlyMap<string, readonly IterationRun[]>, { fromMs = -Infinity, toMs }: { readonly fromMs?: number; readonly toMs: number }): ReadonlyMap<string, readonly IterationRun[]> {
  return new Map([...iterations].map(([id, runs]) => [id, runs.filter(({ tsStart }) => tsStart >= fromMs && tsStart < toMs)] as const).filter(([, runs]) => runs.length > 0));
}

function countAll(iterations: ReadonlyMap<string, readonly IterationRun[]>): number {
  return [...iterations.values()].reduce((sum, runs) => sum + runs.length, 0);
}
