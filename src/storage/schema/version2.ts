import { dailyRollup, hourlyRollup, isCall, latencyRollup, outcomeRollup, tokenColumns, usageRollup } from './rollups';
import type { Rollup } from './rollups';
import { fillRollups, rollupTriggers } from './rollupTriggers';

function rollupTable({ table, key, sums }: Rollup, texts: readonly string[]): string {
  const columns = [...key.map((column) => `${column} ${texts.includes(column) ? 'TEXT' : 'INTEGER'} NOT NULL`), ...sums.map((column) => `${column} INTEGER NOT NULL`)];
  return `CREATE TABLE ${table} (${columns.join(', ')}, PRIMARY KEY (${key.join(', ')})) WITHOUT ROWID;`;
}

/** Numbers that are no counts: what version 1 let through (a NaN became NULL) may not be summed up as if it were right. */
const unsound = [
  ...tokenColumns.map((column) => `(${column} IS NULL) <> (tokens_input IS NULL) OR ${isUnsound(column)}`),
  isUnsound('cost_nano'),
].join(' OR ');

function isUnsound(column: string): string {
  return `(${column} IS NOT NULL AND (typeof(${column}) <> 'integer' OR ${column} < 0 OR ${column} > ${Number.MAX_SAFE_INTEGER}))`;
}

/**
 * Roll-ups of usage, latency and outcomes, kept by triggers; calls that agents made outside the product; budgets. `hour`, `day` and `slot`
 * count from 1970, `limit_nano` and `cost_nano` are nano-dollars. A reservation belongs to the row of `processes` that its nonce names.
 */
export const version2 = `
  ALTER TABLE telemetry_events ADD COLUMN agent TEXT;
  ALTER TABLE telemetry_events ADD COLUMN first_token_ms REAL;
  ALTER TABLE sessions ADD COLUMN budget_nano INTEGER;
  ALTER TABLE sessions ADD COLUMN execution_id TEXT;
  UPDATE telemetry_events SET ${tokenColumns.map((column) => `${column} = NULL`).join(', ')}, cost_nano = NULL, cost_basis = 'unknown',
    attrs = CASE WHEN json_valid(attrs) THEN json_set(attrs, '$."amp.usage.invalid"', json('true')) ELSE attrs END WHERE ${unsound};
  UPDATE telemetry_events SET agent = (SELECT agent FROM sessions WHERE sessions.id = telemetry_events.session_id) WHERE ${isCall('')};
  DROP INDEX iterations_by_session;
  CREATE INDEX iterations_by_session ON iterations (session_id, number, ts_start, status, ts_end);
  CREATE INDEX iterations_by_time ON iterations (ts_start, session_id, number, status, ts_end);
  CREATE INDEX sessions_by_creation ON sessions (created_at, id, name, branch, status, updated_at, budget_nano);
  CREATE INDEX sessions_by_execution ON sessions (execution_id) WHERE execution_id IS NOT NULL;
  CREATE INDEX telemetry_events_calls ON telemetry_events (ts_start) WHERE ${isCall('')};
  CREATE TABLE imported_calls (
    key TEXT PRIMARY KEY NOT NULL, session_id TEXT NOT NULL, agent TEXT NOT NULL, ts REAL NOT NULL, model TEXT, provider TEXT NOT NULL,
    ${tokenColumns.map((column) => `${column} INTEGER`).join(', ')}, cost_nano INTEGER, cost_basis TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX imported_calls_by_time ON imported_calls (ts);
  CREATE TABLE imported_sessions (
    id TEXT PRIMARY KEY NOT NULL, agent TEXT NOT NULL, title TEXT, cwd TEXT NOT NULL, branch TEXT, first_ts REAL NOT NULL, last_ts REAL NOT NULL) WITHOUT ROWID;
  CREATE TABLE import_files (
    path TEXT PRIMARY KEY NOT NULL, agent TEXT NOT NULL, size INTEGER NOT NULL, mtime_ms REAL NOT NULL, offset INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE budgets (scope TEXT PRIMARY KEY NOT NULL, limit_nano INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE budget_reservations (
    id TEXT PRIMARY KEY NOT NULL, owner_nonce TEXT NOT NULL, session_id TEXT NOT NULL, execution_id TEXT, cost_nano INTEGER NOT NULL, created_at REAL NOT NULL) WITHOUT ROWID;
  ${rollupTable(usageRollup, ['session_id', 'agent', 'provider', 'model'])}
  ${rollupTable(dailyRollup, ['session_id', 'agent', 'provider', 'model'])}
  CREATE INDEX daily_rollups_by_session ON daily_rollups (session_id);
  ${rollupTable(hourlyRollup, ['agent', 'provider', 'model'])}
  ${rollupTable(latencyRollup, ['provider', 'model', 'kind'])}
  ${rollupTable(outcomeRollup, ['kind', 'name'])}
  ${fillRollups()}
  ${rollupTriggers()}`;
