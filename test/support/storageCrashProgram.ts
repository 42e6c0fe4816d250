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
 * `spend <folder>`: spends 100 nano-dollars, reserves a million more, and waits to be killed.
 */
const [mode = '', folder = '', ...rest] = process.argv.slice(2);
const attrs = { text: 'some words that take some room in a page '.repeat(6) };

const usage = { input: { text: 10, cacheRead: 20, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 5, reasoning: 1 } };
const call = { type: 'agent', provider: 'anthropic', agent: 'claudeCode', model: 'claude-sonnet', usage, costNano: 1_000, costBasis: 'computed' } as const;

function say(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

/** Every second one is a model call, so that the roll-ups are at stake too. */
function makeSpan(id: string, sessionId: string, open: boolean): AmpTraceEvent {
  const step: AmpTraceEvent = { id, sessionId, tsStart: systemClock.now(), type: 'tool', name: 'step', attrs, status: 'running' };
  const span: AmpTraceEvent = (Number.parseInt(id.slice(0, 11), 16) + Number.parseInt(id.slice(-2), 16)) % 2 === 0 ? step : { ...step, ...call };
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
    const spans = ids.map((id) => {
      const span = makeSpan(id, `kill-${seq}`, false);
      return { ...span, name: `step ${seq}`, ...(span.costNano !== undefined && { costNano: seq }) };
    });
    server.receive({ kind: 'spans', seq, rows: JSON.stringify(spans.map((span) => spanToRow(span, 1))), attrs: spans.map((span) => attrsToJson(span.attrs)) });
    server.receive({ kind: 'requests', requests: [{ id: seq, request: { name: 'flush' } }] });
    if (committed.has(seq)) say({ committed: seq, ids });
  }
  server.receive({ kind: 'requests', requests: [{ id: 3, request: { name: 'close' } }] });
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

async function spend(): Promise<void> {
  const store = await openStore({ directory: folder, assetsDirectory: __dirname, kind: 'test' });
  store.spans.write({ ...makeSpan(spanIds(systemClock, store.processNonce)(), 'spender', false), ...call, costNano: 100 });
  await store.budgets.reserve({ id: 'theirs', sessionId: 'spender', costNano: 1_000_000, dayStartMs: 0 });
  say({ reserved: true });
  setInterval(() => undefined, 60_000);
}

const programs: Readonly<Record<string, () => Promise<void>>> = {
  kill: () => kill(Number(rest[0]), rest[1] ?? ''),
  write,
  spend,
  share: () => share(rest[0] ?? '', Number(rest[1])),
};

void programs[mode]?.();
