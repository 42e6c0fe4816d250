import { expect, test } from 'vitest';
import { nodeFileSystem } from '../../../src/storage/fileSystem';
import type { FileSystem } from '../../../src/storage/fileSystem';
import { Parcel } from '../../../src/storage/parcel';
import type { Answer } from '../../../src/storage/storeProtocol';
import { makeSession, makeSpan, openLocalStore, openTestStore, spanId, temporaryFolder } from '../../support/storageHarness';

test('summaries are the sessions of the list, in its order', async () => {
  const store = await openTestStore(temporaryFolder());
  for (const [index, id] of ['b', 'a', 'c'].entries()) {
    await store.sessions.save(makeSession(id, { prompt: 'long '.repeat(5_000), createdAt: index === 2 ? 5 : 9, updatedAt: index, status: index === 1 ? 'merged' : 'ready', ...(index === 0 ? { budgetNano: 7 } : {}) }));
  }
  const listed = await store.sessions.list();
  expect(listed.map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  expect(await store.sessions.summaries()).toEqual(listed.map(({ id, name, branch, status, updatedAt, budgetNano }) => ({ id, name, branch, status, updatedAt, ...(budgetNano === undefined ? {} : { budgetNano }) })));
});

test('what is asked at once looks at the file once', async () => {
  const folder = temporaryFolder();
  const looks = { count: 0 };
  const counting: FileSystem = { ...nodeFileSystem, readSync: (...values: unknown[]) => { looks.count++; return (nodeFileSystem.readSync as (...values: unknown[]) => number)(...values); } };
  const store = await openLocalStore(folder, counting, { watchIntervalMs: 60_000, recoveryIntervalMs: 60_000 });
  store.spans.write(makeSpan(spanId(1, 'abc')));
  await store.flush();
  await store.sessions.list();
  const once = await looksOf(() => store.sessions.list(), looks);
  const many = await looksOf(() => Promise.all(Array.from({ length: 30 }, () => store.sessions.list())), looks);
  expect(once).toBeGreaterThan(0);
  expect(many).toBe(once);
});

async function looksOf(action: () => Promise<unknown>, looks: { readonly count: number }): Promise<number> {
  const before = looks.count;
  await action();
  return looks.count - before;
}

test('small answers wait for each other, a large one is sent at once, and all keep their order', () => {
  const sent: (readonly number[])[] = [];
  const parcel = new Parcel((answers) => sent.push(answers.map(({ id }) => id)));
  const answer = (id: number, rows: number): Answer => ({ id, rows: Array.from({ length: rows }, () => [1]) });
  const failed: Answer = { id: 2, error: { code: 'store-failed', message: 'no', advice: '' } };
  for (const one of [answer(1, 3), failed, answer(3, 1_000), answer(4, 255), answer(5, 1), answer(6, 0)]) parcel.add(one);
  parcel.send();
  parcel.send();
  expect(sent).toEqual([[1, 2, 3], [4, 5], [6]]);
});
