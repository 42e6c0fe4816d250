import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import initSqlJs from 'sql.js';
import { SimulatedClock } from '../../src/base/clock';
import type { CostQuery, CostReport } from '../../src/model/costReport';
import type { AmpTraceEvent, Provider } from '../../src/model/span';
import { openDatabase } from '../../src/storage/database';
import { nodeFileSystem } from '../../src/storage/fileSystem';
import { CrossProcessLock } from '../../src/storage/fileLock';
import { describeSelf } from '../../src/storage/lockOwner';
import { openStore } from '../../src/storage/openStore';
import { Statements } from '../../src/storage/statements';
import { isCall, spanTotals } from '../../src/storage/schema/rollups';
import type { Store } from '../../src/storage/store';
import { compileWasm } from '../../src/storage/wasm';
import { Costs } from '../../src/sessions/costs';
import { addDays, startOfDay } from '../../src/base/localDay';
import { median } from './report';

/** `program folder spans resultFile`: 30 days of sessions, four at a time, with some evaluations, and a fifth of that before; then the dashboard's report. */
const [folder = '', spansText = '', out = ''] = process.argv.slice(2);
const spans = Number(spansText);
const hour = 3_600_000;
const days = 30;
/** So that the period before has something to compare with. */
const earlier = spans / 5;
const spansPerSession = 1_000;
const parallelSessions = 4;
/** Not at an hour's start, as nobody's month is. */
const to = Date.parse('2026-06-30T15:17:23.456Z');
const query: CostQuery = { range: { kind: '30d' }, group: 'model', imported: true };
/** As the dashboard has it: 29 days ago at midnight. */
const from = addDays(startOfDay(to), 1 - days);
const rounds = 7;
const models: readonly (readonly [string, Provider, string])[] = [
  ['claude-sonnet-4-5', 'anthropic', 'claudeCode'],
  ['claude-haiku-4-5', 'anthropic', 'claudeCode'],
  ['gpt-5.2-codex', 'openai', 'codex'],
  ['gemini-3-pro', 'google', 'gemini'],
];
const attrs = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`attribute.number.${index}`, index % 2 === 0 ? `value of ${index}` : index * 7]));

let seed = 1;
function random(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 4_294_967_296;
}

function startOf(index: number): number {
  return index < earlier ? from - days * 24 * hour * (1 - index / earlier) : from + ((index - earlier) / spans) * (to - from);
}

function sessionName(index: number): string {
  return `session-of-21-chars-${index}`;
}

function makeSpan(index: number): AmpTraceEvent {
  const tsStart = startOf(index);
  const block = Math.floor(index / (spansPerSession * parallelSessions));
  const sessionId = sessionName(block * parallelSessions + (index % parallelSessions));
  const id = Math.floor(tsStart).toString(16).padStart(11, '0') + 'abc' + (index % 256).toString(16).padStart(2, '0');
  const step: AmpTraceEvent = { id, parentId: '0123456789abcdef', sessionId, tsStart, tsEnd: tsStart + 40, type: 'tool', name: 'execute_tool Read', attrs, status: 'success' };
  if (index % 500 === 3) return { ...step, type: 'eval', name: ['tests', 'lint', 'types'][index % 3] ?? 'tests', status: random() < 0.8 ? 'success' : 'error' };
  if (index % 5 !== 0) return step;
  const [model, provider, agent] = models[(block + Math.floor(random() * 1.3)) % models.length] ?? ['m', 'unknown', 'amp'];
  const usage = { input: { text: index % 997, cacheRead: 12_000, cacheWrite5m: 300, cacheWrite1h: 0 }, output: { text: 400, reasoning: 50 } };
  const ms = 400 + 3_000 * random() * random() * 4;
  return {
    ...step, type: 'agent', name: `${provider}:chat`, model, provider, agent, usage, costNano: 12_345_678 + index, costBasis: random() < 0.9 ? 'computed' : 'approximate',
    tsEnd: tsStart + ms, firstTokenMs: ms / 6, status: random() < 0.98 ? 'success' : 'error',
  };
}

async function ingest(store: Store): Promise<number> {
  const started = performance.now();
  for (let index = 0; index < earlier + spans; ) {
    for (const end = Math.min(earlier + spans, index + 10_000); index < end; index++) store.spans.write(makeSpan(index));
    await store.flush();
  }
  return Math.round(((earlier + spans) / (performance.now() - started)) * 1000);
}

const perSession = ['a', 'b', 'c'] as const;

/** The sessions that made the spans, with two or three runs each; every seventh has a limit. */
async function work(store: Store): Promise<void> {
  const count = Math.ceil((earlier + spans) / spansPerSession);
  const saved: Promise<void>[] = [];
  for (let index = 0; index < count; index++) {
    const id = sessionName(index);
    const start = startOf(Math.floor(index / parallelSessions) * spansPerSession * parallelSessions);
    saved.push(
      store.sessions.save({
        id, name: `Session ${index}`, prompt: 'Fix the rounding of invoice totals. '.repeat(20), agent: 'claudeCode', agentOptions: {}, baseBranch: 'main', baseSha: 'a'.repeat(40), branch: `amp/${id}`,
        worktree: `/trees/${id}`, status: index % 3 === 0 ? 'merged' : 'ready', createdAt: start, updatedAt: start + hour, ...(index % 7 === 0 ? { budgetNano: 90_000_000_000 } : {}),
      }),
    );
    for (const [number, name] of perSession.slice(0, 2 + (index % 2)).entries()) {
      const tsStart = start + number * 600_000;
      saved.push(
        store.iterations.save({
          id: `${id}-${name}`, sessionId: id, number: number + 1, prompt: 'Go on. '.repeat(50), summary: 'What was done. '.repeat(60), status: random() < 0.9 ? 'succeeded' : 'failed', agentSessionId: `agent-${id}`, tsStart, tsEnd: tsStart + 500_000,
          changedFiles: Array.from({ length: 8 }, (_, file) => ({ path: `src/module/file${file}.ts`, change: 'modified' as const, linesAdded: 12, linesDeleted: 3 })),
        }),
      );
    }
  }
  await Promise.all(saved);
}

/** Each question of the report as SQL over the rows alone; what the report asks of sessions and runs is small and not counted. */
const midnight = startOfDay(to);
const scans: Readonly<Record<string, Scan>> = {
  'usage by hour and model': scan(`CAST(ts_start / ${hour} AS INTEGER), provider, model`, from, to),
  'usage by session and agent': scan('session_id, agent', from, to),
  'totals of the period before': scan('', addDays(from, -days), addDays(to, -days)),
  latencies: scanRows('provider, model, CAST(ln(ts_end - ts_start) / ln(1.1) AS INTEGER), CAST(ln(first_token_ms) / ln(1.1) AS INTEGER)', `${isCall('t')} AND status = 'success'`),
  outcomes: scanRows("type, name, sum(status = 'success')", "type IN ('eval', 'workflow')", 'type, name'),
  'usage of today by hour': scan(`CAST(ts_start / ${hour} AS INTEGER)`, midnight, to),
  'usage of all time by session': scan('session_id', 0, Number.MAX_SAFE_INTEGER),
};

interface Scan {
  readonly sql: string;
  readonly cells: readonly number[];
}

function scan(by: string, fromMs: number, toMs: number): Scan {
  const sums = spanTotals('t').map((sum) => `sum(${sum})`).join(', ');
  return { sql: `SELECT ${by === '' ? '' : `${by}, `}${sums} FROM telemetry_events AS t NOT INDEXED WHERE ${isCall('t')} AND ts_start >= ? AND ts_start < ? ${by === '' ? '' : `GROUP BY ${by}`}`, cells: [fromMs, toMs] };
}

function scanRows(columns: string, where: string, by = columns): Scan {
  return { sql: `SELECT ${columns}, count(*) FROM telemetry_events AS t NOT INDEXED WHERE ${where} AND ts_start >= ? AND ts_start < ? GROUP BY ${by}`, cells: [from, to] };
}

async function timed(action: () => unknown): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

/** The same engine on the same file, in this thread, while the store is closed. */
async function scanner(file: string): Promise<{ rows(sql: string, cells: readonly number[]): unknown[]; close(): void }> {
  const self = describeSelf('bench');
  const lock = new CrossProcessLock({ file, self, fileSystem: nodeFileSystem, timeoutMs: 1000 });
  lock.prepare();
  const { db } = await openDatabase({ file, lock, fileSystem: nodeFileSystem, initSqlJs, wasm: compileWasm(readFileSync(path.join(folder, 'sql-wasm.wasm'))), now: Date.now });
  const statements = new Statements(db);
  return { rows: (sql, cells) => statements.rows(sql, cells), close: () => (db.close(), lock.dispose()) };
}

/** What the dashboard shows when it is opened, and how long that took. */
async function openedDashboard(directory: string): Promise<{ readonly ms: number; readonly report: CostReport }> {
  const store = await openStore({ directory, assetsDirectory: folder, kind: 'test' });
  let report: CostReport | undefined;
  const ms = await timed(async () => (report = await new Costs(store, new SimulatedClock(to)).report(query)));
  await store.close();
  if (!report) throw new Error('there is no report');
  return { ms, report };
}

async function main(): Promise<object> {
  const directory = path.join(folder, 'data');
  const first = await openStore({ directory, assetsDirectory: folder, kind: 'test' });
  const spansPerSecond = await ingest(first);
  await work(first);
  await first.close();

  const cold = [];
  for (let round = 0; round < rounds; round++) cold.push(await openedDashboard(directory));
  const store = await openStore({ directory, assetsDirectory: folder, kind: 'test' });
  const costs = new Costs(store, new SimulatedClock(to));
  await costs.report(query);
  const warmMs: number[] = [];
  for (let round = 0; round < rounds; round++) warmMs.push(await timed(() => costs.report(query)));
  const usageRows = (await store.rollups.usage({}, ['hour', 'session', 'agent', 'provider', 'model'])).length;
  const checkMs = await timed(() => store.check({ rebuild: false }));
  const rebuildMs = await timed(() => store.check({ rebuild: true }));
  const checked = await store.check({ rebuild: false });
  if (checked.wrongRollups !== 0) throw new Error(`${checked.wrongRollups} roll-ups are wrong`);
  await store.close();

  const rows = await scanner(store.file);
  const scanMs: Record<string, number> = {};
  const answers: Record<string, readonly (readonly number[])[]> = {};
  for (const [name, { sql, cells }] of Object.entries(scans)) scanMs[name] = await timed(() => (answers[name] = rows.rows(sql, cells) as number[][]));
  const [latencyRows] = rows.rows('SELECT count(*) FROM latency_rollups', []) as number[][];
  rows.close();
  const last = cold.at(-1)?.report;
  const bySession = answers['usage by session and agent'] ?? [];
  const scanned = [bySession.reduce((sum, row) => sum + Number(row[2]), 0), bySession.reduce((sum, row) => sum + Number(row[10]), 0), Number(answers['totals of the period before']?.[0]?.[8])];
  const reported = [last?.totals.calls, last?.totals.costNano, last?.previous?.totals.costNano];
  if (JSON.stringify(scanned) !== JSON.stringify(reported)) throw new Error(`the scan gives other totals than the report: ${scanned.join(' ')}, not ${reported.join(' ')}`);
  return {
    // Opening reads the file's pages (from the system's cache: they were just written) and prepares the statements.
    coldMs: median(cold.map(({ ms }) => ms)), warmMs: median(warmMs), scanMs: Object.values(scanMs).reduce((sum, ms) => sum + ms, 0), scans: scanMs,
    spansPerSecond, usageRows, latencyRows: latencyRows?.[0], checkMs, rebuildMs,
  };
}

void main().then((result) => writeFileSync(out, JSON.stringify(result)));
