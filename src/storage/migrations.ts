import type { Database } from 'sql.js';

export interface Migration {
  /** Ascending, without gaps, from 1. A released migration is never changed: later ones build on its result. */
  readonly version: number;
  readonly sql: string;
}

/**
 * `tokens_*` are the parts of `Usage` (never overlapping), `cost_nano` is nano-dollars, times are epoch milliseconds. `owner_nonce` names
 * the row of `processes` that runs an iteration, runs a session or merges it, so that recovery knows whose end interrupts it.
 */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE sessions (
        id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, prompt TEXT NOT NULL, agent TEXT NOT NULL, agent_options TEXT NOT NULL,
        base_branch TEXT NOT NULL, base_sha TEXT NOT NULL, branch TEXT NOT NULL, worktree TEXT NOT NULL, status TEXT NOT NULL,
        attention TEXT, merged_sha TEXT, trash_ref TEXT, created_at REAL NOT NULL, updated_at REAL NOT NULL, owner_nonce TEXT);
      CREATE TABLE iterations (
        id TEXT PRIMARY KEY NOT NULL, session_id TEXT NOT NULL, number INTEGER NOT NULL, prompt TEXT NOT NULL, status TEXT NOT NULL,
        error_message TEXT, summary TEXT, commit_sha TEXT, changed_files TEXT NOT NULL, agent_session_id TEXT, conversation_totals TEXT, stop_requested_at REAL,
        ts_start REAL NOT NULL, ts_end REAL, owner_nonce TEXT);
      CREATE INDEX iterations_by_session ON iterations (session_id, number);
      CREATE INDEX iterations_running ON iterations (id) WHERE status = 'running';
      CREATE TABLE telemetry_events (
        id TEXT PRIMARY KEY NOT NULL, session_id TEXT NOT NULL, parent_id TEXT, type TEXT NOT NULL, name TEXT NOT NULL,
        ts_start REAL NOT NULL, ts_end REAL, status TEXT NOT NULL, attrs TEXT NOT NULL, error_message TEXT, created_at REAL NOT NULL,
        stack_trace TEXT, iteration_id TEXT, model TEXT, provider TEXT,
        tokens_input INTEGER, tokens_cache_read INTEGER, tokens_cache_write_5m INTEGER, tokens_cache_write_1h INTEGER,
        tokens_output INTEGER, tokens_reasoning INTEGER, cost_nano INTEGER, cost_basis TEXT);
      CREATE INDEX telemetry_events_by_session ON telemetry_events (session_id, ts_start);
      CREATE INDEX telemetry_events_running ON telemetry_events (id) WHERE status = 'running';
      CREATE TABLE processes (nonce TEXT PRIMARY KEY NOT NULL, owner TEXT NOT NULL, kind TEXT NOT NULL, opened_at REAL NOT NULL);`,
  },
];

export const newestVersion = migrations.length;

/** 0 for a database without tables, undefined for one with tables that are not ours. Reads only. */
export function schemaVersion(db: Database): number | undefined {
  const tables = (db.exec("SELECT name FROM sqlite_schema WHERE type = 'table'")[0]?.values ?? []).map(([name]) => name);
  if (tables.length === 0) return 0;
  if (!tables.includes('schema_version')) return undefined;
  const version = db.exec('SELECT max(version) FROM schema_version')[0]?.values[0]?.[0];
  return typeof version === 'number' ? version : undefined;
}

/** Brings the schema from `version` to the newest one, in one transaction. */
export function migrate(db: Database, version: number, nowMs: number): void {
  if (version >= newestVersion) return;
  db.run('BEGIN IMMEDIATE');
  try {
    db.run('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY NOT NULL, applied_at REAL NOT NULL)');
    for (const migration of migrations.slice(version)) {
      db.run(migration.sql);
      db.run('INSERT INTO schema_version VALUES (?, ?)', [migration.version, nowMs]);
    }
    db.run('COMMIT');
  } catch (error) {
    try {
      db.run('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself; the first error says why.
    }
    throw error;
  }
}
