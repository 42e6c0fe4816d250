import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ImportedCall } from '../../../src/model/importedCall';
import { providers, spanStatuses, spanTypes } from '../../../src/model/span';
import type { AmpTraceEvent } from '../../../src/model/span';
import { usageDimensions } from '../../../src/model/usageRow';
import type { UsageDimension } from '../../../src/model/usageRow';
import { nodeFileSystem } from '../../../src/storage/fileSystem';
import type { FileSystem } from '../../../src/storage/fileSystem';
import { rollups } from '../../../src/storage/schema/rollups';
import type { Period, Store } from '../../../src/storage/store';
import { RollupOracle, sorted } from '../../support/rollupOracle';
import { makeSession, makeSpan, openLocalStore, openSpan, spanId, temporaryFolder } from '../../support/storageHarness';

const hour = 3_600_000;
const day = 24 * hour;
/** A UTC midnight. */
const start = 20_000 * day;
const everyDimension: readonly UsageDimension[] = usageDimensions;

const offset = fc.oneof(fc.integer({ min: 0, max: 60 * hour }), fc.constantFrom(0, hour - 1, hour - 0.25, hour, hour + 1, day - 0.5, day, 2 * day - 1, 2 * day));
const tokens = fc.integer({ min: 0, max: 1_000_000 });
const usage = fc.record({ input: fc.record({ text: tokens, cacheRead: tokens, cacheWrite5m: tokens, cacheWrite1h: tokens }), output: fc.record({ text: tokens, reasoning: tokens }) });
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const basis = fc.constantFrom('reported', 'computed', 'approximate', 'unknown');

const span: fc.Arbitrary<AmpTraceEvent> = fc
  .record({
    id: fc.integer({ min: 1, max: 12 }).map((index) => spanId(index, 'abc')),
    sessionId: fc.constantFrom('s1', 's2'),
    parentId: optional(fc.constant('p')),
    tsStart: offset.map((ms) => start + ms),
    type: fc.constantFrom(...spanTypes),
    name: fc.constantFrom('anthropic:chat', 'anthropic:run total', 'lint', ':run total'),
    status: fc.constantFrom(...spanStatuses),
    model: optional(fc.constantFrom('m1', 'm2')),
    provider: optional(fc.constantFrom(...providers)),
    agent: optional(fc.constantFrom('claudeCode', 'api')),
    usage: optional(usage),
    costNano: optional(tokens),
    costBasis: optional(basis),
    firstTokenMs: optional(fc.double({ min: 0, max: 1e6, noNaN: true })),
  })
  .chain((record) => optional(fc.integer({ min: 0, max: 100_000 })).map((ms) => ({ ...record, attrs: {}, tsEnd: ms === undefined ? undefined : record.tsStart + ms })))
  .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as unknown as AmpTraceEvent);

const imported: fc.Arbitrary<ImportedCall> = fc
  .record({
    key: fc.constantFrom('k1', 'k2', 'k3'),
    sessionId: fc.constantFrom('import:codex:1', 'import:codex:2'),
    agent: fc.constantFrom('codex', 'claudeCode'),
    ts: offset.map((ms) => start + ms),
    model: optional(fc.constant('m1')),
    provider: fc.constantFrom(...providers),
    usage,
    costNano: optional(tokens),
    costBasis: basis,
  })
  .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as unknown as ImportedCall);

type Step =
  | { readonly kind: 'span'; readonly span: AmpTraceEvent }
  | { readonly kind: 'import'; readonly calls: readonly ImportedCall[] }
  | { readonly kind: 'clear' | 'flush' | 'reopen' }
  | { readonly kind: 'delete'; readonly id: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: span.map((value) => ({ kind: 'span', span: value }) as const) },
  { weight: 4, arbitrary: fc.constant({ kind: 'flush' } as const) },
  { weight: 3, arbitrary: fc.array(imported, { maxLength: 3 }).map((calls) => ({ kind: 'import', calls }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' } as const) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }).map((index) => ({ kind: 'delete', id: spanId(index, 'abc') }) as const) },
);

const period = fc.record({ fromMs: offset.map((ms) => start + ms), toMs: offset.map((ms) => start + ms), imported: fc.boolean() }, { requiredKeys: [] });

test('whatever is written, again, out of order, deleted or recovered: the roll-ups are what the rows add up to', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), fc.array(period, { minLength: 3, maxLength: 3 }), fc.uniqueArray(fc.constantFrom(...usageDimensions)), async (steps, periods, by) => {
      const folder = temporaryFolder();
      const spans = new Map<string, AmpTraceEvent>();
      const calls = new Map<string, ImportedCall>();
      let store = await openLocalStore(folder);
      for (const action of steps) {
        if (action.kind === 'span') {
          store.spans.write(action.span);
          spans.set(action.span.id, action.span);
        } else if (action.kind === 'import') {
          await store.imports.save({ files: [], sessions: [], calls: action.calls });
          for (const call of action.calls) calls.set(call.key, call);
        } else if (action.kind === 'flush') {
          await store.flush();
        } else if (action.kind === 'clear') {
          await store.imports.clear();
          calls.clear();
        } else {
          await store.close();
          if (action.kind === 'delete') {
            deleteSpan(store.file, action.id);
            spans.delete(action.id);
          }
          store = await openLocalStore(folder);
          // No process has their nonce: recovery closes them.
          for (const [id, value] of spans) if (value.status === 'running') spans.set(id, { ...value, ...interruptedCost(value), status: 'cancelled' });
        }
      }
      const oracle = new RollupOracle([...spans.values()], [...calls.values()]);
      expect(await store.check({ rebuild: false })).toEqual({ problems: [], wrongRollups: 0, spans: spans.size, importedCalls: calls.size, rebuilt: false });
      expect(sorted(await store.rollups.usage({ imported: true }, everyDimension))).toEqual(oracle.usage({ imported: true }, everyDimension));
      for (const part of [{}, ...periods]) await expectSame(store, oracle, part, by);
      for (const sessionId of ['s1', 'import:codex:1']) {
        expect(await store.rollups.totals({ ...periods[0], sessionId })).toEqual(oracle.totals({ ...periods[0], sessionId }));
        expect(sorted(await store.rollups.usage({ ...periods[1], sessionId }, ['session', 'model']))).toEqual(oracle.usage({ ...periods[1], sessionId }, ['session', 'model']));
      }
      const parts = periods.map(({ fromMs = start, toMs = start + 3 * day }) => ({ fromMs, toMs }));
      expect((await store.rollups.usageOfParts(parts, { imported: true }, ['agent'])).map(sorted)).toEqual(parts.map((part) => oracle.usage({ ...part, imported: true }, ['agent'])));
      await store.close();
    }),
    { numRuns: 120 },
  );
});

/** What recovery makes of the cost of a call that was under way. */
function interruptedCost({ type, provider, usage: used, costNano, costBasis }: AmpTraceEvent): Partial<AmpTraceEvent> {
  if (costBasis === 'computed') return { costBasis: 'approximate' };
  return type === 'agent' && costNano === undefined && costBasis === undefined && (provider !== undefined || used !== undefined) ? { costBasis: 'unknown' } : {};
}

async function expectSame(store: Store, oracle: RollupOracle, part: Period, by: readonly UsageDimension[]): Promise<void> {
  expect(await store.rollups.totals(part)).toEqual(oracle.totals(part));
  if (by.length > 0) expect(sorted(await store.rollups.usage(part, by))).toEqual(oracle.usage(part, by));
  expect(sorted(await store.rollups.latencies(part))).toEqual(oracle.latencies(part));
  expect(sorted(await store.rollups.outcomes(part))).toEqual(oracle.outcomes(part));
}

function deleteSpan(file: string, id: string): void {
  const db = new DatabaseSync(file);
  db.prepare('DELETE FROM telemetry_events WHERE id = ?').run(id);
  db.close();
}

const call = { type: 'agent', name: 'anthropic:chat', provider: 'anthropic', model: 'm1', agent: 'claudeCode' } as const;
const someUsage = { input: { text: 100, cacheRead: 20, cacheWrite5m: 3, cacheWrite1h: 4 }, output: { text: 50, reasoning: 6 } };

test('a running call counts once, with what is known of it so far', async () => {
  const store = await openLocalStore(temporaryFolder());
  const id = spanId(start, store.processNonce);
  const open = openSpan(id, { ...call, tsStart: start });
  store.spans.write(open);
  await store.flush();
  expect(await store.rollups.totals({})).toMatchObject({ calls: 1, costNano: 0 });
  store.spans.write({ ...open, usage: someUsage, costNano: 7, costBasis: 'computed' });
  await store.flush();
  expect(await store.rollups.totals({})).toEqual({ calls: 1, errors: 0, usage: someUsage, costNano: 7, unknownCosts: 0, approximateCosts: 0 });
  expect(await store.rollups.latencies({})).toEqual([]);
  store.spans.write({ ...open, usage: someUsage, costNano: 9, costBasis: 'computed', model: 'm2', status: 'success', tsEnd: start + 1500, firstTokenMs: 0.5 });
  await store.flush();
  expect(await store.rollups.usage({}, ['model'])).toEqual([{ model: 'm2', calls: 1, errors: 0, usage: someUsage, costNano: 9, unknownCosts: 0, approximateCosts: 0 }]);
  expect(await store.rollups.latencies({})).toEqual([
    { provider: 'anthropic', model: 'm2', kind: 'duration', buckets: [{ bucket: 76, count: 1 }] },
    { provider: 'anthropic', model: 'm2', kind: 'firstToken', buckets: [{ bucket: 0, count: 1 }] },
  ]);
});

test('a settlement adds tokens and cost, but is no call', async () => {
  const store = await openLocalStore(temporaryFolder());
  store.spans.write(makeSpan(spanId(1, 'abc'), { ...call, tsStart: start, usage: someUsage }));
  store.spans.write(makeSpan(spanId(2, 'abc'), { ...call, name: 'anthropic:run total', tsStart: start, costNano: 40, costBasis: 'reported' }));
  store.spans.write(makeSpan(spanId(3, 'abc'), { ...call, name: 'anthropic:run total', tsStart: start, costBasis: 'unknown', status: 'error' }));
  expect(await store.rollups.totals({})).toEqual({ calls: 1, errors: 0, usage: someUsage, costNano: 40, unknownCosts: 1, approximateCosts: 0 });
});

test('what is no model call adds nothing', async () => {
  const store = await openLocalStore(temporaryFolder());
  store.spans.write(makeSpan(spanId(1, 'abc'), { type: 'agent', name: 'claudeCode', model: 'm1', status: 'error' }));
  store.spans.write(makeSpan(spanId(2, 'abc')));
  expect(await store.rollups.usage({}, ['hour'])).toEqual([]);
  expect(await store.rollups.totals({})).toMatchObject({ calls: 0, errors: 0 });
});

test('totals of an execution are those of its sessions', async () => {
  const store = await openLocalStore(temporaryFolder());
  for (const [index, session] of ['a', 'b', 'c'].entries()) {
    await store.sessions.save(makeSession(session, session === 'c' ? {} : { executionId: 'e1' }));
    store.spans.write(makeSpan(spanId(index, 'abc'), { ...call, sessionId: session, tsStart: start + index * hour, costNano: 10 ** index, costBasis: 'computed' }));
  }
  expect(await store.rollups.totals({ executionId: 'e1' })).toMatchObject({ calls: 2, costNano: 11 });
  expect(await store.rollups.totals({ executionId: 'e1', fromMs: start + 1 })).toMatchObject({ calls: 1, costNano: 10 });
  expect(await store.rollups.totals({ executionId: 'none' })).toMatchObject({ calls: 0, costNano: 0 });
});

test('a check finds groups that were changed from outside, and a rebuild makes them right', async () => {
  const folder = temporaryFolder();
  const store = await openLocalStore(folder);
  for (let index = 0; index < 50; index++) {
    store.spans.write(makeSpan(spanId(index, 'abc'), { ...call, tsStart: start + index * 600_000, tsEnd: start + index * 600_000 + 40, usage: someUsage, costNano: index, costBasis: 'computed' }));
    store.spans.write(makeSpan(spanId(1000 + index, 'abc'), { type: 'eval', name: 'lint', tsStart: start }));
  }
  await store.close();
  const db = new DatabaseSync(store.file);
  db.exec("UPDATE usage_rollups SET cost_nano = cost_nano + 1 WHERE hour = (SELECT min(hour) FROM usage_rollups); INSERT INTO usage_rollups SELECT hour, 'ghost', agent, provider, model, 1,0,0,0,0,0,0,0,0,0,0,1 FROM usage_rollups LIMIT 1; UPDATE daily_rollups SET calls = calls + 1; DELETE FROM outcome_rollups");
  db.close();
  const again = await openLocalStore(folder);
  const truth = new RollupOracle(await again.spans.bySession('s1'));
  const changes: unknown[] = [];
  again.onDidChange((change) => changes.push(change));
  expect(await again.check({ rebuild: false })).toEqual({ problems: [], wrongRollups: 5, spans: 100, importedCalls: 0, rebuilt: false });
  expect(await again.check({ rebuild: true })).toMatchObject({ wrongRollups: 5, rebuilt: true });
  expect(changes).toContainEqual({ tables: ['telemetry_events', 'imported_calls'], external: false });
  expect(await again.check({ rebuild: false })).toMatchObject({ wrongRollups: 0 });
  expect(await again.rollups.totals({})).toEqual(truth.totals({}));
  expect(await again.rollups.outcomes({})).toEqual([{ kind: 'eval', name: 'lint', succeeded: 50, failed: 0 }]);
});

test('while one process checks the store, others get in between', async () => {
  const folder = temporaryFolder();
  const store = await openLocalStore(folder);
  await store.sessions.save(makeSession('s1'));
  const links = { count: 0 };
  const counting: FileSystem = { ...nodeFileSystem, linkSync: (from, to) => { links.count++; nodeFileSystem.linkSync(from, to); } };
  const other = await openLocalStore(folder, counting);
  const before = links.count;
  await other.check({ rebuild: false });
  // The lock is taken anew for each table and each roll-up.
  expect(links.count - before).toBeGreaterThan(rollups.length + 5);
});
