import type { ImportedCall } from '../../model/importedCall';
import type { PriceList } from '../../model/pricing';
import type { LogCall } from './logCall';

/** What a call cost: as its log says it, else by the price list, else unknown, which is never nothing. */
export function priceCall({ costing, reportedNano, model, provider, usage, ts, serviceTier, extras }: LogCall, prices: PriceList): Pick<ImportedCall, 'costNano' | 'costBasis'> {
  if (costing === 'reported' && reportedNano !== undefined) return { costNano: reportedNano, costBasis: 'reported' };
  if (costing !== 'list') return { costBasis: 'unknown' };
  const priced = prices.price({ model, provider, usage, tsStart: ts, serviceTier });
  if (!priced) return { costBasis: 'unknown' };
  return { costNano: priced.costNano, costBasis: extras ? 'approximate' : priced.costBasis };
}
