import type { ServiceTier, UnitPrices } from '../../model/pricing';
import type { Provider } from '../../model/span';

/** By what a tier changes the standard price; kept as a fraction, so that unit prices stay integers. */
export interface TierFactor {
  readonly times: number;
  readonly by: number;
  /** Why it only nearly fits. */
  readonly approximation?: string;
}

const standard: TierFactor = { times: 1, by: 1 };
const half: TierFactor = { times: 1, by: 2 };

/** OpenAI's prices of priority processing over its standard ones, https://openai.com/api-priority-processing/ (all kinds of tokens alike). */
const openaiPriority: readonly (readonly [RegExp, number, number])[] = [
  [/^gpt-5(\.[124])?(-codex(-max)?|-chat)?$/, 2, 1],
  [/^gpt-5\.4-mini$/, 2, 1],
  [/^gpt-5-mini$/, 9, 5],
  [/^gpt-4\.1(-mini)?$/, 7, 4],
  [/^gpt-4\.1-nano$/, 2, 1],
  [/^gpt-4o$/, 17, 10],
  [/^gpt-4o-mini$/, 5, 3],
  [/^o3$/, 7, 4],
  [/^o4-mini$/, 20, 11],
];

/**
 * The factor of a service tier, which price lists lack. Batch is half price at OpenAI (https://platform.openai.com/docs/guides/batch), Anthropic
 * (https://docs.claude.com/en/docs/build-with-claude/batch-processing, cached tokens included) and Google (https://ai.google.dev/gemini-api/docs/batch-api);
 * flex is billed as batch at OpenAI (https://platform.openai.com/docs/guides/flex-processing). What nobody publishes is priced so that it
 * is rather too dear than too cheap, and said to be approximate.
 */
export function tierFactor(provider: Provider, model: string, tier: ServiceTier, aboveTier: boolean): TierFactor {
  if (tier === 'standard') return standard;
  if (tier === 'batch') return ['openai', 'anthropic', 'google'].includes(provider) ? half : { ...standard, approximation: 'the standard price: no batch price of this provider is known' };
  if (tier === 'flex') return provider === 'openai' ? half : { ...standard, approximation: 'the standard price: no flex price of this provider is known' };
  if (provider !== 'openai') return { ...standard, approximation: 'the standard price: priority is billed by contract or not published' };
  const published = openaiPriority.find(([pattern]) => pattern.test(model));
  if (!published) return { times: 2, by: 1, approximation: 'twice the standard price: the priority price of this model is not published' };
  return { times: published[1], by: published[2], ...(aboveTier ? { approximation: 'priority prices are not published for long context' } : {}) };
}

export function scaled({ input, output }: UnitPrices, { times, by }: TierFactor): UnitPrices {
  if (times === by) return { input, output };
  const scale = (nano: number): number => Math.round((nano * times) / by);
  return {
    input: { text: scale(input.text), cacheRead: scale(input.cacheRead), cacheWrite5m: scale(input.cacheWrite5m), cacheWrite1h: scale(input.cacheWrite1h) },
    output: { text: scale(output.text), reasoning: scale(output.reasoning) },
  };
}
