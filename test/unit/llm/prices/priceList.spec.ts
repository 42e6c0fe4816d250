import { readFileSync } from 'node:fs';
import path from 'node:path';
import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPriceList } from '../../../../src/llm/prices/priceList';
import { dataVersion } from '../../../../src/llm/prices/priceData';
import type { PriceRequest } from '../../../../src/model/pricing';
import type { Provider } from '../../../../src/model/span';
import { tokensIn, tokensOut, type Usage } from '../../../../src/model/usage';
import { oracleCost, oracleModels } from '../../../support/costOracle';

const ts = Date.UTC(2026, 10, 22, 12);
const prices = await loadPriceList();

function providerOf(model: string): Provider {
  return model.startsWith('claude') ? 'anthropic' : model.startsWith('gpt') ? 'openai' : 'google';
}

function usage(text: number, { cacheRead = 0, write5m = 0, write1h = 0, output = 0, reasoning = 0 } = {}): Usage {
  return { input: { text, cacheRead, cacheWrite5m: write5m, cacheWrite1h: write1h }, output: { text: output, reasoning } };
}

const request = (model: string, of: Usage, rest: Partial<PriceRequest> = {}): PriceRequest => ({ model, provider: providerOf(model), usage: of, tsStart: ts, ...rest });

const count = fc.oneof(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 0, max: 20 }));
const anyUsage: fc.Arbitrary<Usage> = fc
  .tuple(count, count, count, count, count, count)
  .map(([text, cacheRead, write5m, write1h, output, reasoning]) => usage(text, { cacheRead, write5m, write1h, output, reasoning }));

describe('the price of a call', () => {
  it('is that of the oracle to the nano-dollar, whatever the usage', () => {
    fc.assert(
      fc.property(fc.constantFrom(...oracleModels), anyUsage, (model, of) => {
        expect(prices.price(request(model, of))).toMatchObject({ costNano: oracleCost(model, of), costBasis: 'computed' });
      }),
    );
  });

  it('agrees with what the list itself reckons', () => {
    const models = ['claude-opus-4-1', 'claude-sonnet-4-6', 'gpt-5.6-luna', 'gpt-5-mini', 'o3', 'gemini-2.5-flash', 'claude-3-haiku', 'gpt-4.1-nano'];
    fc.assert(
      fc.property(fc.constantFrom(...models), anyUsage, fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2027, 0) }), (model, of, time) => {
        const provider = model.startsWith('o3') ? 'openai' : providerOf(model);
        const { input } = of;
        const listed = calcPrice(
          { input_tokens: tokensIn(of), cache_read_tokens: input.cacheRead, cache_write_tokens: input.cacheWrite5m + input.cacheWrite1h, cache_write_1h_tokens: input.cacheWrite1h, output_tokens: tokensOut(of) },
          model,
          { providerId: provider, timestamp: new Date(time) },
        );
        expect(prices.price({ model, provider, usage: of, tsStart: time })?.costNano ?? -1).toBeCloseTo((listed?.total_price ?? 0) * 1e9, -1);
      }),
    );
  });

  it('is reckoned call by call: ten requests of 100k tokens are not one of a million (trap 7)', () => {
    const one = prices.price(request('claude-sonnet-4-5', usage(100_000, { output: 2_000 })))?.costNano ?? 0;
    const sum = prices.price(request('claude-sonnet-4-5', usage(1_000_000, { output: 20_000 })))?.costNano ?? 0;
    expect([one * 10, sum]).toEqual([3_300_000_000, 6_450_000_000]);
  });

  it('changes above the start of a tier, not at it, and for the whole request', () => {
    const at = prices.price(request('claude-sonnet-4-5', usage(100_000, { cacheRead: 100_000 })));
    const above = prices.price(request('claude-sonnet-4-5', usage(100_000, { cacheRead: 100_001 })));
    expect(at).toMatchObject({ costNano: 330_000_000, price: { units: { input: { text: 3_000_000_000 } } } });
    expect(at?.price).not.toHaveProperty('tierAbove');
    expect(above).toMatchObject({ costNano: 660_000_600, price: { tierAbove: 200_000, units: { input: { text: 6_000_000_000 } } } });
  });

  it('is the one of its day', () => {
    const luna = (time: number): number | undefined => prices.price({ model: 'gpt-5.6-luna', provider: 'openai', usage: usage(1_000_000 / 10), tsStart: time })?.costNano;
    expect([luna(Date.UTC(2026, 6, 29, 23, 59)), luna(Date.UTC(2026, 6, 30))]).toEqual([100_000_000, 20_000_000]);
  });

  it('has a price of its own for one-hour cache writes (trap 2)', () => {
    expect(prices.price(request('claude-opus-5-5', usage(0, { write5m: 1_000, write1h: 1_000 })))?.costNano).toBe(5_000_000 + 8_000_000);
  });

  it('bills cache tokens as input where the list has no price for them, and reasoning as output', () => {
    expect(prices.price(request('gpt-5', usage(0, { write5m: 1_000_000, write1h: 1_000_000 })))?.costNano).toBe(2_500_000_000);
    expect(prices.price(request('gpt-5', usage(0, { output: 10, reasoning: 90 })))?.costNano).toBe(1_000_000);
  });

  it('is rounded once, half up', () => {
    // A cached token of gpt-5 is 125 nano-dollars, in a batch 62.5.
    expect(prices.price(request('gpt-5', usage(0, { cacheRead: 1 }), { serviceTier: 'batch' }))?.costNano).toBe(63);
    expect(prices.price(request('gpt-5', usage(0, { cacheRead: 3 }), { serviceTier: 'batch' }))?.costNano).toBe(188);
  });

  it('keeps on record what it was computed from (trap 10)', () => {
    expect(prices.price(request('gpt-5-codex', usage(1)))?.price).toEqual({
      model: 'gpt-5', provider: 'openai', source: 'genai-prices', version: dataVersion,
      units: { input: { text: 1_250_000_000, cacheRead: 125_000_000, cacheWrite5m: 1_250_000_000, cacheWrite1h: 1_250_000_000 }, output: { text: 10_000_000_000, reasoning: 10_000_000_000 } },
    });
    const installed = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../../node_modules/@pydantic/genai-prices/package.json'), 'utf8')) as { version: string };
    expect(dataVersion).toBe(installed.version);
  });
});

describe('a model that the list does not name (trap 8)', () => {
  it.each([
    ['claude-sonnet-4-5-20250929', 'anthropic', 'claude-sonnet-4-5'],
    ['claude-haiku-4-5-20990101', 'anthropic', 'claude-haiku-4-5'],
    ['claude-opus-5-5[1m]', 'anthropic', 'claude-opus-5-5'],
    ['claude-sonnet-5-5', 'anthropic', 'claude-sonnet-5'],
    ['openrouter/vendor/gpt-5', 'openai', 'gpt-5'],
  ] as const)('%s is priced as its base, and said to be approximate', (model, provider, base) => {
    const priced = prices.price({ model, provider, usage: usage(1_000), tsStart: ts });
    expect(priced).toMatchObject({ costBasis: 'approximate', price: { model: base } });
    expect(priced?.price.approximation).toContain(base);
  });

  it.each([
    ['gpt-4o-2024-11-20', 'openai'],
    ['claude-opus-4-20250514', 'anthropic'],
    ['openai/gpt-5', 'openai'],
    ['models/gemini-2.5-pro', 'google'],
    [' GPT-5 ', 'openai'],
  ] as const)('%s is the official name of one that it has: exact', (model, provider) => {
    expect(prices.price({ model, provider, usage: usage(1_000), tsStart: ts })).toMatchObject({ costBasis: 'computed' });
  });

  it('has no price at all, never zero, when nothing fits', () => {
    for (const [model, provider] of [['claude-x-20990101', 'anthropic'], ['my-model', 'unknown'], ['gpt-5', 'local'], ['llama3', 'local'], ['', 'openai'], [undefined, 'openai'], ['gemma-3', 'google']] as const) {
      expect(prices.price({ model, provider, usage: usage(1_000, { output: 5 }), tsStart: ts }), model).toBeUndefined();
    }
    expect(prices.price({ model: 'text-embedding-3-small', provider: 'openai', usage: usage(1_000, { output: 5 }), tsStart: ts })).toBeUndefined();
    expect(prices.price({ model: 'text-embedding-3-small', provider: 'openai', usage: usage(1_000_000), tsStart: ts })?.costNano).toBe(20_000_000);
  });

  it('of a provider without list prices is approximate', () => {
    expect(prices.price({ model: 'claude-opus-5-5', provider: 'amp', usage: usage(1_000), tsStart: ts })).toMatchObject({ costNano: 4_000_000, costBasis: 'approximate' });
    expect(prices.price({ model: 'claude-opus-5-5', provider: 'unknown', usage: usage(1_000), tsStart: ts })).toMatchObject({ costBasis: 'approximate' });
  });
});

describe('service tiers', () => {
  it('batch is half at the three providers, flex at OpenAI', () => {
    const of = usage(1_001, { cacheRead: 77, output: 13 });
    for (const [model, serviceTier] of [['gpt-5', 'batch'], ['gpt-5', 'flex'], ['claude-opus-5-5', 'batch'], ['gemini-2.5-pro', 'batch']] as const) {
      expect(prices.price(request(model, of, { serviceTier })), model).toMatchObject({ costNano: oracleCost(model, of, { eighths: 4 }), costBasis: 'computed', price: { serviceTier } });
    }
  });

  it('priority has the published price, else twice the standard one, approximately', () => {
    // https://openai.com/api-priority-processing/: GPT-4o 4.25 / 2.125 / 17.00, o4-mini 2.00 / 0.50 / 8.00, GPT-4o mini 0.25 / 0.125 / 1.00
    const units = (model: string): unknown => prices.price(request(model, usage(1), { provider: 'openai', serviceTier: 'priority' }))?.price.units;
    expect(units('gpt-4o')).toMatchObject({ input: { text: 4_250_000_000, cacheRead: 2_125_000_000 }, output: { text: 17_000_000_000 } });
    expect(units('o4-mini')).toMatchObject({ input: { text: 2_000_000_000, cacheRead: 500_000_000 }, output: { text: 8_000_000_000 } });
    expect(units('gpt-4o-mini')).toMatchObject({ input: { text: 250_000_000, cacheRead: 125_000_000 }, output: { text: 1_000_000_000 } });
    expect(prices.price(request('gpt-5-nano', usage(1), { serviceTier: 'priority' }))).toMatchObject({ costBasis: 'approximate' });
    expect(prices.price(request('claude-opus-5-5', usage(1), { serviceTier: 'priority' }))).toMatchObject({ costBasis: 'approximate' });
  });
});

describe('usage that is no count of tokens', () => {
  it.each([Number.NaN, -1, 2 ** 53, Infinity, 0.5])('%s has no price, and does not throw', (bad) => {
    for (const of of [usage(bad), usage(1, { cacheRead: bad }), usage(1, { output: bad }), usage(1, { reasoning: bad })]) expect(prices.price(request('gpt-5', of))).toBeUndefined();
  });

  it('is not limited otherwise: more cached than other input is fine, and a sum beyond exact numbers is not known', () => {
    expect(prices.price(request('gpt-5', usage(0, { cacheRead: 5_000 })))?.costNano).toBe(625_000);
    expect(prices.price(request('gpt-5', usage(Number.MAX_SAFE_INTEGER)))).toBeUndefined();
    expect(prices.price(request('gpt-5', usage(1), { tsStart: Number.NaN }))).toBeUndefined();
  });
});
