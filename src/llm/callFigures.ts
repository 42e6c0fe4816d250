import { priceAttributes } from '../model/explainCost';
import type { CostBasis, NanoDollars } from '../model/money';
import { estimatedUsageAttribute, type PricedCall, type PriceList, type ServiceTier } from '../model/pricing';
import type { Attributes, Provider } from '../model/span';
import { noUsage, type Usage } from '../model/usage';
import type { ReadUsage } from './reportedUsage';

/** What a call used and cost, as its span holds it. */
export interface CallFigures {
  readonly usage: Usage;
  readonly estimated: boolean;
  readonly costNano?: NanoDollars;
  readonly costBasis: CostBasis;
  readonly attrs: Attributes;
}

export interface CountedCall {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * The usage that counts: what the provider told, if it told all of it; else what was counted here, never less than what it told so far.
 * Why a reported usage was not believed is kept.
 */
export function settledUsage({ usage, problem }: ReadUsage, finished: boolean, counted: CountedCall): { readonly usage: Usage; readonly estimated: boolean; readonly attrs: Attributes } {
  if (usage && finished) return { usage, estimated: false, attrs: {} };
  const attrs = { [estimatedUsageAttribute]: true, ...(finished && problem !== undefined ? { 'amp.usage.problem': problem } : {}) };
  if (!usage) return { usage: { input: { ...noUsage.input, text: counted.inputTokens }, output: { ...noUsage.output, text: counted.outputTokens } }, estimated: true, attrs };
  const text = Math.max(usage.output.text, counted.outputTokens - usage.output.reasoning);
  return { usage: { input: usage.input, output: { ...usage.output, text } }, estimated: true, attrs };
}

export interface PricedUsage {
  readonly model: string;
  /** What was asked for, in case nobody has a price for what answered. */
  readonly requestedModel: string;
  readonly provider: Provider;
  readonly tsStart: number;
  readonly serviceTier: ServiceTier | undefined;
  readonly usage: Usage;
  readonly estimated: boolean;
  readonly caveat: string | undefined;
}

/** A price that only nearly fits, or tokens that only nearly do, make an approximate cost; no price makes an unknown one, never zero. */
export function priced(prices: PriceList, call: PricedUsage): Pick<CallFigures, 'costNano' | 'costBasis' | 'attrs'> {
  const { model, requestedModel, estimated, caveat } = call;
  const own = prices.price(call);
  const found = own ?? (requestedModel === model ? undefined : prices.price({ ...call, model: requestedModel }));
  if (!found) return { costBasis: 'unknown', attrs: {} };
  const reasons = [
    ...(found.price.approximation === undefined ? [] : [found.price.approximation]),
    ...(own ? [] : [`the price of ${requestedModel}, since nobody knows one for ${model}`]),
    ...(estimated ? ['the tokens are an estimate'] : []),
    ...(caveat === undefined ? [] : [caveat]),
  ];
  const { costNano, price }: PricedCall = found;
  return {
    costNano,
    costBasis: reasons.length > 0 ? 'approximate' : found.costBasis,
    attrs: priceAttributes(reasons.length > 0 ? { ...price, approximation: reasons.join('; ') } : price),
  };
}
