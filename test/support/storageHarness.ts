import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { InitSqlJsStatic } from 'sql.js';
import { onTestFinished } from 'vitest';
import type { AmpTraceEvent } from '../../src/model/span';
import type { Session } from '../../src/model/session';
import { migrations } from '../../src/storage/migrations';
import { nodeFileSystem } from '../../src/storage/fileSystem';
import type { FileSystem } from '../../src/storage/fileSystem';
import { openStore } from '../../src/storage/openStore';
import type { Store, StoreOptions } from '../../src/storage/store';
import { openStoreClient } from '../../src/storage/storeClient';
import { StoreServer } from '../../src/storage/storeServer';
import type { ToWorker } from '../../src/storage/storeProtocol';
import type { StartThread } from '../../src/storage/storeThread';
import { compileWasm } from '../../src/storage/wasm';
import { testAssetsDirectory } from './buildAssets';

const require = createRequire(import.meta.url);
const wasmBytes = readFileSync(require.resolve('sql.js/dist/sql-wasm.wasm'));

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'storage-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A real store in a real worker; closed with the test. */
export async function openTestStore(directory: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  return closing(await openStore({ directory, assetsDirectory: testAssetsDirectory, kind: 'test', ...options }));
}

/** The same store with its other half in this thread, over a file system that the test can break. */
export async function openLocalStore(directory: string, fileSystem: FileSystem = nodeFileSystem, options: Partial<StoreOptions> = {}): Promise<Store> {
  return closing(await openStoreClient({ directory, assetsDirectory: testAssetsDirectory, kind: 'test', ...options }, localThread(fileSystem)));
}

export function localThread(fileSystem: FileSystem): StartThread {
  return (config, { onMessage }) => {
    let alive = true;
    let server: StoreServer | undefined;
    const waiting: ToWorker[] = [];
    const receive = (message: ToWorker): void => {
      if (!alive) return;
      if (server === undefined) waiting.push(message);
      else server.receive(message);
    };
    void StoreServer.open({
      config,
      initSqlJs: freshSqlJs(),
      wasm: compileWasm(wasmBytes),
      fileSystem,
      post: (message) => setImmediate(() => alive && onMessage(structuredClone(message))),
      now: () => Date.now(),
    }).then((opened) => {
      server = opened;
      waiting.forEach(receive);
    });
    return { post: (message) => setImmediate(receive, structuredClone(message)), setBusy: () => undefined, terminate: () => Promise.resolve(void (alive = false)) };
  };
}

/** sql.js keeps one database engine per loaded copy of its script. */
function freshSqlJs(): InitSqlJsStatic {
  const file = require.resolve('sql.js');
  Reflect.deleteProperty(require.cache, file);
  return require(file) as InitSqlJsStatic;
}

/** What native SQLite says about a closed store's file. */
export function integrityOf(file: string): unknown {
  return query(file, 'PRAGMA integrity_check').map((row) => row.integrity_check)[0];
}

export function query(file: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

export async function until(condition: () => boolean | Promise<boolean>, boundMs: number): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not so within ${boundMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function makeSession(id: string, changes: Partial<Session> = {}): Session {
  return {
    id,
    name: `session ${id}`,
    prompt: 'do it',
    agent: 'replay',
    agentOptions: {},
    baseBranch: 'main',
    baseSha: 'abc',
    branch: `amp/${id}`,
    worktree: `/trees/${id}`,
    status: 'ready',
    createdAt: 1,
    updatedAt: 1,
    ...changes,
  };
}

export function makeSpan(id: string, changes: Partial<AmpTraceEvent> = {}): AmpTraceEvent {
  return { id, sessionId: 's1', tsStart: 1000, tsEnd: 1001, type: 'tool', name: 'Read', attrs: { file: 'a.ts' }, status: 'success', ...changes };
}

export function openSpan(id: string, changes: Partial<AmpTraceEvent> = {}): AmpTraceEvent {
  return { id, sessionId: 's1', tsStart: 1000, type: 'tool', name: 'Read', attrs: {}, status: 'running', ...changes };
}

/** A file as version 1 wrote it. */
export function writeVersionOne(folder: string, fill: (db: DatabaseSync) => void): string {
  const file = path.join(folder, 'orchestrator.db');
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE schema_version (version INTEGER PRIMARY KEY NOT NULL, applied_at REAL NOT NULL); INSERT INTO schema_version VALUES (1, 5)');
  db.exec(migrations[0]?.sql ?? '');
  fill(db);
  db.close();
  return file;
}

/** A span id of a process: `index` in place of milliseconds. */
export function spanId(index: number, nonce: string): string {
  return index.toString(16).padStart(11, '0') + nonce + '00';
}

function closing(store: Store): Store {
  onTestFinished(async () => store.close().catch(() => undefined));
  return store;
}
