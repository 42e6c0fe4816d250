import { OrchestratorError } from '../base/errors';
import { textOf } from './columns';
import type { Cell, Row } from './columns';
import { eventColumns } from './eventRows';
import { totalColumns } from './schema/rollups';
import type { Statements } from './statements';
import type { ExecutionFilter } from './workflowStore';
import type { StoreCommand } from './storeProtocol';
import { appendEvents } from './workflowJournal';
import { approvalColumns, definitionColumns, executionColumns, newExecutionColumns, signalColumns } from './workflowRows';

const definitionUpsert = `INSERT INTO workflows (${definitionColumns.join(', ')}, created_at, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at`;
const kindOf = '(SELECT kind FROM processes WHERE nonce = ?)';
const executionInsert = `INSERT INTO workflow_executions (${newExecutionColumns.join(', ')}, status, owner_nonce, host, epoch, last_seq, open_approvals)
  VALUES (${newExecutionColumns.map(() => '?').join(', ')}, 'running', ?, ${kindOf}, 1, 0, 0) ON CONFLICT (id) DO NOTHING RETURNING id`;
const isOwned = 'owner_nonce IN (SELECT nonce FROM processes)';

/** Inside the caller's transaction, as all that change something below. What is there stays; only that it is in use again is noted. */
export function saveDefinition(statements: Statements, definition: Row, nowMs: number): void {
  statements.run(definitionUpsert, [...definition, nowMs]);
}

/** One row, or none when the id is taken. */
export function createExecution(statements: Statements, { execution, events }: Extract<StoreCommand, { name: 'createExecution' }>, processNonce: string, nowMs: number): Row[] {
  const made = statements.rows(executionInsert, [...execution, processNonce, processNonce]);
  if (made.length > 0) appendEvents(statements, { execution: textOf(execution[0]), epoch: 1, rows: events, consumed: [] }, processNonce, nowMs);
  return made;
}

/** One row with the new epoch, or none when another living process owns it. @throws OrchestratorError `execution-missing` */
export function claimExecution(statements: Statements, { id, takeOver }: Extract<StoreCommand, { name: 'claimExecution' }>, processNonce: string): Row[] {
  mustBeThere(statements, id);
  return statements.rows(
    `UPDATE workflow_executions SET epoch = epoch + 1, owner_nonce = ?, host = ${kindOf} WHERE id = ? AND (? OR owner_nonce IS NULL OR owner_nonce = ? OR NOT ${isOwned}) RETURNING epoch`,
    [processNonce, processNonce, id, Number(takeOver), processNonce],
  );
}

export function releaseExecution(statements: Statements, { id, epoch }: Extract<StoreCommand, { name: 'releaseExecution' }>, processNonce: string): Row[] {
  return statements.rows('UPDATE workflow_executions SET owner_nonce = NULL WHERE id = ? AND epoch = ? AND owner_nonce = ? RETURNING id', [id, epoch, processNonce]);
}

/** Given twice, it is kept once. @throws OrchestratorError `execution-missing` */
export function signalExecution(statements: Statements, signal: Row): void {
  mustBeThere(statements, textOf(signal[1]));
  statements.run(`INSERT INTO workflow_signals (${signalColumns.join(', ')}) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`, signal);
}

function mustBeThere(statements: Statements, id: string): void {
  if (statements.rows('SELECT 1 FROM workflow_executions WHERE id = ?', [id]).length > 0) return;
  throw new OrchestratorError('execution-missing', `There is no workflow execution ${id}.`, 'It may have been removed. List the executions to see those that are there.');
}

export function definition(statements: Statements, hash: string): Row[] {
  return statements.rows(`SELECT ${definitionColumns.join(', ')} FROM workflows WHERE hash = ?`, [hash]);
}

export function events(statements: Statements, execution: string, after: number): Row[] {
  return statements.rows(`SELECT ${eventColumns.join(', ')} FROM workflow_events WHERE execution_id = ? AND seq > ? ORDER BY seq`, [execution, after]);
}

export function signals(statements: Statements, execution: string): Row[] {
  return statements.rows(`SELECT ${signalColumns.join(', ')} FROM workflow_signals WHERE execution_id = ? ORDER BY position`, [execution]);
}

export function openApprovals(statements: Statements): Row[] {
  const columns = approvalColumns.map((column) => `a.${column}`).join(', ');
  return statements.rows(`SELECT ${columns}, e.workflow_id, e.name FROM approvals AS a JOIN workflow_executions AS e ON e.id = a.execution_id WHERE a.status = 'open' ORDER BY a.requested_at, a.execution_id, a.id`, []);
}

/** Of the sessions that were made for it; those of its children are its own. Nothing where no model was called. */
const spentOf = `(SELECT CASE WHEN count(*) > 0 THEN json_array(${totalColumns.map((column) => `sum(${column})`).join(', ')}) END FROM daily_rollups WHERE session_id IN (SELECT id FROM sessions WHERE execution_id = workflow_executions.id))`;
const executionSelect = `SELECT ${executionColumns.join(', ')}, CASE WHEN owner_nonce = ?1 THEN 'here' WHEN ${isOwned} THEN 'elsewhere' ELSE 'none' END, ${spentOf} FROM workflow_executions`;

export function execution(statements: Statements, id: string, processNonce: string): Row[] {
  return statements.rows(`${executionSelect} WHERE id = ?2`, [processNonce, id]);
}

export function executions(statements: Statements, { workflow, parent, statuses, limit = 200 }: ExecutionFilter, processNonce: string): Row[] {
  const conditions = ['parent_id IS ?2', '(?3 IS NULL OR workflow_id = ?3)', '(?4 IS NULL OR status IN (SELECT value FROM json_each(?4)))'];
  const cells: Cell[] = [processNonce, parent ?? null, workflow ?? null, statuses === undefined ? null : JSON.stringify(statuses), limit];
  return statements.rows(`${executionSelect} WHERE ${conditions.join(' AND ')} ORDER BY started_at DESC, id DESC LIMIT ?5`, cells);
}
