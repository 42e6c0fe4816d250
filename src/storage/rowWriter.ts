import { errorMessage, isOrchestratorError } from '../base/errors';
import type { Binding, Cell } from './columns';
import type { Statements } from './statements';
import { iterationUpsert, sessionUpsert } from './sessionRows';
import { fullSpanRow, spanUpsert } from './spanRows';
import type { TableName } from './store';
import { isRowFault, toErrorData } from './storeErrors';
import type { Refusal, WriteMessage } from './storeProtocol';
import { appendEvents } from './workflowJournal';

/**
 * Writes the rows of a message. One that SQLite refuses for its own sake, and events that their execution refuses, go to `refuse` and hold up
 * nothing; other errors are thrown.
 */
export function writeRows(statements: Statements, message: WriteMessage, processNonce: string, nowMs: number, refuse: (refusal: Refusal) => void): void {
  const attempt = (write: () => void): void => {
    try {
      write();
    } catch (error) {
      if (isOrchestratorError(error)) refuse({ error: toErrorData(error) });
      else if (isRowFault(error)) refuse({ reason: errorMessage(error) });
      else throw error;
    }
  };
  const attemptRow = (sql: string, row: readonly Binding[]): void => attempt(() => statements.run(sql, row));
  if (message.kind === 'events') {
    attempt(() => appendEvents(statements, message, processNonce, nowMs));
    return;
  }
  if (message.kind === 'rows') {
    for (const row of message.rows) attemptRow(message.table === 'sessions' ? sessionUpsert : iterationUpsert, row);
    return;
  }
  const rows = JSON.parse(message.rows) as Cell[][];
  rows.forEach((row, index) => attemptRow(spanUpsert, fullSpanRow(row, message.attrs[index] ?? '{}')));
}

export function rowCount(message: WriteMessage): number {
  if (message.kind === 'spans') return message.attrs.length;
  // Events may be none and still be waited for.
  return Math.max(1, message.rows.length);
}

export function tableOf(message: WriteMessage): TableName {
  switch (message.kind) {
    case 'spans':
      return 'telemetry_events';
    case 'events':
      return 'workflow_executions';
    case 'rows':
      return message.table;
  }
}
