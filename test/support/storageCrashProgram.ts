import { readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import initSqlJs from 'sql.js';
import { systemClock } from '../../src/base/clock';
import { spanIds } from '../../src/base/ids';
import type { AmpTraceEvent } from '../../src/model/span';
import { storesAll } from '../../src/storage/cleaner';
import { eventToRow } from '../../src/storage/eventRows';
import { attrsToJson, spanToRow } from '../../src/storage/spanRows';
import { openStore } from '../../src/storage/openStore';
import { StoreServer } from '../../src/storage/storeServer';
import type { StoreRequest } from '../../src/storage/storeProtocol';
import { compileWasm } from '../../src/storage/wasm';
import { newExecutionToRow } from '../../src/storage/workflowRows';
import { interceptedFileSystem } from './crashFileSystem';
import { create, journalToKill, makeExecution, steps } from './workflowJournals';

/**
 * Programs that are made to die. What they say on stdout is a promise: one line of JSON for what is durable.
 *
 * `kill <folder> <number> <whole|half>`: SIGKILLs itself ahead of its n-th change of the disk, or after half of that write.
 * `write <folder>`: writes spans for ever, in flushed batches, leaving some open. `share <folder> <session> <spans>`: saves a session and flushed spans, ends.
 * `killJournal <folder> <number> <whole|half>`: the same with the journals of two executions. `own <folder> <execution>`: makes an execution, or claims it, and
 * appends to it for ever.
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

/** In one thread, so that the order of the calls is the same in every run. */
async function mortalServer(target: number, how: string): Promise<{ readonly server: StoreServer; readonly calls: readonly string[]; readonly committed: ReadonlySet<number>; ask(request: StoreRequest): boolean }> {
  const calls: string[] = [];
  const fileSystem = interceptedFileSystem((call, number, doHalf) => {
    calls.push(call);
    if (number !== target) return;
    if (how === 'half') doHalf();
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  });
  const committed = new Set<number>();
  const answered = new Set<number>();
  let id = 0;
  const server = await StoreServer.open({
    config: { file: path.join(folder, 'orchestrator.db'), wasmFile: '', kind: 'test', ownerNonce: 'crash', busyTimeoutMs: 2000, watchIntervalMs: 60_000, recoveryIntervalMs: 60_000 },
    initSqlJs,
    wasm: compileWasm(readFileSync(path.join(__dirname, 'sql-wasm.wasm'))),
    fileSystem,
    post: (message) => {
      if (message.kind === 'openFailed') throw new Error(message.error.message);
      if (message.kind === 'rowRefused') throw new Error(JSON.stringify(message.refusal));
      if (message.kind === 'committed') committed.add(message.upTo);
      if (message.kind === 'answers') for (const answer of message.answers) if ('rows' in answer) answered.add(answer.id);
    },
    now: () => 1000,
  });
  if (server === undefined) throw new Error('the store did not open');
  const ask = (request: StoreRequest): boolean => {
    server.receive({ kind: 'requests', requests: [{ id: ++id, request }] });
    return answered.has(id);
  };
  return { server, calls, committed, ask };
}

/** Two transactions of inserts and updates over several pages. */
async function kill(target: number, how: string): Promise<void> {
  const { server, calls, committed, ask } = await mortalServer(target, how);
  for (const [seq, offset] of [[1, 0], [2, 8]] as const) {
    const ids = Array.from({ length: 16 }, (_, index) => (1000 + offset + index).toString(16).padStart(11, '0') + 'fff00');
    const spans = ids.map((id) => {
      const span = makeSpan(id, `kill-${seq}`, false);
      return { ...span, name: `step ${seq}`, ...(span.costNano !== undefined && { costNano: seq }) };
    });
    server.receive({ kind: 'spans', seq, rows: JSON.stringify(spans.map((span) => spanToRow(span, 1))), attrs: spans.map((span) => attrsToJson(span.attrs)) });
    ask({ name: 'flush' });
    if (committed.has(seq)) say({ committed: seq, ids });
  }
  ask({ name: 'close' });
  say({ calls });
}

/** An execution is made, one that is there is claimed, and both go on in groups. */
async function killJournal(target: number, how: string): Promise<void> {
  const { server, calls, committed, ask } = await mortalServer(target, how);
  const { made, claimed } = journalToKill;
  if (ask({ name: 'createExecution', execution: newExecutionToRow(makeExecution('made', { parent: 'claimed' }), storesAll), events: made.slice(0, 1).map((event) => eventToRow(event, 1, storesAll)) })) say({ made: 1, claimed: 1 });
  ask({ name: 'claimExecution', id: 'claimed', takeOver: false });
  let seq = 0;
  for (const { upTo, consumed } of journalToKill.groups) {
    for (const [execution, epoch, events, from, to] of [['made', 1, made, upTo.from.made, upTo.made], ['claimed', 2, claimed, upTo.from.claimed, upTo.claimed]] as const) {
      for (const event of events.slice(from, to)) server.receive({ kind: 'events', seq: ++seq, execution, epoch, rows: [eventToRow(event, epoch, storesAll)], consumed: event.seq === to ? consumed : [], now: true });
    }
    ask({ name: 'flush' });
    if (committed.has(seq)) say({ made: upTo.made, claimed: upTo.claimed });
  }
  ask({ name: 'close' });
  say({ calls });
}

async function own(execution: string): Promise<void> {
  const { workflows } = await openStore({ directory: folder, assetsDirectory: __dirname, kind: 'cli' });
  const isNew = await workflows.execution(execution).then((found) => found === undefined);
  const store = { workflows };
  const epoch = isNew ? 1 : (await workflows.claim(execution))?.epoch;
  if (epoch === undefined) throw new Error('owned elsewhere');
  if (isNew) await create(store, execution);
  for (let seq = 1 + ((await workflows.execution(execution))?.lastSeq ?? 0); ; seq += 3) {
    say({ epoch, durable: seq - 1 });
    void workflows.append(execution, epoch, steps(2, seq, epoch));
    await workflows.append(execution, epoch, steps(1, seq + 2, epoch), { now: true });
  }
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
  killJournal: () => killJournal(Number(rest[0]), rest[1] ?? ''),
  own: () => own(rest[0] ?? ''),
  share: () => share(rest[0] ?? '', Number(rest[1])),
};

void programs[mode]?.();
