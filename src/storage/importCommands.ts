import type { Cell } from './columns';
import { upsertSql } from './columns';
import type { Statements } from './statements';
import { tokenColumns } from './schema/rollups';

const importTables = { files: 'import_files', sessions: 'imported_sessions', calls: 'imported_calls' } as const;
export type ImportTable = keyof typeof importTables;
export const importColumns = {
  files: ['path', 'agent', 'size', 'mtime_ms', 'offset', 'state'],
  sessions: ['id', 'agent', 'title', 'cwd', 'branch', 'first_ts', 'last_ts'],
  calls: ['key', 'session_id', 'agent', 'ts', 'model', 'provider', ...tokenColumns, 'cost_nano', 'cost_basis'],
} as const;

const upserts: Readonly<Record<ImportTable, string>> = {
  files: upsertSql('import_files', importColumns.files, {}, {}, 'path'),
  sessions: upsertSql('imported_sessions', importColumns.sessions, {
    title: 'coalesce(excluded.title, imported_sessions.title)',
    branch: 'coalesce(excluded.branch, imported_sessions.branch)',
    first_ts: 'min(excluded.first_ts, imported_sessions.first_ts)',
    last_ts: 'max(excluded.last_ts, imported_sessions.last_ts)',
  }),
  calls: upsertSql('imported_calls', importColumns.calls, {}, {}, 'key'),
};

/** JSON of rows in the order of `importColumns`. */
export type ImportTexts = Readonly<Record<ImportTable, string>>;

/** Inside the caller's transaction: how far was read and what was found there, both or neither. */
export function saveImports(statements: Statements, texts: ImportTexts): void {
  for (const table of ['files', 'sessions', 'calls'] as const) {
    for (const row of JSON.parse(texts[table]) as Cell[][]) statements.run(upserts[table], row);
  }
}

export function clearImports(statements: Statements): void {
  for (const table of Object.values(importTables)) statements.run(`DELETE FROM ${table}`, []);
}
