import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CostBasis } from '../../../src/model/money';
import type { AmpTraceEvent } from '../../../src/model/span';
import { noUsage } from '../../../src/model/usage';
import type { Usage } from '../../../src/model/usage';
import { makeSpan, openLocalStore, spanId, temporaryFolder } from '../../support/storageHarness';

const invalid = { 'amp.usage.invalid': true };
const good: Usage = { input: { text: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4 }, output: { text: 5, reasoning: 6 } };
const badNumbers = [Number.NaN, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53, 0.5];

function withText(text: number): Usage {
  return { ...good, input: { ...good.input, text } };
}

function call(changes: Partial<AmpTraceEvent>): AmpTraceEvent {
  return makeSpan(spanId(1, 'abc'), { type: 'agent', name: 'openai:chat', provider: 'openai', model: 'm', ...changes });
}

async function stored(span: AmpTraceEvent): Promise<{ readonly span: AmpTraceEvent | undefined; readonly totals: object }> {
  const store = await openLocalStore(temporaryFolder());
  store.spans.write(span);
  await store.flush();
  const result = { span: await store.spans.get(span.id), totals: await store.rollups.totals({}) };
  expect(await store.spans.totals({ sessionId: 's1' })).toMatchObject({ costNano: (result.totals as { costNano: number }).costNano });
  await store.close();
  return result;
}

test.each(badNumbers)('a usage of %d is left out and its cost is unknown', async (number) => {
  const { span, totals } = await stored(call({ usage: withText(number), costNano: 700, costBasis: 'computed' }));
  expect(span).toEqual(call({ costBasis: 'unknown', attrs: { file: 'a.ts', ...invalid } }));
  expect(totals).toEqual({ calls: 1, errors: 0, usage: noUsage, costNano: 0, unknownCosts: 1, approximateCosts: 0 });
});

test.each(badNumbers)('a cost of %d is unknown, never zero; the usage stays', async (number) => {
  const { span, totals } = await stored(call({ usage: good, costNano: number, costBasis: 'reported' }));
  expect(span).toEqual(call({ usage: good, costBasis: 'unknown', attrs: { file: 'a.ts', ...invalid } }));
  expect(totals).toEqual({ calls: 1, errors: 0, usage: good, costNano: 0, unknownCosts: 1, approximateCosts: 0 });
});

test('a reported cost outlives bad usage, a bad time to the first token is left out', async () => {
  const { span, totals } = await stored(call({ usage: withText(-3), costNano: 9, costBasis: 'reported', firstTokenMs: Number.NaN }));
  expect(span).toEqual(call({ costNano: 9, costBasis: 'reported', attrs: { file: 'a.ts', ...invalid } }));
  expect(totals).toMatchObject({ calls: 1, costNano: 9, unknownCosts: 0 });
  expect((await stored(call({ usage: good, firstTokenMs: -1 }))).span).toEqual(call({ usage: good }));
});

test('a known basis without a cost is a lower bound too', async () => {
  expect((await stored(call({ usage: good, costBasis: 'computed' }))).totals).toMatchObject({ costNano: 0, unknownCosts: 1 });
  expect((await stored(call({ usage: good }))).totals).toMatchObject({ costNano: 0, unknownCosts: 0 });
});

test('imported calls: the same', async () => {
  const store = await openLocalStore(temporaryFolder());
  const imported = { key: 'k', sessionId: 'import:codex:1', agent: 'codex', ts: 1, provider: 'openai', usage: good, costBasis: 'computed' } as const;
  await store.imports.save({ files: [], sessions: [], calls: [{ ...imported, usage: withText(Number.NaN), costNano: 5 }, { ...imported, key: 'l', costNano: Number.NaN }] });
  expect(await store.rollups.totals({ imported: true })).toEqual({ calls: 2, errors: 0, usage: good, costNano: 0, unknownCosts: 2, approximateCosts: 0 });
});

const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.nat(), fc.constantFrom(...badNumbers, 0, -0, Number.MAX_SAFE_INTEGER));

test('whatever numbers come: sums are counts, and a cost is never known to be zero when it was something else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ text: anyNumber, cost: fc.option(anyNumber, { nil: undefined }), basis: fc.constantFrom<CostBasis>('reported', 'computed', 'approximate', 'unknown') }), { maxLength: 8 }), async (rows) => {
      const store = await openLocalStore(temporaryFolder());
      rows.forEach(({ text, cost, basis }, index) => store.spans.write(call({ id: spanId(index, 'abc'), usage: withText(text), costBasis: basis, ...(cost !== undefined && { costNano: cost }) })));
      const totals = await store.rollups.totals({});
      expect(totals.calls).toBe(rows.length);
      for (const sum of [totals.costNano, ...Object.values(totals.usage.input)]) expect(sum >= 0 && Number.isFinite(sum) && Number.isInteger(sum)).toBe(true);
      const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
      const known = rows.filter(({ text, cost, basis }) => cost !== undefined && isCount(cost) && basis !== 'unknown' && (isCount(text) || basis === 'reported'));
      expect(totals.unknownCosts).toBe(rows.length - known.length);
      expect(await store.check({ rebuild: false })).toMatchObject({ wrongRollups: 0 });
      await store.close();
    }),
    { numRuns: 60 },
  );
});
