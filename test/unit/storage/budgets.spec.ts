import { expect, test } from 'vitest';
import type { ReservationRequest, Store, StoreChange } from '../../../src/storage/store';
import { startCrashProgram } from '../../support/crashRun';
import { makeSession, makeSpan, openLocalStore, openTestStore, spanId, temporaryFolder, until } from '../../support/storageHarness';

const midnight = 1_800_000_000_000 + 1_234_567;

function request(id: string, changes: Partial<ReservationRequest> = {}): ReservationRequest {
  return { id, sessionId: 's1', costNano: 30, dayStartMs: midnight, dayLimitNano: 100, ...changes };
}

function spend(store: Store, index: number, costNano: number, changes: { readonly sessionId?: string; readonly tsStart?: number } = {}): void {
  store.spans.write(makeSpan(spanId(index, store.processNonce), { name: 'anthropic:chat', type: 'agent', provider: 'anthropic', model: 'm', costNano, costBasis: 'computed', tsStart: midnight + index, ...changes }));
}

test('limits are kept, cleared, and the same for every process', async () => {
  const folder = temporaryFolder();
  const [a, b] = [await openTestStore(folder), await openTestStore(folder)];
  expect(await a.budgets.limits()).toEqual({});
  const changes: StoreChange[] = [];
  a.onDidChange((change) => changes.push(change));
  await a.budgets.setLimits({ dayNano: 0, sessionNano: 5_000_000_000 });
  expect(changes).toContainEqual({ tables: ['budgets'], external: false });
  expect(await b.budgets.limits()).toEqual({ dayNano: 0, sessionNano: 5_000_000_000 });
  await b.budgets.setLimits({ sessionNano: 7 });
  expect(await a.budgets.limits()).toEqual({ dayNano: 0, sessionNano: 7 });
  await Promise.all([a.budgets.setLimits({ dayNano: undefined }), b.budgets.setLimits({ sessionNano: 8 })]);
  expect(await a.budgets.limits()).toEqual({ sessionNano: 8 });
});

test.each([Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY, 2 ** 53])('%d is no limit and no estimate, and changes nothing', async (amount) => {
  const store = await openLocalStore(temporaryFolder());
  await store.budgets.setLimits({ dayNano: 9 });
  const code = { code: 'invalid-argument' };
  await expect(store.budgets.setLimits({ dayNano: amount })).rejects.toMatchObject(code);
  await expect(store.budgets.reserve(request('r1', { costNano: amount }))).rejects.toMatchObject(code);
  await expect(store.budgets.reserve(request('r1', { sessionLimitNano: amount }))).rejects.toMatchObject(code);
  await expect(store.sessions.save(makeSession('s1', { budgetNano: amount }))).rejects.toMatchObject(code);
  await store.sessions.save(makeSession('s1', { budgetNano: 4 }));
  await expect(store.sessions.transition('s1', ['ready'], { budgetNano: amount })).rejects.toMatchObject(code);
  expect(await store.sessions.get('s1')).toEqual(makeSession('s1', { budgetNano: 4 }));
  expect(await store.budgets.limits()).toEqual({ dayNano: 9 });
});

test('what was spent since midnight and what is reserved must leave room; the day before does not count', async () => {
  const store = await openLocalStore(temporaryFolder());
  spend(store, 1, 1000, { tsStart: midnight - 1 });
  spend(store, 2, 45, { tsStart: midnight });
  expect(await store.budgets.reserve(request('r1'))).toBeUndefined();
  expect(await store.budgets.reserve(request('r2'))).toEqual({ scope: 'day', limitNano: 100, spentNano: 45, reservedNano: 30 });
  expect(await store.budgets.reserve(request('r2', { costNano: 25 }))).toBeUndefined();
  expect(await store.budgets.reserve(request('r3', { costNano: 0 }))).toMatchObject({ spentNano: 45, reservedNano: 55 });
  // The true cost was less than the estimate, and is there before the reservation goes.
  spend(store, 3, 10);
  await store.budgets.release('r1');
  expect(await store.budgets.reserve(request('r4', { costNano: 21 }))).toEqual({ scope: 'day', limitNano: 100, spentNano: 55, reservedNano: 25 });
  expect(await store.budgets.reserve(request('r4', { costNano: 20 }))).toBeUndefined();
});

test('session and execution have limits of their own; a session’s other costs do not count', async () => {
  const store = await openLocalStore(temporaryFolder());
  await store.sessions.save(makeSession('s1', { executionId: 'e1' }));
  await store.sessions.save(makeSession('s2', { executionId: 'e1' }));
  spend(store, 1, 50, { sessionId: 's1', tsStart: midnight - 90_000_000 });
  spend(store, 2, 40, { sessionId: 's2' });
  spend(store, 3, 500, { sessionId: 'other' });
  const limits = { dayLimitNano: 10_000, executionId: 'e1', executionLimitNano: 120, sessionLimitNano: 80 };
  expect(await store.budgets.reserve(request('r1', { ...limits, costNano: 31 }))).toEqual({ scope: 'session', id: 's1', limitNano: 80, spentNano: 50, reservedNano: 0 });
  expect(await store.budgets.reserve(request('r1', { ...limits, costNano: 30 }))).toBeUndefined();
  expect(await store.budgets.reserve(request('r2', { ...limits, sessionId: 's2', costNano: 1 }))).toEqual({ scope: 'execution', id: 'e1', limitNano: 120, spentNano: 90, reservedNano: 30 });
  expect(await store.budgets.reserve(request('r3', { sessionId: 'third', costNano: 5, dayLimitNano: 10_000, sessionLimitNano: 6 }))).toBeUndefined();
});

test('of ten processes’ calls at once only those that fit get through', { timeout: 30_000 }, async () => {
  const folder = temporaryFolder();
  const stores = await Promise.all(Array.from({ length: 4 }, () => openTestStore(folder)));
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => stores[index % 4]?.budgets.reserve(request(`r${index}`, { sessionId: `s${index % 10}` }))));
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(3);
  expect(answers.filter((answer) => answer !== undefined).every(({ reservedNano }) => reservedNano === 90)).toBe(true);
});

test('kill -9: what was spent stays spent, what was only reserved is free again', { timeout: 30_000 }, async () => {
  const folder = temporaryFolder();
  const store = await openTestStore(folder, { recoveryIntervalMs: 30 });
  const other = startCrashProgram('spend', folder);
  await other.firstLine();
  const tight = { dayStartMs: 0, dayLimitNano: 1_000_100, costNano: 1 };
  expect(await store.budgets.reserve(request('mine', tight))).toMatchObject({ spentNano: 100, reservedNano: 1_000_000 });
  other.child.kill('SIGKILL');
  await other.ended;
  await until(async () => (await store.budgets.reserve(request('mine', tight))) === undefined, 5000);
  await store.close();
  const again = await openTestStore(folder);
  expect(await again.budgets.reserve(request('later', { ...tight, dayLimitNano: 100 }))).toEqual({ scope: 'day', limitNano: 100, spentNano: 100, reservedNano: 0 });
});
