import { formatCost, formatCount, formatPlural, formatTokens, unknownValue } from '../../src/base/format';
import { tokensIn, tokensOut } from '../../src/model/usage';
import type { CallTotals } from '../../src/model/usageRow';
import { costFigure as figureOfCosts, type Figure } from '../shared/figures';

type Costs = Pick<CallTotals, 'costNano' | 'unknownCosts' | 'approximateCosts'>;

/** A sum of costs as shown: `≥` where a part is unknown, `~` where a part is approximate, `—` where nothing is known. */
export function costFigure(costs: Costs): Figure {
  const { costNano, unknownCosts, approximateCosts } = costs;
  const figure = figureOfCosts({ costNano, costs: isUnknown(costs) ? 0 : 1, unknownCosts, approximateCosts });
  const count = unknownCosts > 0 ? ` (${formatPlural(unknownCosts, 'cost')} unknown)` : '';
  // A sign alone at the end of a line would say nothing.
  return figure ? { text: figure.text.replace('≥ ', '≥\u00a0'), title: figure.title + count } : { text: formatCost(0), title: '' };
}

/** Nobody says anything of the cost; a cost of zero that is known is none of these. */
export function isUnknown({ costNano, unknownCosts }: Pick<Costs, 'costNano' | 'unknownCosts'>): boolean {
  return costNano === 0 && unknownCosts > 0;
}

export function tokenFigure({ usage }: Pick<CallTotals, 'usage'>): Figure {
  const tokens = tokensIn(usage) + tokensOut(usage);
  return { text: formatTokens(tokens), title: `${formatCount(tokensIn(usage))} tokens in, ${formatCount(tokensOut(usage))} out` };
}

/** A part of a whole as `81 %`; below one percent that is not nothing, `<1 %`. */
export function formatShare(part: number, whole: number): string {
  if (!(whole > 0) || !Number.isFinite(part)) return unknownValue;
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 1) return '<1 %';
  if (percent < 100 && percent > 99) return '>99 %';
  return `${Math.round(percent)} %`;
}

/** Of all input tokens, those that came from a cache. */
export function cacheShare({ usage }: Pick<CallTotals, 'usage'>): string {
  return formatShare(usage.input.cacheRead, tokensIn(usage));
}
