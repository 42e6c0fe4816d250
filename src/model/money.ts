/** An amount of money in integer nano-dollars (1e-9 USD). Sums of it are exact up to about nine million dollars. */
export type NanoDollars = number;

/**
 * Where a cost comes from: the provider or agent said it, it was computed from exact prices, it was
 * computed from a price that only nearly fits, or nobody knows. An unknown cost is never zero.
 */
export const costBases = ['reported', 'computed', 'approximate', 'unknown'] as const;
export type CostBasis = (typeof costBases)[number];

/** Nearest nano-dollar. Throws a RangeError for what is not a finite amount. */
export function nanoDollars(usd: number): NanoDollars {
  if (!Number.isFinite(usd)) throw new RangeError(`not an amount of money: ${usd}`);
  return Math.round(usd * 1e9);
}

export function toUSD(nano: NanoDollars): number {
  return nano / 1e9;
}
