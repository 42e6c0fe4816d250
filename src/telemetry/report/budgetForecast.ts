import type { BudgetLimits } from '../../model/budget';
import type { BudgetReport, DayBudget, SessionBudget } from '../../model/costReport';
import type { NanoDollars } from '../../model/money';
import type { IterationRun, SessionSummary } from '../../model/session';
import type { CallTotals, UsageRow } from '../../model/usageRow';
import { groupTotals, noCalls } from '../../model/callTotals';
import { addDays, hourMs, startOfDay } from '../../base/localDay';

const mostSessions = 50;

export interface BudgetParts {
  readonly limits: BudgetLimits;
  /** Since local midnight. */
  readonly today: CallTotals;
  /** Since local midnight, grouped by hour. */
  readonly hoursToday: readonly UsageRow[];
  /** Of all time, grouped by session. */
  readonly bySession: readonly UsageRow[];
  readonly sessions: readonly SessionSummary[];
  /** All iterations of the sessions that have a limit. */
  readonly iterationsOf: (sessionId: string) => readonly IterationRun[];
  readonly now: number;
}

export function budgetReport(parts: BudgetParts): BudgetReport {
  const sessions = sessionBudgets(parts);
  return { day: dayBudget(parts), sessions: sessions.slice(0, mostSessions), moreSessions: Math.max(0, sessions.length - mostSessions) };
}

/** The limit that holds for a session, while it can still spend. */
export function sessionLimit(session: SessionSummary, { sessionNano }: BudgetLimits): NanoDollars | undefined {
  return session.status === 'merged' || session.status === 'deleted' ? undefined : (session.budgetNano ?? sessionNano);
}

/**
 * The rate is what was spent since the first hour of the day with a call, by at least one hour, so that a single early call foretells
 * no fortune; the forecast is that rate until midnight. It knows nothing of when people go home, and is an upper guess for that reason.
 */
function dayBudget({ limits, today, hoursToday, now }: BudgetParts): DayBudget {
  const midnight = startOfDay(now);
  const first = hoursToday.reduce((earliest, { hour }) => Math.min(earliest, hour ?? Infinity), Infinity);
  const limit = limits.dayNano === undefined ? {} : { limitNano: limits.dayNano };
  if (!Number.isFinite(first) || today.costNano === 0) return { ...limit, spent: today };
  const sinceMs = Math.max(first, midnight);
  const nanoPerHour = Math.round(today.costNano / Math.max(1, (now - sinceMs) / hourMs));
  const hoursLeft = Math.max(0, addDays(midnight, 1) - now) / hourMs;
  return { ...limit, spent: today, sinceMs, nanoPerHour, forecastNano: Math.round(today.costNano + nanoPerHour * hoursLeft) };
}

function sessionBudgets({ limits, bySession, sessions, iterationsOf, now }: BudgetParts): readonly SessionBudget[] {
  const spentBy = new Map(groupTotals(bySession, ({ sessionId }) => sessionId ?? '').map(({ key, totals }) => [key, totals]));
  return sessions
    .flatMap((session): readonly SessionBudget[] => {
      const limitNano = sessionLimit(session, limits);
      if (limitNano === undefined) return [];
      const spent = spentBy.get(session.id) ?? noCalls;
      const nanoPerHour = ratePerHour(spent.costNano, iterationsOf(session.id), now);
      const leftNano = Math.max(0, limitNano - spent.costNano);
      return [
        {
          sessionId: session.id,
          label: session.name,
          limitNano,
          spent,
          running: session.status === 'running',
          ...(nanoPerHour === undefined ? {} : { nanoPerHour, lastsMs: Math.round((leftNano / nanoPerHour) * hourMs) }),
        },
      ];
    })
    .sort((a, b) => share(b) - share(a) || (a.sessionId < b.sessionId ? -1 : 1));
}

function share({ spent, limitNano }: SessionBudget): number {
  return limitNano === 0 ? Infinity : spent.costNano / limitNano;
}

/** Undefined while nothing was spent, or nothing ran long enough to tell. */
function ratePerHour(costNano: NanoDollars, iterations: readonly IterationRun[], now: number): NanoDollars | undefined {
  const ranMs = iterations.reduce((sum, { tsStart, tsEnd }) => sum + Math.max(0, (tsEnd ?? now) - tsStart), 0);
  const rate = Math.round((costNano * hourMs) / ranMs);
  return Number.isFinite(rate) && rate > 0 ? rate : undefined;
}
