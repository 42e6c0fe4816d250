import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { OrchestratorError } from '../base/errors';
import { Emitter } from '../base/events';
import type { Iteration, Session, SpanTotals } from '../model/session';
import type { AmpTraceEvent } from '../model/span';
import { budgetRepository } from './budgetRepository';
import { cleaner } from './cleaner';
import type { Cleaner } from './cleaner';
import { numberOf, storable, textOf } from './columns';
import type { Cell, Row } from './columns';
import { nodeFileSystem } from './fileSystem';
import { removeLockOf } from './fileLock';
import { evaluationRepository } from './evaluationRepository';
import { importRepository } from './importRepository';
import { checkStore } from './rollupCheck';
import { rollupRepository } from './rollupRepository';
import { iterationToRow, rowToIteration, rowToRun, rowToSummary, redactedSessionColumns, rowToSession, sessionColumns, sessionToRow } from './sessionRows';
import { checkedAmount } from './soundNumbers';
import { SpanBatch } from './spanBatch';
import { rowToSpan } from './spanRows';
import type { IterationRepository, SessionPatch, SessionRepository, SpanRepository, Store, StoreChange, StoreCheck, StoreOptions } from './store';
import { StoreConnection } from './storeConnection';
import { storeError } from './storeErrors';
import { workerThread } from './storeThread';
import type { Ask, StoreRequest } from './storeProtocol';
import type { StartThread } from './storeThread';
import { workflowRepository } from './workflowRepository';

const storeFileName = 'orchestrator.db';

/** `start` is for tests that put the other half elsewhere than into a worker. */
export async function openStoreClient(options: StoreOptions, start: StartThread = workerThread(path.join(options.assetsDirectory, 'storageWorker.js'))): Promise<Store> {
  const file = path.join(path.resolve(options.directory), storeFileName);
  try {
    await mkdir(path.dirname(file), { recursive: true });
  } catch (error) {
    throw storeError(error, { file });
  }
  const ownerNonce = randomBytes(8).toString('hex');
  const changes = new Emitter<StoreChange>();
  const connection = new StoreConnection(
    start,
    {
      file,
      wasmFile: path.join(options.assetsDirectory, 'sql-wasm.wasm'),
      kind: options.kind,
      ownerNonce,
      busyTimeoutMs: options.busyTimeoutMs ?? 10_000,
      watchIntervalMs: options.watchIntervalMs ?? 250,
      recoveryIntervalMs: options.recoveryIntervalMs ?? 3_000,
    },
    { onChange: (change) => changes.fire(change), onEnd: () => removeLockOf(file, ownerNonce, nodeFileSystem) },
  );
  const { processNonce, notices } = await connection.opened;
  return new StoreClient(file, processNonce, notices, connection, changes, cleaner(options.redact));
}

class StoreClient implements Store {
  readonly onDidChange;
  readonly spans: SpanRepository;
  readonly sessions: SessionRepository;
  readonly iterations: IterationRepository;
  readonly rollups;
  readonly imports;
  readonly budgets;
  readonly evaluations;
  readonly workflows;
  private readonly batch: SpanBatch;
  private closed: Promise<void> | undefined;

  constructor(
    readonly file: string,
    readonly processNonce: string,
    readonly notices: readonly string[],
    private readonly connection: StoreConnection,
    private readonly changes: Emitter<StoreChange>,
    private readonly clean: Cleaner,
  ) {
    this.onDidChange = changes.listen;
    this.batch = new SpanBatch(connection, clean);
    this.spans = this.spanRepository();
    this.sessions = this.sessionRepository();
    this.iterations = this.iterationRepository();
    const ask: Ask = (request) => this.request(request);
    this.rollups = rollupRepository(ask);
    this.imports = importRepository(ask, clean);
    this.budgets = budgetRepository(ask);
    this.evaluations = evaluationRepository(ask, clean);
    this.workflows = workflowRepository(ask, (message) => connection.writeAndWait(message), processNonce, clean);
  }

  get droppedSpans(): number {
    return this.batch.dropped;
  }

  async flush(): Promise<void> {
    await this.request({ name: 'flush' });
    this.reportLosses();
  }

  async check({ rebuild }: { readonly rebuild: boolean }): Promise<StoreCheck> {
    const ask: Ask = (request) => this.request(request);
    await this.flush();
    const found = await checkStore(ask);
    if (!rebuild) return { ...found, rebuilt: false };
    const [[wrong] = []] = await ask({ name: 'rebuild' });
    return { ...found, wrongRollups: numberOf(wrong), rebuilt: true };
  }

  close(): Promise<void> {
    this.closed ??= this.closeOnce();
    return this.closed;
  }

  private async closeOnce(): Promise<void> {
    this.connection.beginClosing();
    try {
      await this.request({ name: 'close' });
      this.reportLosses();
    } finally {
      await this.connection.end();
      this.changes.dispose();
    }
  }

  private reportLosses(): void {
    const dropped = this.batch.takeUnreportedDrops();
    if (dropped > 0) {
      throw new OrchestratorError('store-failed', `${dropped} steps were not stored: they came faster than the disk took them, and memory for them is bounded.`, 'Check that the disk is not full or hanging.');
    }
    const refusals = this.connection.takeRefusals();
    if (refusals.length > 0) {
      throw new OrchestratorError('store-failed', `${refusals.length} steps were not stored (${refusals[0]}).`, 'This is a fault of the program; please report it.');
    }
  }

  /** Everything written so far goes first, so a read sees it. */
  private request(request: StoreRequest): Promise<Row[]> {
    this.batch.send();
    return this.connection.request(request);
  }

  private save(table: 'sessions' | 'iterations', row: Row): Promise<void> {
    this.batch.send();
    return this.connection.writeAndWait({ kind: 'rows', table, rows: [row] });
  }

  private spanRepository(): SpanRepository {
    return {
      write: (span: AmpTraceEvent) => this.batch.add(span),
      get: async (id) => first(await this.request({ name: 'span', id }), rowToSpan),
      byIds: async (ids) => (await this.request({ name: 'spansById', ids })).map(rowToSpan),
      bySession: async (sessionId, selection = {}) => (await this.request({ name: 'spans', sessionId, selection })).map(rowToSpan),
      totals: async (filter) => toTotals((await this.request({ name: 'totals', filter }))[0] ?? []),
    };
  }

  private sessionRepository(): SessionRepository {
    return {
      save: async (session: Session) => this.save('sessions', sessionToRow(session, this.processNonce, this.clean)),
      list: async () => (await this.request({ name: 'sessions' })).map(rowToSession),
      summaries: async () => (await this.request({ name: 'sessionSummaries' })).map(rowToSummary),
      get: async (id) => first(await this.request({ name: 'session', id }), rowToSession),
      transition: async (id, from, patch) => first(await this.request({ name: 'transition', id, from, changes: patchToColumns(patch, this.clean) }), rowToSession),
    };
  }

  private iterationRepository(): IterationRepository {
    return {
      save: (iteration: Iteration) => this.save('iterations', iterationToRow(iteration, this.processNonce, this.clean)),
      get: async (id) => first(await this.request({ name: 'iteration', id }), rowToIteration),
      bySession: async (sessionId) => (await this.request({ name: 'iterations', sessionId })).map(rowToIteration),
      byPeriod: async (period) => (await this.request({ name: 'iterationRuns', period })).map(rowToRun),
      agentSessionIds: async () => (await this.request({ name: 'agentSessionIds' })).map(([id]) => textOf(id)),
      requestStop: async (id, atMs) => (await this.request({ name: 'requestStop', id, atMs })).length > 0,
    };
  }
}

function first<T>(rows: readonly Row[], decode: (row: Row) => T): T | undefined {
  const row = rows[0];
  return row === undefined ? undefined : decode(row);
}

function toTotals(row: Row): SpanTotals {
  const [spans, errors, tokensIn, tokensOut, costNano, unknownCosts, approximateCosts] = row;
  return { spans: numberOf(spans), errors: numberOf(errors), tokensIn: numberOf(tokensIn), tokensOut: numberOf(tokensOut), costNano: numberOf(costNano), unknownCosts: numberOf(unknownCosts), approximateCosts: numberOf(approximateCosts) };
}

/** `baseBranch` → `base_branch`; a key that is there and undefined becomes NULL. */
function patchToColumns(patch: SessionPatch, clean: Cleaner): Readonly<Record<string, string | number | null>> {
  const entries = Object.entries(patch).map(([key, value]): [string, Cell] => {
    const column = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (!(sessionColumns as readonly string[]).includes(column)) throw new OrchestratorError('invalid-argument', `A session has no field ${key}.`, '');
    if (typeof value === 'object') return [column, clean.json(JSON.stringify(value))];
    if (column === 'budget_nano' && typeof value === 'number') return [column, checkedAmount(value, 'The budget of a session')];
    if (typeof value !== 'string') return [column, value ?? null];
    return [column, storable(redactedSessionColumns.includes(column) ? clean.text(value) : value)];
  });
  return Object.fromEntries(entries);
}
