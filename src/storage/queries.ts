import { ownerLives } from './budgetCommands';
import type { Cell, Row } from './columns';
import * as evaluations from './evaluationCommands';
import { acceptanceColumns } from './evaluationRows';
import { importColumns } from './importCommands';
import { rollupProblems, tableProblems } from './rollupCheck';
import * as rollupQueries from './rollupQueries';
import { iterationSelect, sessionColumns, sessionSelect, summarySelect } from './sessionRows';
import { spanSelect } from './spanRows';
import type { Statements } from './statements';
import type { SpanSelection, TotalsFilter } from './store';
import type { RunFilter, StoreCommand, StoreRead } from './storeProtocol';
import * as workflows from './workflowCommands';

const spanTotalColumns = `
  count(*), coalesce(sum(status = 'error'), 0),
  coalesce(sum(tokens_input + tokens_cache_read + tokens_cache_write_5m + tokens_cache_write_1h), 0), coalesce(sum(tokens_output + tokens_reasoning), 0),
  coalesce(sum(cost_nano), 0), coalesce(sum(cost_basis IS NOT NULL AND (cost_basis = 'unknown' OR cost_nano IS NULL)), 0), coalesce(sum(cost_basis = 'approximate'), 0)`;

/** The ids of spans rise with their start; clocks that were set back and ids borrowed in a burst stay within this. */
const idSlackMs = 3_600_000;

export function answer(statements: Statements, request: StoreRead): Row[] {
  switch (request.name) {
    case 'span':
      return statements.rows(`${spanSelect} WHERE id = ?`, [request.id]);
    case 'spansById':
      return statements.rows(`${spanSelect} WHERE id IN (SELECT value FROM json_each(?))`, [JSON.stringify(request.ids)]);
    case 'spans':
      return spans(statements, request.sessionId, request.selection);
    case 'totals':
      return totals(statements, request.filter);
    case 'session':
      return statements.rows(`${sessionSelect} WHERE id = ?`, [request.id]);
    case 'sessions':
      return statements.rows(`${sessionSelect} ORDER BY created_at DESC, id DESC`, []);
    case 'sessionSummaries':
      // From an index that has just these columns: prompts make the rows themselves long.
      return statements.rows(`${summarySelect} ORDER BY created_at DESC, id DESC`, []);
    case 'iteration':
      return statements.rows(`${iterationSelect} WHERE id = ?`, [request.id]);
    case 'iterations':
      return statements.rows(`${iterationSelect} WHERE session_id = ? ORDER BY number, id`, [request.sessionId]);
    case 'iterationRuns':
      return iterationRuns(statements, request.period);
    case 'agentSessionIds':
      return statements.rows('SELECT DISTINCT agent_session_id FROM iterations WHERE agent_session_id IS NOT NULL', []);
    case 'rollupTotals':
      return [rollupQueries.totals(statements, request.filter)];
    case 'usage':
      return rollupQueries.usage(statements, request.filter, request.by);
    case 'usageOfParts':
      return rollupQueries.usageOfParts(statements, request.parts, request.filter, request.by);
    case 'latencies':
      return rollupQueries.latencies(statements, request.period);
    case 'outcomes':
      return rollupQueries.outcomes(statements, request.period);
    case 'importedFiles':
      return statements.rows(`SELECT ${importColumns.files.join(', ')} FROM import_files ORDER BY path`, []);
    case 'importedSessions':
      return statements.rows(`SELECT ${importColumns.sessions.join(', ')} FROM imported_sessions ORDER BY last_ts DESC, id`, []);
    case 'limits':
      return statements.rows('SELECT scope, limit_nano FROM budgets', []);
    case 'reservations':
      return statements.rows(`SELECT session_id, sum(cost_nano) FROM budget_reservations WHERE ${ownerLives} GROUP BY session_id`, []);
    case 'evalReports':
      return evaluations.reports(statements, request.selection);
    case 'evalResults':
      return evaluations.results(statements, request.selection);
    case 'evalOutcome':
      return statements.rows('SELECT outcome FROM eval_outcomes WHERE key = ?', [request.key]);
    case 'acceptances':
      return statements.rows(`SELECT ${acceptanceColumns.join(', ')} FROM eval_acceptances ORDER BY accepted_at, fingerprint`, []);
    case 'workflowDefinition':
      return workflows.definition(statements, request.hash);
    case 'workflowEvents':
      return workflows.events(statements, request.execution, request.after);
    case 'workflowExecution':
      return workflows.execution(statements, request.id, request.processNonce);
    case 'workflowExecutions':
      return workflows.executions(statements, request.filter, request.processNonce);
    case 'openApprovals':
      return workflows.openApprovals(statements);
    case 'workflowSignals':
      return workflows.signals(statements, request.execution);
    case 'tables':
      return statements.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", []);
    case 'checkTable':
      return tableProblems(statements, request.table);
    case 'checkRollup':
      return rollupProblems(statements, request.table);
    case 'rowCounts':
      return statements.rows('SELECT (SELECT count(*) FROM telemetry_events), (SELECT count(*) FROM imported_calls)', []);
  }
}

/** A page costs what is in it: the index over sessions and starts leads to where the one before it ended. */
function spans(statements: Statements, sessionId: string, { since, after, limit = -1 }: SpanSelection): Row[] {
  const [recent, cells] = since === undefined ? ['', []] : ["AND (ts_start >= ?5 OR ts_end >= ?5 OR status = 'running')", [since]];
  return statements.rows(`${spanSelect} WHERE session_id = ?1 AND ts_start >= ?2 AND (ts_start, id) > (?2, ?3) ${recent} ORDER BY ts_start, id LIMIT ?4`, [sessionId, after?.tsStart ?? -Infinity, after?.id ?? '', limit, ...cells]);
}

/** From the index alone: prompts and summaries make the rows themselves long. */
function iterationRuns(statements: Statements, { fromMs = -Infinity, toMs = Infinity, sessionIds }: RunFilter): Row[] {
  const [only, cells] = sessionIds === undefined ? ['', []] : ['AND session_id IN (SELECT value FROM json_each(?))', [JSON.stringify(sessionIds)]];
  return statements.rows(`SELECT session_id, number, status, ts_start, ts_end FROM iterations WHERE ts_start >= ? AND ts_start < ? ${only}`, [fromMs, toMs, ...cells]);
}

/** Compare and set, inside the caller's transaction; the row as it is then, or none. */
export function transition(statements: Statements, { id, from, changes }: Extract<StoreCommand, { name: 'transition' }>): Row[] {
  const names = Object.keys(changes);
  if (!names.every((name) => (sessionColumns as readonly string[]).includes(name))) throw new Error(`no such columns: ${names.join(', ')}`);
  const assignments = names.length === 0 ? 'id = id' : names.map((name) => `${name} = ?`).join(', ');
  const sql = `UPDATE sessions SET ${assignments} WHERE id = ? AND status IN (${from.map(() => '?').join(', ')}) RETURNING ${sessionColumns.join(', ')}`;
  return statements.rows(sql, [...Object.values(changes), id, ...from]);
}

export function requestStop(statements: Statements, { id, atMs }: Extract<StoreCommand, { name: 'requestStop' }>): Row[] {
  return statements.rows("UPDATE iterations SET stop_requested_at = coalesce(stop_requested_at, ?) WHERE id = ? AND status = 'running' RETURNING id", [atMs, id]);
}

function totals(statements: Statements, { sessionId, iterationId, fromMs, toMs }: TotalsFilter): Row[] {
  const conditions: string[] = [];
  const cells: Cell[] = [];
  const where = (condition: string, ...values: Cell[]): void => {
    conditions.push(condition);
    cells.push(...values);
  };
  // There is no index over iterations: one a span costs more than reading the spans of one session.
  const session = sessionId ?? (iterationId === undefined ? undefined : statements.rows('SELECT session_id FROM iterations WHERE id = ?', [iterationId])[0]?.[0]);
  if (session !== undefined) where('session_id = ?', session);
  if (iterationId !== undefined) where('iteration_id = ?', iterationId);
  if (fromMs !== undefined) {
    where('ts_start >= ?', fromMs);
    if (session === undefined && fromMs > idSlackMs) where('id >= ?', Math.floor(fromMs - idSlackMs).toString(16).padStart(11, '0'));
  }
  if (toMs !== undefined) where('ts_start < ?', toMs);
  return statements.rows(`SELECT ${spanTotalColumns} FROM telemetry_events ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}`, cells);
}
