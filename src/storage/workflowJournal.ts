import { OrchestratorError } from '../base/errors';
import { asName, asNumber, asObject, asText, parseObject } from '../base/jsonShape';
import type { JsonObject } from '../base/jsonShape';
import { numberOf, textOf } from './columns';
import type { Row } from './columns';
import { eventColumns } from './eventRows';
import type { Statements } from './statements';
import { isRowFault } from './storeErrors';
import type { JournalEntry } from './storeProtocol';
import { trimExecutions } from './workflowRemoval';

const eventInsert = `INSERT INTO workflow_events (execution_id, ${eventColumns.join(', ')}) VALUES (?, ?, ?, ?, ?, ?)`;
const approvalUpsert = `INSERT INTO approvals (execution_id, id, step, hash, session_id, quorum, requested_at, due_at, status, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)
  ON CONFLICT (execution_id, id) DO UPDATE SET step = excluded.step, hash = excluded.hash, session_id = excluded.session_id, quorum = excluded.quorum,
  requested_at = excluded.requested_at, due_at = excluded.due_at, status = 'open', message = excluded.message`;

/**
 * Inside the caller's transaction: the events behind the last one and what they change of the execution and its approvals, or nothing. What
 * has been written before by the same owner counts as written: a call that was reported as failed may be repeated.
 * @throws OrchestratorError `execution-lost`; SQLite's own where a row is at fault. Nothing of the call is in the transaction then
 */
export function appendEvents(statements: Statements, { execution, epoch, rows, consumed }: Omit<JournalEntry, 'now'>, processNonce: string, nowMs: number): void {
  const [record] = statements.rows('SELECT epoch, owner_nonce, last_seq FROM workflow_executions WHERE id = ?', [execution]);
  if (record === undefined) throw lost(`The workflow execution ${execution} is not there any more.`, 'It was removed. Start the workflow anew.');
  if (record[0] !== epoch || record[1] !== processNonce) throw lost(`Another owner has taken over the workflow execution ${execution}.`, 'Watch it there, or take it over again.');
  const lastSeq = numberOf(record[2]);
  const fresh = rows.filter(([seq]) => numberOf(seq) > lastSeq);
  if (!followsOn(rows, lastSeq) || !rows.every((row) => numberOf(row[0]) > lastSeq || isWritten(statements, execution, row))) {
    throw lost(`The journal of the workflow execution ${execution} goes on at ${lastSeq + 1}, not at ${rows.map(([seq]) => String(seq)).join(', ')}.`, 'Go on with it from its journal (resume).');
  }
  insert(statements, execution, fresh, lastSeq);
  for (const signal of consumed) statements.run('DELETE FROM workflow_signals WHERE id = ? AND execution_id = ?', [signal, execution]);
  if (fresh.length > 0) keepUp(statements, execution, fresh, nowMs);
}

/** One after the other, without a gap behind what is there. */
function followsOn(rows: readonly Row[], lastSeq: number): boolean {
  const first = numberOf(rows[0]?.[0] ?? lastSeq + 1);
  return first >= 1 && first <= lastSeq + 1 && rows.every(([seq], index) => seq === first + index);
}

function isWritten(statements: Statements, execution: string, [seq = null, type, at, epoch]: Row): boolean {
  const [written] = statements.rows('SELECT type, at, epoch FROM workflow_events WHERE execution_id = ? AND seq = ?', [execution, seq]);
  return written !== undefined && written[0] === type && written[1] === at && written[2] === epoch;
}

function insert(statements: Statements, execution: string, rows: readonly Row[], lastSeq: number): void {
  try {
    for (const row of rows) statements.run(eventInsert, [execution, ...row]);
  } catch (error) {
    if (isRowFault(error)) statements.run('DELETE FROM workflow_events WHERE execution_id = ? AND seq > ?', [execution, lastSeq]);
    throw error;
  }
}

/** What lists show of the execution and its approvals is made of its events alone. */
function keepUp(statements: Statements, execution: string, rows: readonly Row[], nowMs: number): void {
  let approvals = false;
  let ended = false;
  for (const [, type, at = null, , data] of rows) {
    const kind = textOf(type);
    if (kind.startsWith('approval.')) {
      approvals = true;
      keepApproval(statements, execution, kind, numberOf(at), parseObject(textOf(data)) ?? {});
    } else if (kind === 'execution.completed') {
      ended = true;
      const { status, error, result } = parseObject(textOf(data)) ?? {};
      const problem = asText(asObject(error)?.['message']) ?? null;
      statements.run('UPDATE workflow_executions SET status = ?, finished_at = ?, problem = ?, result = ? WHERE id = ?', [asText(status) ?? 'failed', at, problem, result === undefined ? null : JSON.stringify(result), execution]);
    } else if (kind === 'execution.parked') {
      statements.run("UPDATE workflow_executions SET status = 'parked', problem = ? WHERE id = ?", [asText(parseObject(textOf(data))?.['reason']) ?? null, execution]);
    } else if (kind === 'execution.unparked') {
      statements.run("UPDATE workflow_executions SET status = 'running', problem = NULL WHERE id = ?", [execution]);
    }
  }
  statements.run('UPDATE workflow_executions SET last_seq = ? WHERE id = ?', [rows.at(-1)?.[0] ?? 0, execution]);
  if (ended) endOf(statements, execution);
  if (approvals || ended) {
    statements.run("UPDATE workflow_executions SET open_approvals = (SELECT count(*) FROM approvals WHERE execution_id = ?1 AND status = 'open') WHERE id = ?1", [execution]);
  }
  if (ended) trimExecutions(statements, nowMs);
}

function keepApproval(statements: Statements, execution: string, kind: string, at: number, event: JsonObject): void {
  const id = asText(event['approval']) ?? '';
  switch (kind) {
    case 'approval.requested':
      statements.run(approvalUpsert, [
        execution, id, asText(event['step']) ?? '', asText(event['hash']) ?? '', asName(event['session']) ?? null, asNumber(event['quorum']) ?? 1, at, asNumber(event['dueAt']) ?? null, asText(event['message']) ?? '',
      ]);
      break;
    case 'approval.reopened':
      statements.run("UPDATE approvals SET hash = ?, status = 'open' WHERE execution_id = ? AND id = ?", [asText(event['hash']) ?? '', execution, id]);
      break;
    case 'approval.closed':
      statements.run('UPDATE approvals SET status = ? WHERE execution_id = ? AND id = ?', [asText(event['outcome']) ?? 'cancelled', execution, id]);
      break;
  }
}

/** Nobody is asked any more, and nothing that was said can be taken up. */
function endOf(statements: Statements, execution: string): void {
  statements.run("UPDATE approvals SET status = 'cancelled' WHERE execution_id = ? AND status = 'open'", [execution]);
  statements.run('DELETE FROM workflow_signals WHERE execution_id = ?', [execution]);
}

function lost(message: string, advice: string): OrchestratorError {
  return new OrchestratorError('execution-lost', message, advice);
}
