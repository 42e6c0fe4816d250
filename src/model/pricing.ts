import type { CostBasis, NanoDollars } from './money';
import type { Provider } from './span';
import type { Usage } from './usage';

/** Prices of one model in integer nano-dollars per million tokens (`$3 / M` is 3,000,000,000). */
export interface UnitPrices {
  readonly input: { readonly text: number; readonly cacheRead: number; readonly cacheWrite5m: number; readonly cacheWrite1h: number };
  readonly output: { readonly text: number; readonly reasoning: number };
}

export const serviceTiers = ['standard', 'batch', 'flex', 'priority'] as const;
export type ServiceTier = (typeof serviceTiers)[number];

/** What a cost was computed from; kept with the span, so that it can be explained after prices have changed. */
export interface AppliedPrice {
  /** Id of the model in the price list; not always the id that was called. */
  readonly model: string;
  /** The list's name of the provider. */
  readonly provider: string;
  readonly source: 'genai-prices' | 'overlay';
  /** Version of the list's data. */
  readonly version: string;
  /** As charged: the tier and the modifier are applied. */
  readonly units: UnitPrices;
  /** The tier that was in force begins above that many input tokens; absent for the base prices. */
  readonly tierAbove?: number;
  /** Absent for `standard`. */
  readonly serviceTier?: ServiceTier;
  /** Why it is only approximate; absent when it is exact. */
  readonly approximation?: string;
}

export interface PriceRequest {
  readonly model: string | undefined;
  readonly provider: Provider;
  readonly usage: Usage;
  /** Epoch milliseconds: prices change with time. */
  readonly tsStart: number;
  readonly serviceTier?: ServiceTier | undefined;
}

export interface PricedCall {
  readonly costNano: NanoDollars;
  readonly costBasis: Extract<CostBasis, 'computed' | 'approximate'>;
  readonly price: AppliedPrice;
}

/** Prices one call; undefined when nobody knows a price, which is never the same as zero. */
export interface PriceList {
  price(request: PriceRequest): PricedCall | undefined;
}

/** The attribute of a span that holds the `AppliedPrice` of its cost. */
export const priceAttribute = 'amp.cost.price';
/** True on spans whose usage was counted here, not told by the provider. Their cost is at best `approximate`. */
export const estimatedUsageAttribute = 'amp.usage.estimated';
