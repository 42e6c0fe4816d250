import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Iteration } from '../../../src/model/session';
import type { AmpTraceEvent } from '../../../src/model/span';
import type { Usage } from '../../../src/model/usage';
import { lockFileOf } from '../../../src/storage/fileLock';
import { interruptedSpan } from '../../../src/storage/recovery';
import type { Store } from '../../../src/storage/store';
import { openStoreClient } from '../../../src/storage/storeClient';
import { workerThread } from '../../../src/storage/storeThread';
import type { StoreThread } from '../../../src/storage/storeThread';
import { testAssetsDirectory } from '../../support/buildAssets';
import { integrityOf, makeSession, makeSpan, openSpan, openTestStore, spanId, temporaryFolder, until } from '../../support/storageHarness';

const iteration: Iteration = { id: 'i1', sessionId: 's1', number: 1, prompt: 'go', status: 'running', changedFiles: [], tsStart: 5 };

/** A store whose worker dies when told to, as a crashing process's would, without a word. */
async function mortalStore(directory: string): Promise<{ readonly store: Store; die(): Promise<void> }> {
  let thread: StoreThread | undefined;
  const start = workerThread(path.join(testAssetsDirectory, 'storageWorker.js'));
  const store = await openStoreClient({ directory, assetsDirectory: testAssetsDirectory, kind: 'test' }, (config, events) => (thread = start(config, events)));
  onTestFinished(async () => store.close().catch(() => undefined));
  return { store, die: async () => thread?.terminate() };
}

test('what an ended process left open is closed at the next open, at the time it was last heard of', async () => {
  const folder = temporaryFolder();
  const { store, die } = await mortalStore(folder);
  const nonce = store.processNonce;
  await store.sessions.save(makeSession('s1', { status: 'running' }));
  await store.sessions.save(makeSession('s2', { status: 'deleting' }));
  await store.sessions.save(makeSession('s3', { status: 'failed', attention: 'its own' }));
  await store.iterations.save(iteration);
  store.spans.write(openSpan(spanId(1, nonce), { tsStart: 10, iterationId: 'i1' }));
  store.spans.write(makeSpan(spanId(2, nonce), { tsStart: 11, tsEnd: 40.5, iterationId: 'i1' }));
  store.spans.write(openSpan(spanId(3, nonce), { sessionId: 's2', tsStart: 90 }));
  await store.flush();
  await die();

  const next = await openTestStore(folder);
  expect(next.notices).toEqual(['An earlier process ended without finishing: 2 sessions, 1 iteration, 2 steps marked as interrupted.']);
  const [first, second] = await next.spans.bySession('s1');
  expect(first).toMatchObject({ status: 'cancelled', errorMessage: interruptedSpan, tsEnd: 40.5 });
  expect(second).toMatchObject({ status: 'success', tsEnd: 40.5 });
  expect(await next.spans.get(spanId(3, nonce))).toMatchObject({ status: 'cancelled', tsEnd: 90 });
  expect(await next.iterations.get('i1')).toMatchObject({ status: 'interrupted', tsEnd: 40.5 });
  for (const id of ['s1', 's2']) {
    const session = await next.sessions.get(id);
    expect(session?.status).toBe('interrupted');
    expect(session?.attention).toContain('ended without finishing');
  }
  expect(await next.sessions.get('s3')).toEqual(makeSession('s3', { status: 'failed', attention: 'its own' }));
});

test('what calls of an ended process cost is a lower bound, or unknown, and the sums say so', async () => {
  const folder = temporaryFolder();
  const { store, die } = await mortalStore(folder);
  const nonce = store.processNonce;
  const usage: Usage = { input: { text: 100, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 1, reasoning: 0 } };
  const call = { type: 'agent', name: 'anthropic:chat', provider: 'anthropic', agent: 'claudeCode', model: 'm', iterationId: 'i1', attrs: { kept: 'text' } } as const;
  const { usage: _usage, costNano: _costNano, costBasis: _costBasis, ...bare } = { usage, costNano: 0, costBasis: 'unknown', ...makeSpan(spanId(1, nonce), call) };
  const ended = (id: number, rest: Partial<AmpTraceEvent>): void => { store.spans.write({ ...bare, id: spanId(id, nonce), ...rest }); };
  const open = (id: number, rest: Partial<AmpTraceEvent>): void => {
    const { tsEnd: _tsEnd, ...started } = bare;
    store.spans.write({ ...started, status: 'running', id: spanId(id, nonce), ...rest });
  };
  await store.sessions.save(makeSession('s1', { status: 'running' }));
  await store.iterations.save(iteration);
  open(1, { usage, costNano: 5, costBasis: 'computed' });
  open(2, { usage });
  open(3, {});
  ended(4, { usage });
  ended(5, { usage, costNano: 7, costBasis: 'computed' });
  ended(6, {});
  // Refused: it used nothing.
  ended(7, { agent: 'api' });
  // Of a run that ended well, which told its cost as a whole.
  ended(8, { usage, iterationId: 'i0' });
  await store.flush();
  await die();

  const next = await openTestStore(folder);
  const bases = new Map((await next.spans.bySession('s1')).map((span) => [span.id, [span.costBasis, span.costNano, span.attrs['amp.usage.estimated'] === true]]));
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((id) => bases.get(spanId(id, nonce)))).toEqual([
    ['approximate', 5, true], ['unknown', undefined, true], ['unknown', undefined, false], ['unknown', undefined, false], ['computed', 7, false], ['unknown', undefined, false], [undefined, undefined, false], [undefined, undefined, false],
  ]);
  expect((await next.spans.get(spanId(1, nonce)))?.attrs).toEqual({ kept: 'text', 'amp.usage.estimated': true });
  expect(await next.rollups.totals({ sessionId: 's1' })).toMatchObject({ costNano: 12, unknownCosts: 4, approximateCosts: 1 });
  expect(await next.check({ rebuild: false })).toMatchObject({ wrongRollups: 0 });
});

test('what a living process has open stays open, and is closed within moments of its end', async () => {
  const folder = temporaryFolder();
  const { store, die } = await mortalStore(folder);
  store.spans.write(openSpan(spanId(1, store.processNonce)));
  await store.sessions.save(makeSession('s1', { status: 'running' }));
  const watcher = await openTestStore(folder, { recoveryIntervalMs: 30 });
  expect(watcher.notices).toEqual([]);
  const told: boolean[] = [];
  watcher.onDidChange(({ external }) => told.push(external));
  await watcher.sessions.save(makeSession('s1', { status: 'running', name: 'renamed' }));
  expect((await watcher.spans.bySession('s1'))[0]?.status).toBe('running');
  await die();
  await until(async () => (await watcher.spans.bySession('s1'))[0]?.status === 'cancelled', 3000);
  // The other one ran it, whoever saved it last.
  expect(await watcher.sessions.get('s1')).toMatchObject({ status: 'interrupted', name: 'renamed' });
  expect(told).toContain(true);
});

test('a worker that ends in the middle of a transaction leaves no lock, and what it had committed', { timeout: 30_000 }, async () => {
  const folder = temporaryFolder();
  let committed = 0;
  for (let round = 0; round < 6; round++) {
    const { store, die } = await mortalStore(folder);
    for (let index = 0; index < 256; index++) store.spans.write(makeSpan(spanId(round * 100_000 + index, store.processNonce)));
    await store.flush();
    committed += 256;
    for (let index = 300; index < 20_000; index++) store.spans.write(makeSpan(spanId(round * 100_000 + index, store.processNonce), { sessionId: 'unacknowledged' }));
    // The lock file is there only during a transaction.
    await until(() => existsSync(lockFileOf(store.file)), 3000);
    await die();
    await expect(store.flush()).rejects.toMatchObject({ code: 'store-failed' });
    expect(readdirSync(folder).filter((name) => !/^orchestrator\.db(-journal)?$/.test(name))).toEqual([]);
  }
  const store = await openTestStore(folder);
  expect((await store.spans.totals({ sessionId: 's1' })).spans).toBe(committed);
  await store.close();
  expect(integrityOf(store.file)).toBe('ok');
});

test('a lock that a living process keeps is a clear error after the time limit', async () => {
  const folder = temporaryFolder();
  const store = await openTestStore(folder);
  await store.sessions.save(makeSession('s1'));
  const holder = readdirSync(folder).find((name) => name.includes('-owner-')) ?? '';
  const lockFile = lockFileOf(store.file);
  renameSync(path.join(folder, holder), lockFile);
  await expect(openTestStore(folder, { busyTimeoutMs: 50 })).rejects.toMatchObject({ code: 'store-locked', message: expect.stringContaining(`process ${process.pid}`) as string });
  renameSync(lockFile, path.join(folder, holder));
  const next = await openTestStore(folder, { busyTimeoutMs: 50 });
  expect(await next.sessions.get('s1')).toEqual(makeSession('s1'));
});
