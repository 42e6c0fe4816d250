import { expect, test } from 'vitest';
import type { Iteration } from '../../../src/model/session';
import type { StoreChange } from '../../../src/storage/store';
import { integrityOf, makeSession, makeSpan, openLocalStore, openSpan, openTestStore, query, spanId, temporaryFolder, until } from '../../support/storageHarness';

const iteration: Iteration = { id: 'i1', sessionId: 's1', number: 1, prompt: 'go', status: 'running', changedFiles: [], tsStart: 5 };

test('what is written is read back, in this and in the next process', async () => {
  const folder = temporaryFolder();
  const store = await openTestStore(folder);
  const { processNonce } = store;
  expect(processNonce).toMatch(/^[0-9a-f]{3}$/);
  const session = makeSession('s1', { agentOptions: { argv: ['a', 'b'], speed: 0 }, attention: 'look', mergedSha: 'def' });
  const files = [{ path: 'a.ts', change: 'renamed', previousPath: 'b.ts', linesAdded: 3 }] as const;
  await store.sessions.save(session);
  await store.iterations.save({ ...iteration, status: 'succeeded', tsEnd: 9, summary: 'done', commitSha: 'abc', changedFiles: files });
  const spans = [
    makeSpan(spanId(1, processNonce), { tsStart: 20.25, status: 'error', errorMessage: 'no', stackTrace: 'at x' }),
    makeSpan(spanId(2, processNonce), { tsStart: 10.5, parentId: spanId(1, processNonce), usage: { input: { text: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4 }, output: { text: 5, reasoning: 6 } }, model: 'm', provider: 'anthropic', costNano: 123, costBasis: 'computed', iterationId: 'i1' }),
  ];
  for (const span of spans) store.spans.write(span);
  expect(await store.spans.bySession('s1')).toEqual([spans[1], spans[0]]);
  await store.close();

  const again = await openTestStore(folder);
  expect(again.notices).toEqual([]);
  expect(await again.spans.bySession('s1')).toEqual([spans[1], spans[0]]);
  expect(await again.sessions.list()).toEqual([session]);
  expect(await again.iterations.bySession('s1')).toEqual([{ ...iteration, status: 'succeeded', tsEnd: 9, summary: 'done', commitSha: 'abc', changedFiles: files }]);
  expect(await again.spans.totals({ sessionId: 's1' })).toEqual({ spans: 2, errors: 1, tokensIn: 10, tokensOut: 11, costNano: 123, unknownCosts: 0, approximateCosts: 0 });
  await again.close();
  expect(integrityOf(again.file)).toBe('ok');
});

test('the owner’s columns are there', async () => {
  const store = await openLocalStore(temporaryFolder());
  await store.close();
  const columns = query(store.file, "SELECT name FROM pragma_table_info('telemetry_events')").map(({ name }) => name);
  expect(columns).toEqual(expect.arrayContaining(['id', 'session_id', 'parent_id', 'type', 'name', 'ts_start', 'ts_end', 'status', 'attrs', 'error_message', 'created_at']));
});

test('a start and its finish become one row', async () => {
  const store = await openLocalStore(temporaryFolder());
  const id = spanId(1, store.processNonce);
  store.spans.write(openSpan(id));
  store.spans.write(makeSpan(id));
  await store.flush();
  expect(await store.spans.bySession('s1')).toEqual([makeSpan(id)]);
});

test('totals: by iteration, by time, unknown costs', async () => {
  const store = await openLocalStore(temporaryFolder());
  const day = 1_800_000_000_000;
  const usage = { input: { text: 10, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 1, reasoning: 1 } };
  store.spans.write(makeSpan(spanId(day - 10_000_000, 'abc'), { tsStart: day - 10_000_000, costNano: 1, costBasis: 'reported' }));
  store.spans.write(makeSpan(spanId(day, 'abc'), { tsStart: day, usage, costBasis: 'unknown', iterationId: 'i1' }));
  store.spans.write(makeSpan(spanId(day + 1, 'abc'), { sessionId: 's2', tsStart: day + 1, usage, costNano: 7, costBasis: 'approximate' }));
  expect(await store.spans.totals({ fromMs: day })).toEqual({ spans: 2, errors: 0, tokensIn: 20, tokensOut: 4, costNano: 7, unknownCosts: 1, approximateCosts: 1 });
  expect(await store.spans.totals({ toMs: day })).toMatchObject({ spans: 1, costNano: 1 });
  expect(await store.spans.totals({ iterationId: 'i1' })).toMatchObject({ spans: 1, unknownCosts: 1 });
  await store.iterations.save(iteration);
  expect(await store.spans.totals({ iterationId: 'i1' })).toMatchObject({ spans: 1, unknownCosts: 1 });
});

test('`since` gives the open spans and what started or ended from then on', async () => {
  const store = await openLocalStore(temporaryFolder());
  store.spans.write(makeSpan(spanId(1, 'abc'), { tsStart: 1, tsEnd: 2 }));
  store.spans.write(makeSpan(spanId(2, 'abc'), { tsStart: 1, tsEnd: 50 }));
  store.spans.write(makeSpan(spanId(3, 'abc'), { tsStart: 60, tsEnd: 61 }));
  store.spans.write(openSpan(spanId(4, store.processNonce), { tsStart: 3 }));
  expect((await store.spans.bySession('s1', { since: 50 })).map(({ tsStart }) => tsStart)).toEqual([1, 3, 60]);
});

test('of two stores that start the same session only one gets it', async () => {
  const folder = temporaryFolder();
  const [a, b] = [await openTestStore(folder), await openTestStore(folder)];
  expect(a.processNonce).not.toBe(b.processNonce);
  const session = makeSession('s1');
  await a.sessions.save({ ...session, attention: 'look' });
  const answers = await Promise.all([a, b].map((store) => store.sessions.transition('s1', ['ready', 'failed'], { status: 'running', attention: undefined, updatedAt: 7 })));
  expect(answers.filter((answer) => answer !== undefined)).toEqual([{ ...session, status: 'running', updatedAt: 7 }]);
  expect(await a.sessions.transition('missing', ['ready'], { status: 'running' })).toBeUndefined();
});

test('a stop request reaches the process that runs the iteration and survives its next save', async () => {
  const folder = temporaryFolder();
  const [runner, other] = [await openTestStore(folder), await openTestStore(folder)];
  await runner.iterations.save(iteration);
  const changes: StoreChange[] = [];
  runner.onDidChange((change) => changes.push(change));
  expect(await other.iterations.requestStop('i1', 77)).toBe(true);
  await until(() => changes.some(({ external }) => external), 1000);
  await runner.iterations.save({ ...iteration, summary: 'still at it' });
  expect(await runner.iterations.get('i1')).toEqual({ ...iteration, summary: 'still at it', stopRequestedAt: 77 });
  await runner.iterations.save({ ...iteration, status: 'stopped', tsEnd: 9 });
  expect(await other.iterations.requestStop('i1', 78)).toBe(false);
});

test('a row that SQLite refuses is told by flush and takes nothing with it', async () => {
  const store = await openLocalStore(temporaryFolder());
  store.spans.write(makeSpan(spanId(1, 'abc')));
  store.spans.write(makeSpan(spanId(2, 'abc'), { tsStart: Number.NaN }));
  store.spans.write(makeSpan(spanId(3, 'abc')));
  await expect(store.flush()).rejects.toMatchObject({ code: 'store-failed' });
  await store.flush();
  expect((await store.spans.bySession('s1')).map(({ id }) => id)).toEqual([spanId(1, 'abc'), spanId(3, 'abc')]);
});

test('a closed store refuses with a clear error', async () => {
  const store = await openTestStore(temporaryFolder());
  await store.close();
  await expect(store.sessions.list()).rejects.toMatchObject({ code: 'store-failed' });
  await expect(store.sessions.save(makeSession('s1'))).rejects.toMatchObject({ code: 'store-failed' });
});
