import { newProcessNonce } from '../base/ids';
import { estimatedUsageAttribute } from '../model/pricing';
import { heldStatuses } from '../model/session';
import type { Cell } from './columns';
import { parseOwner } from './lockOwner';
import type { LockOwner } from './lockOwner';
import type { Statements } from './statements';

export interface Recovered {
  readonly spans: number;
  readonly iterations: number;
  readonly sessions: number;
  /** Nobody goes on with them any more. */
  readonly executions: number;
}

export const interruptedSpan = 'interrupted: the process ended without finishing this step';
const interruptedIteration = 'interrupted: the process ended before the agent did';
const interruptedSession = 'The process that worked on it ended without finishing. Look at the changes, then run it again or merge.';

const nonceOfId = 'substr(id, 12, 3)';
const held = heldStatuses.map((status) => `'${status}'`).join(', ');
const live = '(SELECT nonce FROM processes)';
/** Model calls and what settles them. A call of a provider that the product made itself says at its end what it used, nothing if it was refused. */
const unpriced = "cost_nano IS NULL AND cost_basis IS NULL AND type = 'agent' AND (provider IS NOT NULL OR tokens_input IS NOT NULL)";
/** What an open call cost so far is not all. */
const interruptedCost = `
  attrs = CASE WHEN tokens_input IS NOT NULL AND json_valid(attrs) THEN json_set(attrs, '$."${estimatedUsageAttribute}"', json('true')) ELSE attrs END,
  cost_basis = CASE WHEN ${unpriced} THEN 'unknown' WHEN cost_basis = 'computed' THEN 'approximate' ELSE cost_basis END`;

/** Enters this process into `processes`; inside the caller's transaction, after `recover`. */
export function leaseNonce(statements: Statements, owner: LockOwner, kind: string, nowMs: number): string {
  const taken = new Set(statements.rows('SELECT nonce FROM processes', []).map(([nonce]) => nonce));
  let nonce = newProcessNonce();
  for (let tries = 0; taken.has(nonce); tries++) {
    if (tries > 10_000) throw new Error('too many processes use this store');
    nonce = newProcessNonce();
  }
  statements.run('INSERT INTO processes VALUES (?, ?, ?, ?)', [nonce, JSON.stringify(owner), kind, nowMs]);
  return nonce;
}

export function releaseNonce(statements: Statements, nonce: string): void {
  statements.run('DELETE FROM processes WHERE nonce = ?', [nonce]);
  // Nonces are given again.
  statements.run('UPDATE workflow_executions SET owner_nonce = NULL WHERE owner_nonce = ?', [nonce]);
}

/** True when something open belongs to another process, so that its end would leave work here. */
export function othersAreBusy(statements: Statements, ownNonce: string): boolean {
  const busy = statements.rows(
    `SELECT EXISTS (SELECT 1 FROM telemetry_events WHERE status = 'running' AND ${nonceOfId} <> ?1)
       OR EXISTS (SELECT 1 FROM iterations WHERE status = 'running' AND owner_nonce IS NOT ?1)
       OR EXISTS (SELECT 1 FROM sessions WHERE status IN (${held}) AND owner_nonce IS NOT ?1)
       OR EXISTS (SELECT 1 FROM budget_reservations WHERE owner_nonce <> ?1)
       OR EXISTS (SELECT 1 FROM workflow_executions WHERE owner_nonce <> ?1)`,
    [ownNonce],
  );
  return busy[0]?.[0] === 1;
}

export function deadProcesses(statements: Statements, isDead: (owner: LockOwner) => boolean): string[] {
  const rows = statements.rows('SELECT nonce, owner FROM processes', []);
  return rows.flatMap(([nonce, text]) => {
    const owner = parseOwner(String(text));
    return owner === undefined || isDead(owner) ? [String(nonce)] : [];
  });
}

/**
 * Closes what ended processes left open; inside the caller's transaction. A span ends when its process was last heard of in its session,
 * not now: nobody knows what happened in between. Whose nonce is in no row of `processes` has ended.
 */
export function recover(statements: Statements, dead: readonly string[], nowMs: number): Recovered {
  const owned = ownedExecutions(statements);
  for (const nonce of dead) releaseNonce(statements, nonce);
  statements.run(`DELETE FROM budget_reservations WHERE owner_nonce NOT IN ${live}`, []);
  const open = `status = 'running' AND ${nonceOfId} NOT IN ${live}`;
  const groups = statements.rows(`SELECT DISTINCT session_id, ${nonceOfId} FROM telemetry_events WHERE ${open}`, []);
  let spans = 0;
  for (const [session, nonce] of groups) {
    const last = lastHeardOf(statements, `session_id = ? AND ${nonceOfId} = ?`, [session ?? null, nonce ?? null]);
    spans += statements.rows(
      `UPDATE telemetry_events SET status = 'cancelled', error_message = ?, ts_end = max(ts_start, ?), ${interruptedCost}
       WHERE status = 'running' AND session_id = ? AND ${nonceOfId} = ? RETURNING 1`,
      [interruptedSpan, last, session ?? null, nonce ?? null],
    ).length;
  }
  const ended = `owner_nonce IS NULL OR owner_nonce NOT IN ${live}`;
  const iterations = statements.rows(`SELECT id, session_id FROM iterations WHERE status = 'running' AND (${ended})`, []);
  for (const [id, session] of iterations) {
    const last = lastHeardOf(statements, 'session_id = ? AND iteration_id = ?', [session ?? null, id ?? null]);
    // No total of the run will come any more that would hold them.
    statements.run(`UPDATE telemetry_events SET cost_basis = 'unknown' WHERE session_id = ? AND iteration_id = ? AND agent IS NOT 'api' AND ${unpriced}`, [session ?? null, id ?? null]);
    statements.run("UPDATE iterations SET status = 'interrupted', error_message = ?, ts_end = max(ts_start, ?), owner_nonce = NULL WHERE id = ?", [interruptedIteration, last, id ?? null]);
  }
  const sessions = statements.rows(
    `UPDATE sessions SET status = 'interrupted', attention = ?, updated_at = ?, owner_nonce = NULL WHERE status IN (${held}) AND (${ended}) RETURNING 1`,
    [interruptedSession, nowMs],
  );
  return { spans, iterations: iterations.length, sessions: sessions.length, executions: owned - ownedExecutions(statements) };
}

export function recoveryNotice({ spans, iterations, sessions }: Omit<Recovered, 'executions'>): string | undefined {
  const parts = [plural(sessions, 'session'), plural(iterations, 'iteration'), plural(spans, 'step')].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : `An earlier process ended without finishing: ${parts.join(', ')} marked as interrupted.`;
}

function lastHeardOf(statements: Statements, condition: string, cells: readonly Cell[]): number {
  const last = statements.rows(`SELECT max(max(ts_start, coalesce(ts_end, ts_start))) FROM telemetry_events WHERE ${condition}`, cells)[0]?.[0];
  return typeof last === 'number' ? last : 0;
}

function ownedExecutions(statements: Statements): number {
  return Number(statements.rows('SELECT count(*) FROM workflow_executions WHERE owner_nonce IS NOT NULL', [])[0]?.[0]);
}

function plural(count: number, noun: string): string | undefined {
  return count === 0 ? undefined : `${count} ${noun}${count === 1 ? '' : 's'}`;
}
