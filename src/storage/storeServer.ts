import path from 'node:path';
import type { InitSqlJsStatic } from 'sql.js';
import type { OrchestratorError } from '../base/errors';
import { ChangeWatch, readChangeCounter } from './changeCounter';
import type { Row } from './columns';
import { command, isCommand } from './commands';
import { openDatabase } from './database';
import type { OpenedDatabase } from './database';
import type { FileSystem } from './fileSystem';
import { CrossProcessLock } from './fileLock';
import { describeSelf, livenessOf } from './lockOwner';
import type { LockOwner } from './lockOwner';
import { answer } from './queries';
import { Statements } from './statements';
import { deadProcesses, leaseNonce, othersAreBusy, recover, recoveryNotice, releaseNonce } from './recovery';
import { rowCount, tableOf, writeRows } from './rowWriter';
import type { TableName } from './store';
import { Parcel } from './parcel';
import { storeError, toErrorData } from './storeErrors';
import type { Answer, FromWorker, Numbered, Refusal, StoreCommand, StoreRead, StoreRequest, ToWorker, WorkerConfig, WriteMessage } from './storeProtocol';
import { Transactions } from './transactions';
import type { WasmModule } from './wasm';

export interface ServerParts {
  readonly config: WorkerConfig;
  readonly initSqlJs: InitSqlJsStatic;
  readonly wasm: WasmModule;
  readonly fileSystem: FileSystem;
  readonly post: (message: FromWorker) => void;
  readonly now: () => number;
}

const maxRowsPerTransaction = 256;
const groupDelayMs = 10;
const retryDelayMs = 1000;
const allTables: readonly TableName[] = ['sessions', 'iterations', 'telemetry_events', 'imported_calls', 'budgets', 'eval_results', 'workflow_executions'];

/** The store's half in the worker: opens the database, commits writes in groups, answers requests one after the other. */
export class StoreServer {
  private readonly queue: WriteMessage[] = [];
  private readonly statements: Statements;
  private readonly watch: ChangeWatch;
  private readonly transactions: Transactions;
  private readonly timers: NodeJS.Timeout[] = [];
  private commitTimer: NodeJS.Timeout | undefined;
  private commitSoon: NodeJS.Immediate | undefined;
  private queuedRows = 0;

  private constructor(
    private readonly parts: ServerParts,
    private readonly lock: CrossProcessLock,
    private readonly self: LockOwner,
    private readonly opened: OpenedDatabase,
  ) {
    this.statements = new Statements(opened.db);
    this.watch = new ChangeWatch(() => readChangeCounter(parts.fileSystem, opened.files.databaseDescriptor()));
    this.transactions = new Transactions(opened.db, opened.files, this.watch, () => parts.post({ kind: 'changed', tables: allTables, external: true }));
  }

  private processNonce = '';

  /** Posts `opened` or `openFailed`; undefined after the latter, with nothing left behind. */
  static async open(parts: ServerParts): Promise<StoreServer | undefined> {
    const { config, fileSystem, post } = parts;
    const self = describeSelf(config.ownerNonce);
    const lock = new CrossProcessLock({ file: config.file, self, fileSystem, timeoutMs: config.busyTimeoutMs });
    try {
      lock.prepare();
      const folder = path.dirname(config.file);
      lock.sweep(fileSystem.readdirSync(folder), path.basename(config.file), folder);
      const opened = await openDatabase({ file: config.file, lock, fileSystem, initSqlJs: parts.initSqlJs, wasm: parts.wasm, now: parts.now });
      const server = new StoreServer(parts, lock, self, opened);
      server.start();
      return server;
    } catch (error) {
      const failure = storeError(error, { file: config.file, blockedBy: lock.blockedBy });
      try {
        lock.dispose();
      } catch {
        // The first error is the one to tell; a dead owner's files are swept at the next open.
      }
      post({ kind: 'openFailed', error: toErrorData(failure) });
      return undefined;
    }
  }

  receive(message: ToWorker): void {
    if (message.kind === 'requests') {
      this.serve(message.requests);
      return;
    }
    this.queue.push(message);
    this.queuedRows += rowCount(message);
    if (this.queuedRows >= maxRowsPerTransaction) this.commitQuietly(maxRowsPerTransaction);
    if (this.queue.length > 0) this.commitTimer ??= this.later(groupDelayMs);
    // What has arrived already is taken first: those who cannot wait share a transaction too.
    if (message.kind === 'events' && message.now) this.commitSoon ??= this.soon();
  }

  private start(): void {
    const { config, post, now } = this.parts;
    const recovered = this.transactions.run(() => {
      const result = recover(this.statements, this.dead(), now());
      this.processNonce = leaseNonce(this.statements, this.self, config.kind, now());
      return result;
    });
    const notice = recoveryNotice(recovered);
    post({ kind: 'opened', processNonce: this.processNonce, notices: [...this.opened.notices, ...(notice === undefined ? [] : [notice])] });
    this.every(config.watchIntervalMs, () => {
      if (this.watch.look()) post({ kind: 'changed', tables: allTables, external: true });
    });
    this.every(config.recoveryIntervalMs, () => this.recoverOthers());
  }

  private serve(requests: readonly Numbered<StoreRequest>[]): void {
    const { post } = this.parts;
    let reads: Numbered<StoreRead>[] = [];
    const answerReads = (): void => {
      if (reads.length > 0) this.read(reads);
      reads = [];
    };
    for (const { id, request } of requests) {
      if (request.name === 'flush' || request.name === 'close' || isCommand(request)) {
        answerReads();
        post({ kind: 'answers', answers: [this.attempt(id, () => this.perform(request))] });
      } else reads.push({ id, request });
    }
    answerReads();
  }

  /** Reads that were asked for together see one state: the lock is kept from the first to the last. */
  private read(reads: readonly Numbered<StoreRead>[]): void {
    const { post } = this.parts;
    // What is queued is to be seen by its own process. If it cannot be committed, the reader still gets what is there.
    this.commitQuietly(1);
    try {
      if (!this.opened.files.hold()) throw new Error('database is locked');
    } catch (error) {
      post({ kind: 'answers', answers: reads.map(({ id }) => ({ id, error: toErrorData(this.failure(error)) })) });
      return;
    }
    try {
      this.transactions.view(() => {
        const parcel = new Parcel((answers) => post({ kind: 'answers', answers }));
        for (const { id, request } of reads) parcel.add(this.attempt(id, () => answer(this.statements, request)));
        parcel.send();
      });
    } finally {
      this.opened.files.letGo();
    }
  }

  private attempt(id: number, action: () => Row[]): Answer {
    try {
      return { id, rows: action() };
    } catch (error) {
      return { id, error: toErrorData(this.failure(error)) };
    }
  }

  private perform(request: Exclude<StoreRequest, StoreRead>): Row[] {
    switch (request.name) {
      case 'flush':
        this.commitAll();
        return [];
      case 'close':
        this.close();
        return [];
      default:
        return this.obey(request);
    }
  }

  private obey(request: StoreCommand): Row[] {
    this.commitAll();
    // Whoever wants to go on with what an ended process left need not wait until that is noticed.
    if (request.name === 'claimExecution') this.recoverOthers();
    const { rows, changed } = this.transactions.run(() => command(this.statements, request, this.processNonce, this.parts.now()));
    if (changed.length > 0) this.parts.post({ kind: 'changed', tables: changed, external: false });
    return rows;
  }

  private commitQuietly(leastRows: number): void {
    try {
      while (this.queuedRows >= leastRows) this.commitGroup();
    } catch (error) {
      this.parts.post({ kind: 'commitFailed', error: toErrorData(this.failure(error)) });
      clearTimeout(this.commitTimer);
      this.commitTimer = this.later(retryDelayMs);
    }
  }

  private commitAll(): void {
    try {
      while (this.queue.length > 0) this.commitGroup();
    } catch (error) {
      this.parts.post({ kind: 'commitFailed', error: toErrorData(this.failure(error)) });
      throw error;
    }
  }

  private commitGroup(): void {
    let rows = 0;
    let count = 0;
    for (const message of this.queue) {
      if (count > 0 && rows + rowCount(message) > maxRowsPerTransaction) break;
      rows += rowCount(message);
      count++;
    }
    const group = this.queue.slice(0, count);
    const refused: { readonly seq: number; readonly refusal: Refusal }[] = [];
    this.transactions.run(() => {
      for (const message of group) writeRows(this.statements, message, this.processNonce, this.parts.now(), (refusal) => refused.push({ seq: message.seq, refusal }));
    });
    this.queue.splice(0, count);
    this.queuedRows -= rows;
    for (const { seq, refusal } of refused) this.parts.post({ kind: 'rowRefused', seq, refusal });
    this.parts.post({ kind: 'committed', upTo: group.at(-1)?.seq ?? 0, tables: [...new Set(group.map(tableOf))] });
  }

  private recoverOthers(): void {
    try {
      if (!othersAreBusy(this.statements, this.processNonce)) return;
      const dead = this.dead();
      const { spans, iterations, sessions, executions } = this.transactions.run(() => recover(this.statements, dead, this.parts.now()));
      if (spans + iterations + sessions + executions > 0) this.parts.post({ kind: 'changed', tables: allTables, external: true });
    } catch {
      // Tried again at the next tick; whoever writes is told what is wrong.
    }
  }

  /** A worker that died in a living process is known by its missing owner file: the main thread removes it. */
  private dead(): string[] {
    const { config, fileSystem } = this.parts;
    return deadProcesses(this.statements, (owner) => {
      if (owner.pid !== this.self.pid || owner.startTime !== this.self.startTime || owner.host !== this.self.host) return livenessOf(owner, this.self) === 'dead';
      try {
        fileSystem.accessSync(`${config.file}-owner-${owner.nonce}`);
        return false;
      } catch {
        return true;
      }
    });
  }

  private close(): void {
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.commitTimer);
    clearImmediate(this.commitSoon);
    try {
      this.commitAll();
    } finally {
      try {
        this.transactions.run(() => releaseNonce(this.statements, this.processNonce));
        this.opened.db.close();
      } catch {
        // What is left of us is cleared by whoever opens the store next.
      }
      this.opened.files.abandon();
      this.lock.dispose();
    }
  }

  private failure(error: unknown): OrchestratorError {
    return storeError(error, { file: this.parts.config.file, systemError: this.opened.files.lastError, blockedBy: this.lock.blockedBy });
  }

  private later(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.commitTimer = undefined;
      this.commitQuietly(1);
    }, delayMs);
  }

  private soon(): NodeJS.Immediate {
    return setImmediate(() => {
      this.commitSoon = undefined;
      this.commitQuietly(1);
    });
  }

  private every(intervalMs: number, action: () => void): void {
    this.timers.push(setInterval(action, intervalMs).unref());
  }
}
