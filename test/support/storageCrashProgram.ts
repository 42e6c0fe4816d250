import { readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import initSqlJs from 'sql.js';
import { systemClock } from '../../src/base/clock';
import { spanIds } from '../../src/base/ids';
import type { AmpTraceEvent } from '../../src/model/span';
import { attrsToJson, spanToRow } from '../../src/storage/spanRows';
import { openStore } from '../../src/storage/openStore';
import { StoreServer } from '../../src/storage/storeServer';
import { compileWasm } from '../../src/storage/wasm';
import { interceptedFileSystem } from './crashFileSystem';

/**
 * Programs that are made to die. What they say on stdout is a promise: one line of JSON for what is durable.
 *
 * `kill <folder> <number> <whole|half>`: SIGKILLs itself ahead of its n-th change of the disk, or after half of that write.
 * `write <folder>`: writes spans for ever, in flushed batches, leaving some open. `share <folder> <session> <spans>`: saves a session and flushed spans, ends.
 */
const [mode = '', folder = '', ...rest] = process.argv.slice(2);
const attrs = { text: 'some words that take some room in a page '.repeat(6) };

function say(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

function makeSpan(id: string, sessionId: string, open: boolean): AmpTraceEvent {
  const span: AmpTraceEvent = { id, sessionId, tsStart: systemClock.now(), type: 'tool', name: 'step', attrs, status: 'running' };
  return open ? span : { ...span, tsEnd: span.tsStart + 1, status: 'success' };
}

/** In one thread, so that the order of the calls is the same in every run: two transactions of inserts and updates over several pages. */
async function kill(target: number, how: string): Promise<void> {
  const calls: string[] = [];
  const fileSystem = interceptedFileSystem((call, number, doHalf) => {
    calls.push(call);
    if (number !== target) return;
    if (how === 'half') doHalf();
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  });
  const committed = new Set<number>();
  const server = await StoreServer.open({
    config: { file: path.join(folder, 'orchestrator.db'), wasmFile: '', kind: 'test', ownerNonce: 'crash', busyTimeoutMs: 2000, watchIntervalMs: 60_000, recoveryIntervalMs: 60_000 },
    initSqlJs,
    wasm: compileWasm(readFileSync(path.join(__dirname, 'sql-wasm.wasm'))),
    fileSystem,
    post: (message) => {
      if (message.kind === 'openFailed') throw new Error(message.error.message);
      if (message.kind === 'committed') committed.add(message.upTo);
    },
    now: () => 1000,
  });
  if (server === undefined) throw new Error('the store did not open');
  for (const [seq, offset] of [[1, 0], [2, 8]] as const) {
    const ids = Array.from({ length: 16 }, (_, index) => (1000 + offset + index).toString(16).padStart(11, '0') + 'fff00');
    const spans = ids.map((id) => ({ ...makeSpan(id, `kill-${seq}`, false), name: `step ${seq}` }));
    server.receive({ kind: 'spans', seq, rows: JSON.stringify(spans.map((span) => spanToRow(span, 1))), attrs: spans.map((span) => attrsToJson(span.attrs)) });
    server.receive({ kind: 'request', id: seq, request: { name: 'flush' } });
    if (committed.has(seq)) say({ committed: seq, ids });
  }
  server.receive({ kind: 'request', id: 3, request: { name: 'close' } });
  say({ calls });
}

async function write(): Promise<void> {
  const store = await openStore({ directory: folder, assetsDirectory: __dirname, kind: 'test' });
  const nextId = spanIds(systemClock, store.processNonce);
  say({ nonce: store.processNonce });
  for (let batch = 0; ; batch++) {
    const spans = Array.from({ length: 1 + (batch % 30) }, (_, index) => makeSpan(nextId(), `writer-${store.processNonce}`, index === 0));
    for (const span of spans) store.spans.write(span);
    await store.flush();
    say({ ids: spans.map(({ id }) => id) });
  }
}

async function share(sessionId: string, count: number): Promise<void> {
  const store = await openStore({ directory: folder, assetsDirectory: __dirname, kind: 'test' });
  const nextId = spanIds(systemClock, store.processNonce);
  await store.sessions.save({
    id: sessionId, name: sessionId, prompt: '', agent: 'replay', agentOptions: {}, baseBranch: 'main', baseSha: '', branch: '', worktree: '', status: 'ready', createdAt: 1, updatedAt: 1,
  });
  say({ saved: sessionId });
  let slowestMs = 0;
  for (let done = 0; done < count; done++) {
    store.spans.write(makeSpan(nextId(), sessionId, false));
    const started = performance.now();
    await store.flush();
    slowestMs = Math.max(slowestMs, performance.now() - started);
  }
  await store.close();
  say({ slowestMs });
}

const programs: Readonly<Record<string, () => Promise<void>>> = {
  kill: () => kill(Number(rest[0]), rest[1] ?? ''),
  write,
  share: () => share(rest[0] ?? '', Number(rest[1])),
};

void programs[mode]?.();
