import type { BudgetScope } from '../model/budget';
import type { Row } from './columns';
import type { Statements } from './statements';
import { totals } from './rollupQueries';
import type { RollupFilter } from './rollupQueries';
import { totalColumns } from './schema/rollups';
import type { ReservationRequest } from './store';

/** SQL that is true for a reservation whose process has not ended. */
export const ownerLives = 'owner_nonce IN (SELECT nonce FROM processes)';

const costColumn = totalColumns.indexOf('cost_nano');

interface Limit {
  readonly scope: BudgetScope;
  readonly id: string | null;
  readonly limitNano: number | undefined;
  readonly filter: RollupFilter;
  readonly reserved: string;
}

/** Inside the caller's transaction, which every process's goes before or after: the first limit that does not fit, or none. */
export function reserve(statements: Statements, request: ReservationRequest, processNonce: string, nowMs: number): Row[] {
  const { id, sessionId, executionId, costNano } = request;
  const limits: readonly Limit[] = [
    { scope: 'day', id: null, limitNano: request.dayLimitNano, filter: { fromMs: request.dayStartMs }, reserved: '? IS NULL' },
    { scope: 'session', id: sessionId, limitNano: request.sessionLimitNano, filter: { sessionId }, reserved: 'session_id = ?' },
    ...(executionId === undefined ? [] : [{ scope: 'execution', id: executionId, limitNano: request.executionLimitNano, filter: { executionId }, reserved: 'execution_id = ?' } as const]),
  ];
  for (const limit of limits) {
    if (limit.limitNano === undefined) continue;
    const spent = Number(totals(statements, limit.filter)[costColumn]);
    const reserved = Number(
      statements.rows(`SELECT coalesce(sum(cost_nano), 0) FROM budget_reservations WHERE ${limit.reserved} AND id <> ? AND ${ownerLives}`, [limit.id, id])[0]?.[0],
    );
    const taken = spent + reserved;
    // A limit that is used up stops calls of unknown price too: they come with an estimate of 0.
    if (taken >= limit.limitNano || taken + costNano > limit.limitNano) return [[limit.scope, limit.id, limit.limitNano, spent, reserved]];
  }
  statements.run('INSERT OR REPLACE INTO budget_reservations (id, owner_nonce, session_id, execution_id, cost_nano, created_at) VALUES (?, ?, ?, ?, ?, ?)', [
    id, processNonce, sessionId, executionId ?? null, costNano, nowMs,
  ]);
  return [];
}

export function release(statements: Statements, id: string): void {
  statements.run('DELETE FROM budget_reservations WHERE id = ?', [id]);
}

/** Rows of scope and limit; null takes a limit away, and scopes that are not named keep theirs. */
export function setLimits(statements: Statements, limits: readonly Row[]): void {
  for (const [scope = null, limit = null] of limits) {
    statements.run('DELETE FROM budgets WHERE scope = ?', [scope]);
    if (limit !== null) statements.run('INSERT INTO budgets (scope, limit_nano) VALUES (?, ?)', [scope, limit]);
  }
}
