import { describe, expect, it } from 'vitest';
import { appliedPrice, explainCost, priceAttributes, settledAttribute, settledWholeAttribute, settlementAttribute } from '../../../src/model/explainCost';
import type { AppliedPrice } from '../../../src/model/pricing';
import { noUsage, type Usage } from '../../../src/model/usage';

const price: AppliedPrice = {
  model: 'm', provider: 'p', source: 'genai-prices', version: '1.2.3',
  units: { input: { text: 3_000_000_000, cacheRead: 300_000_000, cacheWrite5m: 3_750_000_000, cacheWrite1h: 6_000_000_000 }, output: { text: 15_000_000_000, reasoning: 15_000_000_000 } },
};
const usage: Usage = { input: { text: 1_234, cacheRead: 1, cacheWrite5m: 20, cacheWrite1h: 30 }, output: { text: 7, reasoning: 11 } };
const explain = (span: Partial<Parameters<typeof explainCost>[0]>): string[] => explainCost({ attrs: {}, ...span });

describe('the explanation of a cost', () => {
  it('is the arithmetic, kind by kind, with the prices it was made of', () => {
    expect(explain({ usage, costNano: 4_227_300, costBasis: 'computed', attrs: priceAttributes(price) })).toEqual([
      '1,234 input × $3.00 per million = $0.003702',
      '1 cache read × $0.30 per million = $0.0000003',
      '20 cache write (5 min) × $3.75 per million = $0.000075',
      '30 cache write (1 h) × $6.00 per million = $0.00018',
      '7 output × $15.00 per million = $0.000105',
      '11 reasoning × $15.00 per million = $0.000165',
      'Sum: $0.0042273, rounded once to a nano-dollar',
      'Price of m (p) in genai-prices 1.2.3',
    ]);
  });

  it('names tier, service tier, why it is approximate, and that tokens were estimated', () => {
    const attrs = { ...priceAttributes({ ...price, tierAbove: 200_000, serviceTier: 'batch', approximation: 'no better one', source: 'overlay' }), 'amp.usage.estimated': true };
    expect(explain({ usage: noUsage, costNano: 0, costBasis: 'approximate', attrs })).toEqual([
      'No tokens',
      'Sum: $0.00, rounded once to a nano-dollar',
      'Prices for requests of more than 200,000 input tokens, cached ones included',
      'Prices of the service tier "batch"',
      'Approximate: no better one',
      'The tokens are an estimate: the provider did not tell all of them',
      'Price of "m" in your own file of prices (version 1.2.3)',
    ]);
  });

  it('says that a run’s total settles what is not exact in it', () => {
    const attrs = { ...priceAttributes({ ...price, approximation: 'no better one' }), [settledAttribute]: true };
    expect(explain({ usage, costNano: 5, costBasis: 'computed', attrs }).slice(-3)).toEqual(['Approximate: no better one', 'What the run reported as a whole settles the difference: the sum of its calls is exact', 'Price of m (p) in genai-prices 1.2.3']);
  });

  it('is exact beyond what a number holds', () => {
    const million = { ...noUsage, input: { ...noUsage.input, text: 9_007_199_254_740_991 } };
    expect(explain({ usage: million, costNano: 1, costBasis: 'computed', attrs: priceAttributes(price) })[0]).toBe('9,007,199,254,740,991 input × $3.00 per million = $27,021,597,764.222973');
  });

  it('says who reported it, and what a settlement settles', () => {
    expect(explain({ usage, costNano: 5, costBasis: 'reported' })).toEqual(['Reported by the provider or agent: $0.000000005']);
    expect(explain({ usage, costNano: -1_000_000, costBasis: 'reported', attrs: { [settlementAttribute]: true, [settledAttribute]: 3_000_000 } })).toEqual([
      'Reported for the whole run: $0.002',
      'Its calls were counted at: $0.003',
      'The difference: −$0.001, an adjustment: the calls had been priced too high',
    ]);
    expect(explain({ usage, costNano: -400_000, costBasis: 'reported', attrs: { [settlementAttribute]: true, [settledAttribute]: 3_000_000, [settledWholeAttribute]: 2_000_000 } })).toEqual([
      'Reported for the whole run: $0.002',
      'Its calls were counted at: $0.003',
      'The difference: −$0.001, an adjustment: the calls had been priced too high',
      'The part of this day, as its calls were counted: −$0.0004',
    ]);
  });

  it('says why nothing is known, and nothing where nothing is spent', () => {
    expect(explain({ usage, costBasis: 'unknown', model: 'x' })[0]).toBe('Unknown: nobody reported a cost, and there is no price for "x"');
    expect(explain({ usage: noUsage, costBasis: 'unknown', model: 'x', attrs: { [settlementAttribute]: true } })).toEqual(['Unknown: not all of what the run used was told']);
    expect(explain({ usage })).toEqual(['Only the cost of the whole run is known: this call is part of it']);
    expect(explain({})).toEqual([]);
  });

  it('does not trust the price on record', () => {
    expect(appliedPrice(priceAttributes(price))).toEqual(price);
    for (const bad of [null, 'x', [], {}, { ...price, units: null }, { ...price, units: { input: { text: 1 }, output: {} } }, { ...price, source: 'me' }]) {
      expect(appliedPrice({ 'amp.cost.price': bad as never })).toBeUndefined();
    }
    expect(explain({ usage, costNano: 5, costBasis: 'computed', attrs: { 'amp.cost.price': 7 } })).toEqual(['$0.000000005: the prices it was computed from are not on record']);
  });
});
