import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Store, StoreChange } from '../../../src/storage/store';
import { openStoreClient } from '../../../src/storage/storeClient';
import { workerThread } from '../../../src/storage/storeThread';
import type { StoreThread } from '../../../src/storage/storeThread';
import { testAssetsDirectory } from '../../support/buildAssets';
import { startCrashProgram } from '../../support/crashRun';
import { openLocalStore, openTestStore, query, temporaryFolder, until } from '../../support/storageHarness';
import { create, numbered, started, steps } from '../../support/workflowJournals';

const lost = { code: 'execution-lost' };

async function ownerOf(store: Store, id = 'e1'): Promise<string | undefined> {
  return (await store.workflows.execution(id))?.owner;
}

test('an execution belongs to the process that made it, until it gives it back', async () => {
  const folder = temporaryFolder();
  const [a, b] = [await openTestStore(folder), await openTestStore(folder, { kind: 'cli' })];
  await create(a, 'e1');
  expect([await ownerOf(a), await ownerOf(b)]).toEqual(['here', 'elsewhere']);
  expect(await b.workflows.claim('e1')).toBeUndefined();
  await expect(b.workflows.append('e1', 1, steps(1, 2))).rejects.toMatchObject(lost);
  await a.workflows.append('e1', 1, steps(1, 2));
  await a.workflows.release('e1', 1);
  expect([await ownerOf(a), await ownerOf(b)]).toEqual(['none', 'none']);
  await expect(a.workflows.append('e1', 1, steps(1, 3))).rejects.toMatchObject(lost);
  expect(await b.workflows.claim('e1')).toEqual({ epoch: 2 });
  expect(await a.workflows.execution('e1')).toMatchObject({ owner: 'elsewhere', host: 'cli', epoch: 2, lastSeq: 2 });
  await b.workflows.append('e1', 2, steps(1, 3, 2), { now: true });
  expect(await a.workflows.events('e1', 2)).toEqual(steps(1, 3, 2));
});

test('a taken-over owner is fenced: nothing that it still writes gets into the journal', async () => {
  const folder = temporaryFolder();
  const [a, b] = [await openTestStore(folder), await openTestStore(folder)];
  await create(a, 'e1');
  const changes: StoreChange[] = [];
  a.onDidChange((change) => changes.push(change));
  await a.workflows.append('e1', 1, steps(1, 2));
  expect(await b.workflows.claim('e1', { takeOver: true })).toEqual({ epoch: 2 });
  await until(() => changes.some(({ external }) => external), 5_000);
  const late = await Promise.allSettled([a.workflows.append('e1', 1, steps(1, 3)), b.workflows.append('e1', 2, steps(2, 3, 2)), a.workflows.append('e1', 1, steps(1, 4), { now: true }), a.workflows.append('e1', 1, steps(1, 5))]);
  expect(late.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected']);
  await a.workflows.release('e1', 1);
  expect(await ownerOf(b)).toBe('here');
  expect(await b.workflows.events('e1', 2)).toEqual(steps(2, 3, 2));
});

test('of two that take over at once the later one has it, and of two that claim what nobody owns one has it', async () => {
  const folder = temporaryFolder();
  const [a, b, c] = [await openTestStore(folder), await openTestStore(folder), await openTestStore(folder)];
  await create(c, 'e1');
  const taken = await Promise.all([a, b].map((store) => store.workflows.claim('e1', { takeOver: true })));
  expect(taken.map((claim) => claim?.epoch).sort()).toEqual([2, 3]);
  const winner = taken[0]?.epoch === 3 ? a : b;
  expect(await ownerOf(winner)).toBe('here');
  await winner.workflows.release('e1', 3);
  const claims = await Promise.all([a, b, c].map((store) => store.workflows.claim('e1')));
  expect(claims.filter((claim) => claim !== undefined)).toEqual([{ epoch: 4 }]);
});

test('a claim of one’s own execution fences whoever uses the old epoch', async () => {
  const store = await openLocalStore(temporaryFolder());
  await create(store, 'e1');
  expect(await store.workflows.claim('e1')).toEqual({ epoch: 2 });
  await expect(store.workflows.append('e1', 1, steps(1, 2))).rejects.toMatchObject(lost);
  await store.workflows.release('e1', 1);
  await store.workflows.append('e1', 2, steps(1, 2, 2));
});

test('what is not there cannot be claimed', async () => {
  const store = await openLocalStore(temporaryFolder());
  await expect(store.workflows.claim('none')).rejects.toMatchObject({ code: 'execution-missing' });
});

test('a closed store owns nothing', async () => {
  const folder = temporaryFolder();
  const [a, b] = [await openTestStore(folder), await openTestStore(folder)];
  await create(a, 'e1');
  await a.close();
  expect(await ownerOf(b)).toBe('none');
  expect(query(b.file, 'SELECT owner_nonce FROM workflow_executions')).toEqual([{ owner_nonce: null }]);
  expect(await b.workflows.claim('e1')).toEqual({ epoch: 2 });
});

test('kill -9: others hear that nobody goes on with it, nothing is written, and it can be claimed', { timeout: 30_000 }, async () => {
  const folder = temporaryFolder();
  const watcher = await openTestStore(folder, { recoveryIntervalMs: 30 });
  const other = startCrashProgram('own', folder, 'e1');
  await other.firstLine();
  expect(await ownerOf(watcher)).toBe('elsewhere');
  expect(await watcher.workflows.claim('e1')).toBeUndefined();
  other.child.kill('SIGKILL');
  await other.ended;
  const changes: StoreChange[] = [];
  watcher.onDidChange((change) => changes.push(change));
  await until(async () => (await ownerOf(watcher)) === 'none', 5_000);
  await until(() => changes.some(({ external, tables }) => external && tables.includes('workflow_executions')), 5_000);
  const record = await watcher.workflows.execution('e1');
  expect(record).toMatchObject({ status: 'running', epoch: 1, host: 'cli' });
  expect((await watcher.workflows.events('e1')).every(({ epoch }) => epoch === 1)).toBe(true);
  expect(await watcher.workflows.claim('e1')).toEqual({ epoch: 2 });
});

test('a claim finds out by itself that the owner has ended', { timeout: 30_000 }, async () => {
  const folder = temporaryFolder();
  const store = await openTestStore(folder, { recoveryIntervalMs: 3_600_000 });
  const other = startCrashProgram('own', folder, 'e1');
  await other.firstLine();
  other.child.kill('SIGKILL');
  await other.ended;
  expect(await store.workflows.claim('e1')).toEqual({ epoch: 2 });
});

test('a process that is given the nonce of an ended one does not own its executions', async () => {
  const folder = temporaryFolder();
  let thread: StoreThread | undefined;
  const start = workerThread(path.join(testAssetsDirectory, 'storageWorker.js'));
  const store = await openStoreClient({ directory: folder, assetsDirectory: testAssetsDirectory, kind: 'test' }, (config, events) => (thread = start(config, events)));
  onTestFinished(async () => store.close().catch(() => undefined));
  await create(store, 'e1');
  const unanswered = store.workflows.append('e1', 1, steps(1, 2));
  await Promise.all([expect(unanswered).rejects.toMatchObject({ code: 'store-failed' }), thread?.terminate()]);
  const next = await openTestStore(folder);
  expect(next.notices).toEqual([]);
  expect(query(next.file, 'SELECT owner_nonce FROM workflow_executions')).toEqual([{ owner_nonce: null }]);
  expect(await next.workflows.events('e1')).toEqual(numbered([started()], 1));
});
