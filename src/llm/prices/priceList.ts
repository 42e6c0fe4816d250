import { stat } from 'node:fs/promises';
import { explain, OrchestratorError } from '../../base/errors';
import type { PricedCall, PriceList, PriceRequest, ServiceTier } from '../../model/pricing';
import type { Provider } from '../../model/span';
import { modelIds, type ModelId } from './modelIds';
import type { Overlay } from './overlay';
import type { findListed as findInList, ListedModel } from './priceData';
import { flatRates, tieredRates, type Rates } from './rates';

export interface PriceListOptions {
  /** A person's own prices, which win over the list's; none when the file does not exist. */
  readonly overlayFile?: string | undefined;
}

export interface LoadedPriceList extends PriceList {
  /** Of the list's data. */
  readonly version: string;
  /** Why the person's own prices are not used; `prices-invalid`. */
  readonly problems: readonly OrchestratorError[];
}

/** The list's names; of what is not here, `amp` and `unknown` are looked up by the model's name, and `local` has no list price. */
const listNames: Partial<Record<Provider, string>> = { openai: 'openai', anthropic: 'anthropic', google: 'google' };

type FindListed = typeof findInList;

/**
 * Loads the prices: a file of 800 KB at its first use. A person's own file that is not right is not used at all, since nobody knows what
 * else is wrong in it; it is told in `problems`, and every cost is approximate until it is corrected.
 */
export async function loadPriceList({ overlayFile }: PriceListOptions = {}): Promise<LoadedPriceList> {
  const { findListed, dataVersion } = await import('./priceData');
  try {
    // It brings a schema compiler along, which most have no need of.
    const overlay = overlayFile === undefined ? undefined : await (await import('./overlay')).readOverlay(overlayFile);
    return new Prices(findListed, dataVersion, overlay, []);
  } catch (error) {
    const problem = error instanceof OrchestratorError ? error : new OrchestratorError('prices-invalid', `Your file of prices could not be read: ${explain(error)}`, 'Correct it, or take it away.', { cause: error });
    return new Prices(findListed, dataVersion, undefined, [problem]);
  }
}

/** Loads the list when it is asked for first, and again when a person has changed their own prices; `overlayFile` is asked each time. */
export function lazyPriceList(overlayFile: () => string | undefined = () => undefined): () => Promise<LoadedPriceList> {
  let loaded: { readonly state: string; readonly list: Promise<LoadedPriceList> } | undefined;
  return async () => {
    const file = overlayFile();
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
    const state = `${file} ${found?.mtimeMs} ${found?.size}`;
    if (loaded?.state !== state) loaded = { state, list: loadPriceList({ overlayFile: file }) };
    return loaded.list;
  };
}

/** Bounds what a program can make us remember by calling ever new models. */
const rememberedLimit = 2_000;
const dayMs = 86_400_000;
/** The last moment that a `Date` can hold. */
const latestMs = 8.64e15;

type Alike = Pick<PriceRequest, 'model' | 'provider' | 'serviceTier'> & { readonly day: number };

class Prices implements LoadedPriceList {
  private readonly remembered = new Map<string, Rates | undefined>();
  /** Of the call before: calls of one model follow one another. */
  private last: { readonly alike: Alike; readonly rates: Rates | undefined } | undefined;

  constructor(
    private readonly findListed: FindListed,
    readonly version: string,
    private readonly overlay: Overlay | undefined,
    readonly problems: readonly OrchestratorError[],
  ) {}

  price({ model, provider, serviceTier, usage, tsStart }: PriceRequest): PricedCall | undefined {
    const day = Math.floor(tsStart / dayMs);
    const alike = this.last?.alike;
    if (this.last && alike?.model === model && alike?.provider === provider && alike?.serviceTier === serviceTier && alike?.day === day) return this.last.rates?.price(usage);
    const name = model?.trim();
    return name ? this.ratesOf({ model, provider, serviceTier, day }, name, tsStart)?.price(usage) : undefined;
  }

  private ratesOf(alike: Alike, model: string, tsStart: number): Rates | undefined {
    const { provider, serviceTier = 'standard', day } = alike;
    const always = `${provider} ${serviceTier} ${model}`;
    const thatDay = `${day} ${always}`;
    // The list has no price for a time that is none.
    const key = Math.abs(tsStart) <= latestMs && this.remembered.has(always) ? always : thatDay;
    if (!this.remembered.has(key)) {
      const { rates, changes } = this.overlayRates(model, provider, serviceTier) ?? this.listRates(model, provider, serviceTier, tsStart);
      if (changes === 'hourly') return rates;
      if (this.remembered.size >= rememberedLimit) this.remembered.clear();
      this.remembered.set(changes === 'never' ? always : thatDay, rates);
      this.last = { alike, rates };
      return rates;
    }
    const rates = this.remembered.get(key);
    this.last = { alike, rates };
    return rates;
  }

  private overlayRates(model: string, provider: Provider, serviceTier: ServiceTier): Found | undefined {
    const found = this.overlay?.find(model, provider);
    if (!found || !this.overlay) return undefined;
    const approximation = found.exact ? undefined : `the price of "${found.model}…" in your file of prices`;
    const of = { model: found.model, provider, source: 'overlay', version: this.overlay.version } as const;
    return { rates: flatRates(found.units, { provider, serviceTier, of, approximation }), changes: 'never' };
  }

  private listRates(model: string, provider: Provider, serviceTier: ServiceTier, tsStart: number): Found {
    const hit = this.find(model, provider, tsStart);
    // A list may know a model from some day on.
    if (!hit) return { rates: undefined, changes: 'daily' };
    const { found, id } = hit;
    const reasons = [
      found.named && !id.shortened ? undefined : `the price of ${found.model}: the list does not name ${model}`,
      listNames[provider] === undefined ? `the list price of ${found.provider}: what ${provider === 'amp' ? 'Amp' : 'this provider'} charges is not listed` : undefined,
      this.problems.length > 0 ? 'your own file of prices is not right and was not used' : undefined,
    ].filter((reason) => reason !== undefined);
    const of = { model: found.model, provider: found.provider, source: 'genai-prices', version: this.version } as const;
    return { rates: tieredRates(found.prices, { provider, serviceTier, of, approximation: reasons.join('; ') || undefined }), changes: found.changes };
  }

  private find(model: string, provider: Provider, tsStart: number): { readonly found: ListedModel; readonly id: ModelId } | undefined {
    if (provider === 'local') return undefined;
    for (const id of modelIds(model)) {
      const found = this.findListed(id.id, listNames[provider], tsStart);
      if (found) return { found, id };
    }
    return undefined;
  }
}

interface Found {
  readonly rates: Rates | undefined;
  readonly changes: ListedModel['changes'];
}
