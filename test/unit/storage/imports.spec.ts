import { expect, test } from 'vitest';
import type { ImportedCall, ImportedFile, ImportedSession } from '../../../src/model/importedCall';
import type { StoreChange } from '../../../src/storage/store';
import { makeSpan, openLocalStore, openTestStore, query, spanId, temporaryFolder } from '../../support/storageHarness';

const usage = { input: { text: 10, cacheRead: 1, cacheWrite5m: 2, cacheWrite1h: 3 }, output: { text: 4, reasoning: 5 } };
const file: ImportedFile = { path: '/home/someone/.codex/a.jsonl', agent: 'codex', size: 900, mtimeMs: 1234.5, offset: 880, state: '{"model":"m"}' };
const session: ImportedSession = { id: 'import:codex:1', agent: 'codex', title: 'fix it', cwd: '/repo', branch: 'main', firstTs: 100, lastTs: 200 };
const call: ImportedCall = { key: 'k1', sessionId: session.id, agent: 'codex', ts: 5_000_000, model: 'm', provider: 'openai', usage, costNano: 12, costBasis: 'computed' };

test('files, sessions and calls are there after one save, in the next process too', async () => {
  const folder = temporaryFolder();
  const store = await openTestStore(folder);
  const changes: StoreChange[] = [];
  store.onDidChange((change) => changes.push(change));
  await store.imports.save({ files: [file], sessions: [session], calls: [call] });
  expect(changes).toContainEqual({ tables: ['imported_calls'], external: false });
  await store.close();
  const again = await openTestStore(folder);
  expect(await again.imports.files()).toEqual([file]);
  expect(await again.imports.sessions()).toEqual([session]);
  expect(await again.rollups.totals({ imported: true })).toEqual({ calls: 1, errors: 0, usage, costNano: 12, unknownCosts: 0, approximateCosts: 0 });
});

test('the same call found again counts once, with the last word', async () => {
  const store = await openLocalStore(temporaryFolder());
  await store.imports.save({ files: [], sessions: [], calls: [call, call] });
  await store.imports.save({ files: [], sessions: [], calls: [{ ...call, sessionId: 'import:codex:2', ts: 9_000_000, costNano: 20 }] });
  expect(await store.rollups.usage({ imported: true }, ['session', 'agent', 'hour'])).toEqual([
    { hour: 7_200_000, sessionId: 'import:codex:2', agent: 'codex', calls: 1, errors: 0, usage, costNano: 20, unknownCosts: 0, approximateCosts: 0 },
  ]);
});

test('imported calls count only where they are asked for', async () => {
  const store = await openLocalStore(temporaryFolder());
  await store.imports.save({ files: [], sessions: [], calls: [call] });
  store.spans.write(makeSpan(spanId(5_000_000, 'abc'), { name: 'openai:chat', provider: 'openai', tsStart: 5_000_000, costNano: 1, costBasis: 'computed' }));
  const part = { fromMs: 4_999_999, toMs: 5_000_001 };
  for (const period of [{}, part]) {
    expect(await store.rollups.totals(period)).toMatchObject({ calls: 1, costNano: 1 });
    expect(await store.rollups.totals({ ...period, imported: true })).toMatchObject({ calls: 2, costNano: 13 });
    expect(await store.rollups.totals({ ...period, sessionId: session.id })).toMatchObject({ calls: 1, costNano: 12 });
  }
  expect((await store.rollups.usage({}, ['provider'])).map(({ calls }) => calls)).toEqual([1]);
  expect(await store.budgets.reserve({ id: 'r', sessionId: 's', costNano: 1, dayStartMs: 0, dayLimitNano: 2 })).toBeUndefined();
});

test('a session keeps its earliest and latest time, and what is known of it', async () => {
  const store = await openLocalStore(temporaryFolder());
  const { title, branch, ...bare } = session;
  await store.imports.save({ files: [], sessions: [{ ...session, firstTs: 150, lastTs: 160 }], calls: [] });
  await store.imports.save({ files: [], sessions: [{ ...bare, firstTs: 100, lastTs: 120 }, { ...bare, firstTs: 190, lastTs: 200 }], calls: [] });
  expect(await store.imports.sessions()).toEqual([{ ...session, title, branch }]);
});

test('what cannot be stored as a whole is not stored in part', async () => {
  const store = await openLocalStore(temporaryFolder());
  await expect(store.imports.save({ files: [file], sessions: [session], calls: [call, { ...call, key: 'k2', ts: Number.NaN }] })).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect(store.imports.save({ files: [{ ...file, offset: -1 }], sessions: [], calls: [] })).rejects.toMatchObject({ code: 'invalid-argument' });
  const foreign = JSON.parse('null') as ImportedCall['provider'];
  await expect(store.imports.save({ files: [file], sessions: [], calls: [call, { ...call, key: 'k2', provider: foreign }] })).rejects.toMatchObject({ code: 'store-failed' });
  expect(await store.imports.files()).toEqual([]);
  expect(await store.rollups.totals({ imported: true })).toMatchObject({ calls: 0, costNano: 0 });
});

test('clear forgets everything imported and nothing else', async () => {
  const store = await openLocalStore(temporaryFolder());
  await store.imports.save({ files: [file], sessions: [session], calls: [call] });
  store.spans.write(makeSpan(spanId(1, 'abc'), { provider: 'openai', costNano: 1, costBasis: 'reported' }));
  await store.imports.clear();
  expect([await store.imports.files(), await store.imports.sessions()]).toEqual([[], []]);
  expect(await store.rollups.totals({ imported: true })).toMatchObject({ calls: 1, costNano: 1 });
  expect(await store.check({ rebuild: false })).toMatchObject({ wrongRollups: 0, importedCalls: 0 });
  await store.close();
  expect(query(store.file, "SELECT * FROM usage_rollups WHERE session_id LIKE 'import:%'")).toEqual([]);
});

test('a large batch is one transaction that is done within seconds', { timeout: 60_000 }, async () => {
  const store = await openTestStore(temporaryFolder());
  const calls = Array.from({ length: 50_000 }, (_, index): ImportedCall => ({ ...call, key: `msg_${(index * 7_919) % 50_000}:req_${index}`, sessionId: `import:codex:${index % 300}`, ts: 1.8e12 + index * 40_000 }));
  await store.imports.save({ files: [], sessions: [], calls });
  expect(await store.rollups.totals({ imported: true })).toMatchObject({ calls: 50_000, costNano: 600_000 });
  expect(await store.check({ rebuild: false })).toMatchObject({ wrongRollups: 0, importedCalls: 50_000 });
});
