import type { ModelPrice } from '@pydantic/genai-prices';
import type { AppliedPrice, PricedCall, PriceRequest } from '../../model/pricing';
import { tokensIn, tokensOut } from '../../model/usage';
import { callCost } from './callCost';
import { scaled, tierFactor } from './serviceTiers';
import { unitPrices, type TieredUnits } from './unitPrices';

/** What calls of one model have in common: all but their usage. */
export interface RateOf extends Pick<PriceRequest, 'provider'>, Required<Pick<PriceRequest, 'serviceTier'>> {
  readonly of: Pick<AppliedPrice, 'model' | 'provider' | 'source' | 'version'>;
  /** Why the price only nearly fits. */
  readonly approximation: string | undefined;
}

interface Rate extends Pick<PricedCall, 'costBasis' | 'price'> {
  readonly noOutputPrice: boolean;
}

/** The prices of calls that are alike: made ready once, so that to price a call is no more than its sum. */
export interface Rates {
  price(usage: PriceRequest['usage']): PricedCall | undefined;
}

/** Prices without tiers. */
export function flatRates(units: TieredUnits['units'], of: RateOf): Rates {
  const rate = rateOf({ units }, of);
  return { price: (usage) => priced(usage, rate) };
}

/** The list's prices; each band between the starts of its tiers is worked out when it is first met. */
export function tieredRates(prices: ModelPrice, of: RateOf): Rates {
  const starts = startsOfTiers(prices);
  const bands: { readonly rate: Rate | undefined }[] = [];
  return {
    price: (usage) => {
      const total = tokensIn(usage);
      let band = 0;
      for (const start of starts) if (total > start) band += 1;
      const known = bands[band];
      if (known) return priced(usage, known.rate);
      const tiered = unitPrices(prices, total);
      const rate = tiered && rateOf(tiered, of);
      bands[band] = { rate };
      return priced(usage, rate);
    },
  };
}

function startsOfTiers(prices: ModelPrice): readonly number[] {
  return [...new Set(Object.values(prices).flatMap((price) => (typeof price === 'object' ? price.tiers.map(({ start }) => start) : [])))];
}

function rateOf({ units, tierAbove, noOutputPrice }: TieredUnits, { provider, serviceTier = 'standard', of, approximation }: RateOf): Rate {
  const factor = tierFactor(provider, of.model, serviceTier, tierAbove !== undefined);
  const reasons = [approximation, factor.approximation].filter((reason) => reason !== undefined).join('; ');
  return {
    costBasis: reasons === '' ? 'computed' : 'approximate',
    price: {
      ...of,
      units: scaled(units, factor),
      ...(tierAbove === undefined ? {} : { tierAbove }),
      ...(serviceTier === 'standard' ? {} : { serviceTier }),
      ...(reasons === '' ? {} : { approximation: reasons }),
    },
    noOutputPrice: noOutputPrice === true,
  };
}

function priced(usage: PriceRequest['usage'], rate: Rate | undefined): PricedCall | undefined {
  if (!rate || (rate.noOutputPrice && tokensOut(usage) > 0)) return undefined;
  const { costBasis, price } = rate;
  const costNano = callCost(usage, price.units);
  return costNano === undefined ? undefined : { costNano, costBasis, price };
}
