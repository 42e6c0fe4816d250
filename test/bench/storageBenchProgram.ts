import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../src/base/clock';
import { spanIds } from '../../src/base/ids';
import type { AmpTraceEvent } from '../../src/model/span';
import { migrations } from '../../src/storage/migrations';
import { attrsToJson, fullSpanRow, spanToRow, spanUpsert } from '../../src/storage/spanRows';
import { openStore } from '../../src/storage/openStore';
import type { Store } from '../../src/storage/store';

/** One measurement a process: `program mode folder spans resultFile`. */
const [mode = '', folder = '', spansText = '', out = ''] = process.argv.slice(2);
const spans = Number(spansText);
const spansPerSession = 1000;
const spansPerTransaction = 256;
const attrs = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`attribute.number.${index}`, index % 2 === 0 ? `value of ${index}` : index * 7]));

function makeSpan(id: string, index: number): AmpTraceEvent {
  const tsStart = systemClock.now();
  const step: AmpTraceEvent = {
    id,
    parentId: '0123456789abcdef',
    sessionId: `session-of-21-chars-${Math.floor(index / spansPerSession)}`,
    tsStart,
    tsEnd: tsStart + 1.5,
    type: 'tool',
    name: 'execute_tool Read',
    attrs,
    status: 'success',
  };
  if (index % 5 !== 0) return step;
  const usage = { input: { text: 900, cacheRead: 12_000, cacheWrite5m: 300, cacheWrite1h: 0 }, output: { text: 400, reasoning: 50 } };
  return { ...step, type: 'agent', name: 'anthropic:chat', model: 'claude-sonnet', provider: 'anthropic', agent: 'claudeCode', firstTokenMs: 300, usage, costNano: 12_345_678, costBasis: 'computed' };
}

async function ingest(store: Store, flushEvery: number): Promise<number> {
  const nextId = spanIds(systemClock, store.processNonce);
  let mainMs = 0;
  for (let index = 0; index < spans; ) {
    const started = performance.now();
    const end = Math.min(spans, index + flushEvery);
    for (; index < end; index++) {
      const span = makeSpan(nextId(), index);
      store.spans.write({ ...span, status: 'running' });
      store.spans.write(span);
    }
    mainMs += performance.now() - started;
    await store.flush();
  }
  return mainMs;
}

function nodeSqlite(file: string): number {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  for (const { sql } of migrations) db.exec(sql);
  const insert = db.prepare(spanUpsert);
  const nextId = spanIds(systemClock, 'abc');
  const started = performance.now();
  for (let index = 0; index < spans; ) {
    db.exec('BEGIN IMMEDIATE');
    for (const end = Math.min(spans, index + spansPerTransaction); index < end; index++) {
      const span = makeSpan(nextId(), index);
      insert.run(...fullSpanRow(spanToRow(span, span.tsStart), attrsToJson(span.attrs)));
    }
    db.exec('COMMIT');
  }
  const rate = (spans / (performance.now() - started)) * 1000;
  db.close();
  return Math.round(rate);
}

function peakMiB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

async function main(): Promise<Record<string, number>> {
  const directory = path.join(folder, mode.startsWith('memory') ? 'million' : 'data');
  if (mode === 'empty') return { peakMiB: peakMiB() };
  if (mode.startsWith('ingest')) rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  if (mode === 'ingest-node-sqlite') return { spansPerSecond: nodeSqlite(path.join(directory, 'peer.db')) };
  const opening = performance.now();
  const store = await openStore({ directory, assetsDirectory: folder, kind: 'test' });
  const openMs = Math.round(performance.now() - opening);
  if (mode === 'memory-open') {
    const before = performance.now();
    await store.spans.totals({ sessionId: 'session-of-21-chars-500' });
    const sessionTotalsMs = Math.round(performance.now() - before);
    await store.spans.bySession('session-of-21-chars-700');
    const nextId = spanIds(systemClock, store.processNonce);
    for (let index = 0; index < 10_000; index++) store.spans.write(makeSpan(nextId(), index));
    await store.flush();
    const result = { openMs, sessionTotalsMs, peakMiB: peakMiB(), fileMiB: Math.round(statSync(store.file).size / 1024 / 1024) };
    await store.close();
    return result;
  }
  const started = performance.now();
  const mainMs = await ingest(store, mode === 'ingest-ours' ? spans : 10_000);
  const spansPerSecond = Math.round((spans / (performance.now() - started)) * 1000);
  const result = { openMs, spansPerSecond, mainMicroseconds: Math.round((mainMs / spans) * 100_000) / 100, peakMiB: peakMiB() };
  await store.close();
  return result;
}

void main().then((result) => writeFileSync(out, JSON.stringify(result)));
