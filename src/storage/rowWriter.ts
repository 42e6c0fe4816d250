import { errorMessage } from '../base/errors';
import type { Binding, Cell } from './columns';
import type { Statements } from './statements';
import { iterationUpsert, sessionUpsert } from './sessionRows';
import { fullSpanRow, spanUpsert } from './spanRows';
import type { TableName } from './store';
import { isRowFault } from './storeErrors';
import type { WriteMessage } from './storeProtocol';

/** Writes the rows of a message. One that SQLite refuses for its own sake goes to `refuse` and holds up nothing; other errors are thrown. */
export function writeRows(statements: Statements, message: WriteMessage, refuse: (reason: string) => void): void {
  const attempt = (sql: string, row: readonly Binding[]): void => {
    try {
      statements.run(sql, row);
    } catch (error) {
      if (!isRowFault(error)) throw error;
      refuse(errorMessage(error));
    }
  };
  if (message.kind === 'rows') {
    for (const row of message.rows) attempt(message.table === 'sessions' ? sessionUpsert : iterationUpsert, row);
    return;
  }
  const rows = JSON.parse(message.rows) as Cell[][];
  rows.forEach((row, index) => attempt(spanUpsert, fullSpanRow(row, message.attrs[index] ?? '{}')));
}

export function rowCount(message: WriteMessage): number {
  return message.kind === 'spans' ? message.attrs.length : message.rows.length;
}

export function tableOf(message: WriteMessage): TableName {
  return message.kind === 'spans' ? 'telemetry_events' : message.table;
}
