import { stat } from 'node:fs/promises';
import { explain, OrchestratorError } from '../../base/errors';
import type { AppliedPrice, PricedCall, PriceList, PriceRequest } from '../../model/pricing';
import type { Provider } from '../../model/span';
import { tokensIn, tokensOut } from '../../model/usage';
import { callCost, isCountable } from './callCost';
import { modelIds, type ModelId } from './modelIds';
import { readOverlay, type Overlay } from './overlay';
import type { findListed as findInList, ListedModel } from './priceData';
import { scaled, tierFactor } from './serviceTiers';
import { unitPrices, type TieredUnits } from './unitPrices';

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
    const overlay = overlayFile === undefined ? undefined : await readOverlay(overlayFile);
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

class Prices implements LoadedPriceList {
  private readonly listed = new Map<string, { readonly found: ListedModel; readonly id: ModelId } | undefined>();

  constructor(
    private readonly findListed: FindListed,
    readonly version: string,
    private readonly overlay: Overlay | undefined,
    readonly problems: readonly OrchestratorError[],
  ) {}

  price(request: PriceRequest): PricedCall | undefined {
    const model = request.model?.trim();
    if (!model || !isCountable(request.usage)) return undefined;
    return this.overlayPrice(request, model) ?? this.listPrice(request, model);
  }

  private overlayPrice(request: PriceRequest, model: string): PricedCall | undefined {
    const found = this.overlay?.find(model, request.provider);
    if (!found || !this.overlay) return undefined;
    const approximation = found.exact ? undefined : `the price of "${found.model}…" in your file of prices`;
    return priced(request, { units: found.units }, { model: found.model, provider: request.provider, source: 'overlay', version: this.overlay.version }, approximation);
  }

  private listPrice(request: PriceRequest, model: string): PricedCall | undefined {
    const hit = this.find(model, request.provider, request.tsStart);
    const tiered = hit && unitPrices(hit.found.prices, tokensIn(request.usage));
    if (!hit || !tiered || (tiered.noOutputPrice && tokensOut(request.usage) > 0)) return undefined;
    const { found, id } = hit;
    const reasons = [
      found.named && !id.shortened ? undefined : `the price of ${found.model}: the list does not name ${model}`,
      listNames[request.provider] === undefined ? `the list price of ${found.provider}: what ${request.provider === 'amp' ? 'Amp' : 'this provider'} charges is not listed` : undefined,
      this.problems.length > 0 ? 'your own file of prices is not right and was not used' : undefined,
    ].filter((reason) => reason !== undefined);
    return priced(request, tiered, { model: found.model, provider: found.provider, source: 'genai-prices', version: this.version }, reasons.join('; ') || undefined);
  }

  private find(model: string, provider: Provider, tsStart: number): { readonly found: ListedModel; readonly id: ModelId } | undefined {
    if (provider === 'local') return undefined;
    const key = `${provider} ${Math.floor(tsStart / dayMs)} ${model}`;
    if (this.listed.has(key)) return this.listed.get(key);
    let hit: { found: ListedModel; id: ModelId } | undefined;
    for (const id of modelIds(model)) {
      const found = this.findListed(id.id, listNames[provider], tsStart);
      if (found) {
        hit = { found, id };
        break;
      }
    }
    if (this.listed.size >= rememberedLimit) this.listed.clear();
    if (!hit?.found.byTimeOfDay) this.listed.set(key, hit);
    return hit;
  }
}

function priced(request: PriceRequest, { units, tierAbove }: TieredUnits, of: Pick<AppliedPrice, 'model' | 'provider' | 'source' | 'version'>, approximation: string | undefined): PricedCall | undefined {
  const serviceTier = request.serviceTier ?? 'standard';
  const factor = tierFactor(request.provider, of.model, serviceTier, tierAbove !== undefined);
  const charged = scaled(units, factor);
  const costNano = callCost(request.usage, charged);
  if (costNano === undefined) return undefined;
  const reasons = [approximation, factor.approximation].filter((reason) => reason !== undefined).join('; ');
  return {
    costNano,
    costBasis: reasons === '' ? 'computed' : 'approximate',
    price: {
      ...of,
      units: charged,
      ...(tierAbove === undefined ? {} : { tierAbove }),
      ...(serviceTier === 'standard' ? {} : { serviceTier }),
      ...(reasons === '' ? {} : { approximation: reasons }),
    },
  };
}
