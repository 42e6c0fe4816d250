import type { NanoDollars } from '../../model/money';
import type { Session } from '../../model/session';

/** Whose limit: of the day for all sessions, of each session that has none of its own, or of one session. */
export type LimitOf = 'day' | 'default' | Session;

/** What a person did to a limit; undefined is no limit. */
export interface BudgetChange {
  readonly of: LimitOf;
  readonly beforeNano: NanoDollars | undefined;
  readonly afterNano: NanoDollars | undefined;
}

/** Of the sessions as they are after a change, those that it was meant to let go on and that a limit still holds back. */
export function stillHeldBack({ of, beforeNano, afterNano }: BudgetChange, sessions: readonly Session[]): readonly Session[] {
  const raised = beforeNano !== undefined && (afterNano === undefined || afterNano > beforeNano);
  return raised ? sessions.filter((session) => session.status === 'budget-exceeded' && concerns(of, session)) : [];
}

function concerns(of: LimitOf, { id, budgetNano }: Session): boolean {
  if (of === 'day') return true;
  return of === 'default' ? budgetNano === undefined : of.id === id;
}
