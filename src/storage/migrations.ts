import type { Database } from 'sql.js';
import { version1 } from './schema/version1';
import { version2 } from './schema/version2';
import { version3 } from './schema/version3';
import { version4 } from './schema/version4';

export interface Migration {
  /** Ascending, without gaps, from 1. A released migration is never changed: later ones build on its result. */
  readonly version: number;
  readonly sql: string;
}

/**
 * `tokens_*` are the parts of `Usage` (never overlapping), `cost_nano` is nano-dollars, times are epoch milliseconds. `owner_nonce` names
 * the row of `processes` that runs an iteration, runs a session or merges it, or goes on with an execution, so that recovery knows whose end interrupts it.
 */
export const migrations: readonly Migration[] = [
  { version: 1, sql: version1 },
  { version: 2, sql: version2 },
  { version: 3, sql: version3 },
  { version: 4, sql: version4 },
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
