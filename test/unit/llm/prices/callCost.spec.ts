import fc from 'fast-check';
import { expect, it } from 'vitest';
import { callCost } from '../../../../src/llm/prices/callCost';
import { loadPriceList } from '../../../../src/llm/prices/priceList';

const none = { cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
const tokens = fc.oneof(fc.nat({ max: 2_000_000 }), fc.nat({ max: Number.MAX_SAFE_INTEGER }));
const price = fc.oneof(fc.nat({ max: 2_000_000_000 }), fc.nat({ max: 2_000_000 }), fc.constantFrom(0, 1, 499_999, 500_000));
const parts = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<readonly [T, T, T, T, T, T]> => fc.tuple(value, value, value, value, value, value);

it('is exact whatever its size, on both sides of what a number holds', () => {
  fc.assert(
    fc.property(parts(tokens), parts(price), (counts, prices) => {
      const sum = counts.reduce((total, count, index) => total + BigInt(count) * BigInt(prices[index] ?? 0), 0n);
      const nano = (sum + 500_000n) / 1_000_000n;
      const of = ([text, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning]: typeof counts): Parameters<typeof callCost>[0] => ({ input: { text, cacheRead, cacheWrite5m, cacheWrite1h }, output: { text: output, reasoning } });
      expect(callCost(of(counts), of(prices))).toBe(nano > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(nano));
    }),
    { numRuns: 2_000 },
  );
});

it('is exact where a sum is next to a half and next to 2^53', () => {
  const units = { input: { text: 1, cacheRead: 1, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 0, reasoning: 0 } };
  const firstHalf = 2 ** 52;
  for (let nano = 9_007_199_240n; nano < 9_007_199_270n; nano++) {
    for (const rest of [0n, 1n, 499_998n, 499_999n, 500_000n, 500_001n, 999_999n]) {
      const sum = nano * 1_000_000n + rest;
      const usage = { input: { text: firstHalf, ...none, cacheRead: Number(sum - BigInt(firstHalf)) }, output: { text: 0, reasoning: 0 } };
      expect(callCost(usage, units), String(sum)).toBe(Number(rest < 500_000n ? nano : nano + 1n));
    }
  }
});

it('does not depend on which calls were priced before', async () => {
  const request = fc.record({
    model: fc.constantFrom('claude-sonnet-4-5', 'claude-opus-4-1-20250805', 'gpt-5', 'gpt-5-codex', 'gemini-2.5-pro', 'no-such-model', ' gpt-5 ', ''),
    provider: fc.constantFrom('anthropic' as const, 'openai' as const, 'google' as const, 'amp' as const, 'local' as const),
    serviceTier: fc.constantFrom(undefined, 'standard' as const, 'batch' as const, 'priority' as const),
    tsStart: fc.constantFrom(Date.UTC(2024, 0), Date.UTC(2025, 10, 3), Date.UTC(2026, 10, 3), Number.NaN, 9e15),
    usage: fc.constantFrom(100, 200_000, 200_001, 300_000).map((text) => ({ input: { text, ...none }, output: { text: 10, reasoning: 0 } })),
  });
  const shared = await loadPriceList();
  await fc.assert(
    fc.asyncProperty(request, async (call) => {
      expect(shared.price(call)).toEqual((await loadPriceList()).price(call));
    }),
    { numRuns: 500 },
  );
});
