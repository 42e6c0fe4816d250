import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import initSqlJs from 'sql.js';
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
import { median } from './report';

/** `program folder spans resultFile`: 30 days of sessions, four at a time, with some evaluations, and a fifth of that before; then what the dashboard asks for. */
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
const from = to - days * 24 * hour;
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

function makeSpan(index: number): AmpTraceEvent {
  const tsStart = index < earlier ? from - days * 24 * hour * (1 - index / earlier) : from + ((index - earlier) / spans) * days * 24 * hour;
  const block = Math.floor(index / (spansPerSession * parallelSessions));
  const sessionId = `session-of-21-chars-${block * parallelSessions + (index % parallelSessions)}`;
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

const period = { fromMs: from, toMs: to };
const before = { fromMs: from - (to - from), toMs: from };

/** What the dashboard asks for, from the roll-ups and as SQL over the rows. */
const questions: Readonly<Record<string, { readonly ask: (store: Store) => Promise<unknown>; readonly scan: string; readonly cells: readonly number[] }>> = {
  totals: { ask: (store) => store.rollups.totals(period), ...scan('', period) },
  'totals of the period before': { ask: (store) => store.rollups.totals(before), ...scan('', before) },
  'usage by hour and model': { ask: (store) => store.rollups.usage(period, ['hour', 'model']), ...scan(`CAST(ts_start / ${hour} AS INTEGER), model`, period) },
  'usage by session': { ask: (store) => store.rollups.usage(period, ['session']), ...scan('session_id', period) },
  'usage by agent': { ask: (store) => store.rollups.usage(period, ['agent']), ...scan('agent', period) },
  latencies: { ask: (store) => store.rollups.latencies(period), ...scanRows(`provider, model, CAST(ln(ts_end - ts_start) / ln(1.1) AS INTEGER), CAST(ln(first_token_ms) / ln(1.1) AS INTEGER)`, `${isCall('t')} AND status = 'success'`) },
  outcomes: { ask: (store) => store.rollups.outcomes(period), ...scanRows("name, sum(status = 'success')", "type IN ('eval', 'workflow')", 'name') },
};

function scan(by: string, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): { readonly scan: string; readonly cells: readonly number[] } {
  const sums = spanTotals('t').map((sum) => `sum(${sum})`).join(', ');
  return { scan: `SELECT ${by === '' ? '' : `${by}, `}${sums} FROM telemetry_events AS t NOT INDEXED WHERE ${isCall('t')} AND ts_start >= ? AND ts_start < ? ${by === '' ? '' : `GROUP BY ${by}`}`, cells: [fromMs, toMs] };
}

function scanRows(columns: string, where: string, by = ''): { readonly scan: string; readonly cells: readonly number[] } {
  const [grouping, selected] = by === '' ? [`GROUP BY ${columns}`, `${columns}, count(*)`] : [`GROUP BY ${by}`, `${columns}, count(*)`];
  return { scan: `SELECT ${selected} FROM telemetry_events AS t NOT INDEXED WHERE ${where} AND ts_start >= ? AND ts_start < ? ${grouping}`, cells: [from, to] };
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

async function main(): Promise<object> {
  const directory = path.join(folder, 'data');
  const first = await openStore({ directory, assetsDirectory: folder, kind: 'test' });
  const spansPerSecond = await ingest(first);
  await first.close();

  const store = await openStore({ directory, assetsDirectory: folder, kind: 'test' });
  const asked: Record<string, number[]> = {};
  const totalMs: number[] = [];
  for (let round = 0; round < 7; round++) {
    totalMs.push(await timed(async () => {
      for (const [name, { ask }] of Object.entries(questions)) (asked[name] ??= []).push(await timed(() => ask(store)));
    }));
  }
  const [ours, usageRows] = [await store.rollups.totals(period), (await store.rollups.usage({}, ['hour', 'session', 'agent', 'provider', 'model'])).length];
  const checkMs = await timed(() => store.check({ rebuild: false }));
  const rebuildMs = await timed(() => store.check({ rebuild: true }));
  const checked = await store.check({ rebuild: false });
  if (checked.wrongRollups !== 0) throw new Error(`${checked.wrongRollups} roll-ups are wrong`);
  await store.close();

  const rows = await scanner(store.file);
  const scans: Record<string, number> = {};
  for (const [name, { scan: sql, cells }] of Object.entries(questions)) scans[name] = await timed(() => rows.rows(sql, cells));
  const [theirs] = rows.rows(questions.totals?.scan ?? '', [from, to]) as number[][];
  if (theirs?.[8] !== ours.costNano || theirs[0] !== ours.calls) throw new Error('the scan gives other totals than the roll-ups');
  const [latencyRows] = rows.rows('SELECT count(*) FROM latency_rollups', []) as number[][];
  rows.close();
  return {
    // The first round reads the file's pages: it is what opening the dashboard costs.
    rollupsMs: totalMs[0], laterMs: median(totalMs), scanMs: Object.values(scans).reduce((sum, ms) => sum + ms, 0),
    parts: Object.fromEntries(Object.keys(questions).map((name) => [name, [asked[name]?.[0], scans[name]]])),
    spansPerSecond, usageRows, latencyRows: latencyRows?.[0], checkMs, rebuildMs,
  };
}

void main().then((result) => writeFileSync(out, JSON.stringify(result)));
