import path from 'node:path';
import type { Database, InitSqlJsStatic, SqlJsStatic } from 'sql.js';
import { OrchestratorError, errorMessage, systemCode } from '../base/errors';
import type { FileSystem } from './fileSystem';
import type { CrossProcessLock } from './fileLock';
import { migrate, newestVersion, schemaVersion } from './migrations';
import { NodeFiles } from './nodeFiles';
import { loadSqlJs } from './sqlJs';
import { storeError } from './storeErrors';
import type { WasmModule } from './wasm';

export interface DatabaseOptions {
  readonly file: string;
  readonly lock: CrossProcessLock;
  readonly fileSystem: FileSystem;
  readonly initSqlJs: InitSqlJsStatic;
  readonly wasm: WasmModule;
  readonly now: () => number;
}

export interface OpenedDatabase {
  readonly db: Database;
  readonly files: NodeFiles;
  readonly notices: readonly string[];
}

/** Up to this size every page is checked at each open; above it, see `checkBounded`. */
const fullCheckBytes = 8 * 1024 * 1024;

/**
 * Opens, checks and migrates the database file, holding the lock from the first look at it to the end, so no other process sees a
 * half-made file. Throws `store-newer`, `store-locked`, `disk-full`, `store-failed`.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenedDatabase> {
  const files = new NodeFiles(options.file, options.lock, options.fileSystem);
  const fail = (error: unknown): OrchestratorError => storeError(error, { file: options.file, systemError: files.lastError, blockedBy: options.lock.blockedBy });
  try {
    const sqlJs = await loadSqlJs(options.initSqlJs, options.wasm, files);
    if (!files.hold()) throw new Error('database is locked');
    try {
      return { files, ...openHeld(options, sqlJs, files) };
    } finally {
      files.letGo();
    }
  } catch (error) {
    files.abandon();
    throw fail(error);
  }
}

function openHeld(options: DatabaseOptions, sqlJs: SqlJsStatic, files: NodeFiles): { readonly db: Database; readonly notices: readonly string[] } {
  const notices: string[] = [];
  const known = sizeOf(options) !== undefined;
  let db = connect(sqlJs);
  const damage = known ? damageOf(options, db) : undefined;
  if (damage !== undefined) {
    close(db);
    files.closeAll();
    const aside = moveAside(options);
    notices.push(`The session store ${options.file} was damaged (${damage}). It was moved to ${aside}, and a new one was begun.`);
    db = connect(sqlJs);
  }
  configure(db);
  const version = schemaVersion(db) ?? 0;
  if (version > newestVersion) {
    close(db);
    throw new OrchestratorError(
      'store-newer',
      `The session store ${options.file} was written by a newer version of Amp Session Orchestrator (schema ${version}, this one knows ${newestVersion}).`,
      'Update the extension or the command-line program.',
    );
  }
  // Measured 0.9 ms a one-row commit, against 1.3 ms with `truncate`: the journal keeps its blocks and its directory entry.
  db.run('PRAGMA journal_mode = PERSIST; PRAGMA journal_size_limit = 16777216');
  migrate(db, version, options.now());
  return { db, notices };
}

/** Empty bytes make sql.js keep a memory file of the same name, which its `close` deletes in place of anything real. */
function connect(sqlJs: SqlJsStatic): Database {
  return new sqlJs.Database(new Uint8Array(0));
}

/** Reads the file already, and so fails on one that is no database. */
function configure(db: Database): void {
  db.run(`
    PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;
    PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF;`);
}

/** What is wrong with an existing file, or undefined. A hot journal is rolled back by the first read. Does not catch a failing disk. */
function damageOf(options: DatabaseOptions, db: Database): string | undefined {
  if (sizeOf(options) === 0) return 'it was empty';
  try {
    configure(db);
    const version = schemaVersion(db);
    if (version === undefined) return 'it is the database of another program';
    if (version > newestVersion) return undefined;
    const size = sizeOf(options) ?? 0;
    const pages = numberOf(db, 'PRAGMA page_count') * numberOf(db, 'PRAGMA page_size');
    if (size < pages) return `it has ${size} of ${pages} bytes`;
    const verdict = size <= fullCheckBytes ? textOf(db, 'PRAGMA quick_check(1)') : checkBounded(db);
    return verdict === 'ok' ? undefined : verdict;
  } catch (error) {
    const message = errorMessage(error);
    if (/malformed|not a database|file is encrypted/i.test(message)) return message;
    throw error;
  }
}

/** Those of every version; an older file has not all of them yet. */
const smallTables: readonly string[] = ['schema_version', 'sessions', 'iterations', 'processes', 'budgets', 'budget_reservations', 'imported_sessions', 'import_files', 'outcome_rollups', 'workflows', 'workflow_executions', 'approvals', 'workflow_signals'];

/**
 * Checking a million spans takes seconds. SQLite's journal makes a crash harmless; what is left is the disk's or another program's doing,
 * which `store-damaged` tells when the page is met. So: the small tables whole, and both ends of every index of the large one.
 */
function checkBounded(db: Database): string {
  const tables = (db.exec("SELECT name FROM sqlite_schema WHERE type = 'table'")[0]?.values ?? []).map(([name]) => String(name));
  for (const table of tables.filter((name) => smallTables.includes(name))) {
    const verdict = textOf(db, `PRAGMA quick_check('${table}')`);
    if (verdict !== 'ok') return verdict;
  }
  for (const order of ['ASC', 'DESC']) {
    for (const key of ['rowid', 'id', 'session_id']) db.exec(`SELECT * FROM (SELECT * FROM telemetry_events ORDER BY ${key} ${order} LIMIT 16)`);
  }
  return 'ok';
}

/** `<file>.damaged-<time>`, with its journal beside it, which may hold the only intact copy of some pages. */
function moveAside({ file, fileSystem, now }: DatabaseOptions): string {
  const stamp = new Date(now()).toISOString().replace(/[-:]/g, '').replace('.', '');
  const aside = `${file}.damaged-${stamp}`;
  fileSystem.renameSync(file, aside);
  for (const suffix of ['-journal', '-wal', '-shm']) {
    try {
      fileSystem.renameSync(file + suffix, aside + suffix);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
  return path.basename(aside);
}

function close(db: Database): void {
  try {
    db.close();
  } catch {
    // A damaged file may refuse even that; its descriptors are closed by `closeAll`.
  }
}

function sizeOf({ file, fileSystem }: DatabaseOptions): number | undefined {
  try {
    return Number(fileSystem.statSync(file).size);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function textOf(db: Database, sql: string): string {
  return String(db.exec(sql)[0]?.values[0]?.[0]);
}

function numberOf(db: Database, sql: string): number {
  return Number(db.exec(sql)[0]?.values[0]?.[0]);
}
