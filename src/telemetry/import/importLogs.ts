import { importedSessionPrefix, type ImportAgent, type ImportedCall, type ImportedFile, type ImportedSession } from '../../model/importedCall';
import type { PriceList } from '../../model/pricing';
import { callAt } from './callColumns';
import { CallLedger, markOf } from './callLedger';
import type { FoundLog, ImportProblem } from './findLogs';
import type { LogResult } from './importProtocol';
import { asObject, parseObject } from '../../base/jsonShape';
import type { LogSession } from './logCall';
import { priceCall } from './priceCall';
import { scanLogs, type KnownOffset, type ScanOptions, type ScanTaker } from './scanLogs';

/** What belongs together: how far logs were read, and what was found there. */
export interface LogBatch {
  readonly files: readonly ImportedFile[];
  readonly sessions: readonly ImportedSession[];
  readonly calls: readonly ImportedCall[];
}

export interface ImportOptions extends ScanOptions {
  /** Whether what was run in a folder is wanted; undefined where the log does not name one. */
  readonly accepts: (cwd: string | undefined) => boolean;
  readonly known: {
    readonly files: readonly ImportedFile[];
    /** The agents' own ids of sessions that were run here: their calls are known already. Asked only when something is new. */
    readonly agentSessionIds: () => Promise<ReadonlySet<string>>;
  };
  /** Waited for only when there is something to price. */
  readonly prices: () => Promise<PriceList>;
  /** Keeps a batch; the next one comes when it has. */
  readonly sink: (batch: LogBatch) => Promise<void>;
}

export interface ImportSummary {
  /** Logs that had something new. */
  readonly files: number;
  /** Bytes read. */
  readonly bytes: number;
  /** Calls handed to the sink. */
  readonly calls: number;
  /** Calls that another log had already: copies in forks. */
  readonly duplicates: number;
  /** Calls that were left out: run in other folders, or by sessions of this repository. */
  readonly skipped: number;
  readonly problems: readonly ImportProblem[];
}

const batchCalls = 1_000;
const batchFiles = 250;

/**
 * Reads what agents have written into their own logs since the last time, and hands the calls that were made in accepted folders to the
 * sink, priced. What cannot be read is told in the summary and never stops the rest.
 *
 * @throws OrchestratorError `stopped` when aborted, `import-failed` when the reading thread dies; what the sink throws
 */
export async function importLogs(options: ImportOptions): Promise<ImportSummary> {
  const importer = new Importer(options);
  await scanLogs(options, importer);
  await importer.flush();
  return importer.summary();
}

class Importer implements ScanTaker {
  readonly knowsNothing: boolean;
  readonly keeps = true;
  private readonly files: ReadonlyMap<string, ImportedFile>;
  private readonly problems: ImportProblem[] = [];
  private readonly counts = { files: 0, bytes: 0, calls: 0, duplicates: 0, skipped: 0 };
  private ledger: CallLedger | undefined;
  private prices: PriceList | undefined;
  private ownSessions: ReadonlySet<string> | undefined;
  private batch: { files: ImportedFile[]; calls: ImportedCall[]; sessions: Map<string, ImportedSession> } = { files: [], calls: [], sessions: new Map() };

  constructor(private readonly options: ImportOptions) {
    this.knowsNothing = options.known.files.length === 0;
    this.files = new Map(options.known.files.map((file) => [file.path, file]));
  }

  known(path: string): KnownOffset | undefined {
    const file = this.files.get(path);
    return file && { size: file.size, mtimeMs: file.mtimeMs, offset: file.offset, log: () => parseObject(file.state)?.['log'] };
  }

  problem(problem: ImportProblem): void {
    this.problems.push(problem);
  }

  async take({ path, agent }: FoundLog, result: LogResult): Promise<void> {
    this.ledger ??= this.restoredLedger();
    this.prices ??= await this.options.prices();
    this.ownSessions ??= await this.options.known.agentSessionIds();
    this.counts.files += 1;
    this.counts.bytes += result.bytes;
    if (result.problems.length > 0 && this.concerns(result)) for (const { problem, count } of result.problems) this.problem({ path, problem, count });
    const known = this.files.get(path);
    let marks = known ? marksOf(known) : '';
    const sessions = new Map(result.sessions.map((session) => [session.id, session]));
    const wanted = new Map<string, boolean>();
    for (let row = 0; row < result.calls.count; row++) {
      const call = callAt(result.calls, row);
      const session = sessions.get(call.session) ?? { id: call.session, cwd: '' };
      const isOwn = this.ownSessions.has(session.id);
      const accepted = wanted.get(session.id) ?? this.options.accepts(session.cwd === '' ? undefined : session.cwd);
      wanted.set(session.id, accepted);
      if (!accepted) {
        this.counts.skipped += 1;
        continue;
      }
      const hash = result.calls.hashes[row] ?? 0;
      const claim = this.ledger.claim(path, hash);
      if (claim === 'first') marks += markOf(hash);
      // A fork of a session that was run here holds copies of its calls: they are claimed, and known.
      if (isOwn) this.counts.skipped += 1;
      else if (claim === 'elsewhere') this.counts.duplicates += 1;
      else {
        const { key, ts, model, provider, usage } = call;
        const imported = { key, ts, ...(model === undefined ? {} : { model }), provider, usage, sessionId: importedId(agent, session.id), agent, ...priceCall(call, this.prices) };
        this.add(imported, importedSession(agent, session, call.ts));
        if (this.batch.calls.length >= batchCalls) await this.flush();
      }
    }
    if (result.failed) return;
    // With the last of its calls: one that is lost before is read again.
    this.batch.files.push({ path, agent, size: result.size, mtimeMs: result.mtimeMs, offset: result.offset, state: JSON.stringify({ log: result.log, marks }) });
    if (this.batch.files.length >= batchFiles) await this.flush();
  }

  /** What is wrong in the logs of other repositories is told there. */
  private concerns({ sessions }: LogResult): boolean {
    return sessions.length === 0 || sessions.some(({ cwd }) => this.options.accepts(cwd === '' ? undefined : cwd));
  }

  async flush(): Promise<void> {
    const { files, calls, sessions } = this.batch;
    if (files.length + calls.length === 0) return;
    this.batch = { files: [], calls: [], sessions: new Map() };
    await this.options.sink({ files, calls, sessions: [...sessions.values()] });
  }

  summary(): ImportSummary {
    return { ...this.counts, problems: this.problems };
  }

  private add(call: ImportedCall, session: ImportedSession): void {
    this.counts.calls += 1;
    this.batch.calls.push(call);
    const known = this.batch.sessions.get(session.id);
    this.batch.sessions.set(session.id, known ? { ...session, firstTs: Math.min(known.firstTs, call.ts), lastTs: Math.max(known.lastTs, call.ts) } : session);
  }

  private restoredLedger(): CallLedger {
    const ledger = new CallLedger();
    for (const file of this.files.values()) ledger.restore(file.path, marksOf(file));
    return ledger;
  }
}

function marksOf(file: ImportedFile): string {
  const marks = asObject(parseObject(file.state))?.['marks'];
  return typeof marks === 'string' ? marks : '';
}

function importedId(agent: ImportAgent, session: string): string {
  return `${importedSessionPrefix}${agent}:${session}`;
}

function importedSession(agent: ImportAgent, { id, cwd, branch, title }: LogSession, ts: number): ImportedSession {
  return { id: importedId(agent, id), agent, cwd, ...(branch === undefined ? {} : { branch }), ...(title === undefined ? {} : { title }), firstTs: ts, lastTs: ts };
}
