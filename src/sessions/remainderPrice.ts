import { callCost } from '../llm/prices/callCost';
import type { AppliedPrice, PricedCall, PriceList } from '../model/pricing';
import type { Provider } from '../model/span';
import { noUsage, tokensIn, type Usage } from '../model/usage';
import type { RunCall } from './runCall';

export interface Remainder {
  readonly model: string | undefined;
  readonly provider: Provider;
  readonly ts: number;
  /** What was not told of single calls. */
  readonly usage: Usage;
  /** Of the whole run for this model. */
  readonly total: Usage;
  readonly calls: readonly RunCall[];
}

const oneToken: Usage = { ...noUsage, input: { ...noUsage.input, text: 1 } };

/**
 * Prices tokens of a run that belong to no call. Prices go by the size of each call, and a sum is larger than its parts: priced at once it
 * would be too dear. So the tier is the one of the calls where only their output was missing, and else the lowest, which is exact
 * when the whole run would not leave it. Undefined when there is no price.
 */
export function priceRemainder(prices: PriceList, { model, provider, ts, usage, total, calls }: Remainder): PricedCall | undefined {
  const atOnce = prices.price({ model, provider, usage: total, tsStart: ts });
  if (!atOnce) return undefined;
  if (atOnce.price.tierAbove === undefined) return charge(usage, atOnce);
  const known = calls.flatMap(({ counted: { price } }) => (price ? [price] : []));
  const [first] = known;
  if (first && known.length === calls.length && tokensIn(usage) === 0 && known.every(({ tierAbove }) => tierAbove === first.tierAbove)) return charge(usage, { ...atOnce, price: first });
  const base = prices.price({ model, provider, usage: oneToken, tsStart: ts });
  return base && charge(usage, { ...base, price: approximated(base.price, 'the price of small requests: how large its requests were is not known') });
}

function charge(usage: Usage, { price }: Pick<PricedCall, 'price'>): PricedCall | undefined {
  const costNano = callCost(usage, price.units);
  return costNano === undefined ? undefined : { costNano, costBasis: price.approximation === undefined ? 'computed' : 'approximate', price };
}

export function approximated(price: AppliedPrice, reason: string): AppliedPrice {
  return { ...price, approximation: price.approximation === undefined ? reason : `${price.approximation}; ${reason}` };
}
