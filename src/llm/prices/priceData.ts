import { calcPrice, findProvider, type MatchLogic, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices';

/**
 * The price list's data and what it finds in it. The package is large: this file is the only one that imports it, and is itself only
 * ever imported by `import()`.
 */

/** Version of the package, whose data is part of it. A test holds it against the installed one. */
export const dataVersion = '0.1.8';

export interface ListedModel {
  /** The list's ids. */
  readonly provider: string;
  readonly model: string;
  /** True when the list names this very id, as the model's own or as one of its official aliases; else a pattern matched. */
  readonly named: boolean;
  /** The prices in force at that time, in USD. */
  readonly prices: ModelPrice;
  /** What they depend on besides the model: on nothing, on the day, or on the time of day. */
  readonly changes: 'never' | 'daily' | 'hourly';
}

/** Undefined when the list does not know the model. Without a provider, the one whose models are called like that. */
export function findListed(model: string, provider: string | undefined, tsStart: number): ListedModel | undefined {
  const time = new Date(tsStart);
  if (Number.isNaN(time.getTime())) return undefined;
  const providerId = provider ?? findProvider({ modelId: model })?.id;
  if (providerId === undefined) return undefined;
  // Without usage it only looks up: the sums are made elsewhere, exactly.
  const found = calcPrice({}, model, { providerId, timestamp: time });
  if (!found) return undefined;
  return { provider: found.provider.id, model: found.model.id, named: isNamed(found.model, model), prices: found.model_price, changes: changesOf(found.model) };
}

function isNamed({ id, match }: ModelInfo, model: string): boolean {
  const wanted = model.toLowerCase().trim();
  return id.toLowerCase() === wanted || equalsAny(match, wanted);
}

function equalsAny(match: MatchLogic, wanted: string): boolean {
  if ('or' in match) return match.or.some((one) => equalsAny(one, wanted));
  return 'equals' in match && match.equals.toLowerCase() === wanted;
}

function changesOf({ prices }: ModelInfo): ListedModel['changes'] {
  if (!Array.isArray(prices) || prices.every(({ constraint }) => constraint === undefined)) return 'never';
  return prices.some(({ constraint }) => constraint?.type === 'time_of_date') ? 'hourly' : 'daily';
}
