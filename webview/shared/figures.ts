import { formatCost, formatCount, formatExactCost, formatTokens } from '../../src/base/format';
import type { RollUp } from '../../src/model/timelineTree';

/** A number as shown, and what its tooltip adds. */
export interface Figure {
  readonly text: string;
  readonly title: string;
}

export function tokenFigure({ tokensIn, tokensOut }: Pick<RollUp, 'tokensIn' | 'tokensOut'>): Figure | undefined {
  const tokens = tokensIn + tokensOut;
  return tokens === 0 ? undefined : { text: formatTokens(tokens), title: `${formatCount(tokensIn)} tokens in, ${formatCount(tokensOut)} out` };
}

/** Undefined for what has no cost of its own: a tool, or a call that its run's total covers. */
export function costFigure({ costNano, costs, unknownCosts, approximateCosts }: Pick<RollUp, 'costNano' | 'costs' | 'unknownCosts' | 'approximateCosts'>): Figure | undefined {
  if (costs === 0) return unknownCosts === 0 ? undefined : { text: formatCost(undefined), title: 'Nobody reported a cost, and the price of this model is unknown' };
  const notes = [
    unknownCosts > 0 ? 'a lower bound: the cost of some model calls is unknown' : '',
    approximateCosts > 0 ? 'partly priced as a similar model' : '',
  ].filter(Boolean);
  const exact = formatExactCost(costNano);
  return {
    text: formatCost(costNano, { atLeast: unknownCosts > 0, estimate: approximateCosts > 0 }),
    title: notes.length === 0 ? exact : `${exact}, ${notes.join('; ')}`,
  };
}
