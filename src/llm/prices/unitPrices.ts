import type { ModelPrice } from '@pydantic/genai-prices';
import type { UnitPrices } from '../../model/pricing';

const nanoPerDollar = 1e9;

export interface TieredUnits {
  readonly units: UnitPrices;
  /** The tier in force begins above that many input tokens; absent for the base prices. */
  readonly tierAbove?: number;
  /** True when the list says nothing of output: fine for embeddings, else the price is not known. */
  readonly noOutputPrice?: true;
}

/**
 * The list's prices (USD per million tokens) as integer nano-dollars, in the tier of a request with that many input tokens, cached ones
 * included; a tier is in force above its start, for the whole request. As the list means it, tokens of a kind without a price of its own
 * are billed as the kind that they are part of: one-hour cache writes as cache writes, cached input as input, reasoning as output.
 * Undefined without a price for input.
 */
export function unitPrices(prices: ModelPrice, totalInput: number): TieredUnits | undefined {
  let tierAbove: number | undefined;
  const nano = (key: string): number | undefined => {
    const price = prices[key];
    if (price === undefined) return undefined;
    if (typeof price === 'number') return toNano(price);
    let now = price.base;
    for (const tier of [...price.tiers].sort((a, b) => a.start - b.start)) {
      if (totalInput <= tier.start) continue;
      now = tier.price;
      tierAbove = Math.max(tierAbove ?? 0, tier.start);
    }
    return toNano(now);
  };
  const text = nano('input_mtok');
  if (text === undefined) return undefined;
  const output = nano('output_mtok');
  const cacheRead = nano('cache_read_mtok') ?? text;
  const cacheWrite5m = nano('cache_write_mtok') ?? text;
  const cacheWrite1h = nano('cache_write_1h_mtok') ?? cacheWrite5m;
  const reasoning = nano('output_reasoning_mtok') ?? output ?? 0;
  return {
    units: { input: { text, cacheRead, cacheWrite5m, cacheWrite1h }, output: { text: output ?? 0, reasoning } },
    ...(tierAbove === undefined ? {} : { tierAbove }),
    ...(output === undefined ? { noOutputPrice: true } : {}),
  };
}

export function toNano(usdPerMillion: number): number {
  return Math.round(usdPerMillion * nanoPerDollar);
}
