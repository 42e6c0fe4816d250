import { formatClock, formatCost, formatCount, formatExactCost, formatPlural, formatTokens, unknownValue } from '../../src/base/format';
import type { CostReport, DayBudget, IterationCosts } from '../../src/model/costReport';
import { tokensIn, tokensOut } from '../../src/model/usage';
import type { CallTotals } from '../../src/model/usageRow';
import type { Figure } from '../shared/figures';
import { cacheShare, costFigure, isUnknown, tokenFigure } from './figures';
import { trend, type Trend } from './trend';

/** One figure at the top of the page. */
export interface Card {
  readonly title: string;
  readonly figure: Figure;
  /** What it is made of. */
  readonly note: string;
  readonly trend: Trend | undefined;
}

export function cardsOf(report: CostReport): readonly Card[] {
  return [totalCard(report), tokenCard(report), iterationCard(report)];
}

function totalCard({ totals, previous, period }: CostReport): Card {
  const title = 'Total cost';
  const figure = costFigure(totals);
  const note = `${formatPlural(totals.calls, 'model call')}, ${period.words}`;
  return { title, figure, note, trend: previous && trend({ now: exactCost(totals), before: exactCost(previous.totals), beforeText: costFigure(previous.totals).text, words: previous.words }) };
}

function tokenCard({ totals, previous }: CostReport): Card {
  const figure = tokenFigure(totals);
  const tokens = ({ usage }: CallTotals): number => tokensIn(usage) + tokensOut(usage);
  const note = tokensIn(totals.usage) === 0 ? 'No input yet' : `${cacheShare(totals)} of the input from cache`;
  const title = `${figure.title}, ${formatCount(totals.usage.input.cacheRead)} read from cache`;
  return { title: 'Tokens', figure: { ...figure, title }, note, trend: previous && trend({ now: tokens(totals), before: tokens(previous.totals), beforeText: formatTokens(tokens(previous.totals)), words: previous.words }) };
}

function iterationCard({ iterations, previous }: CostReport): Card {
  const before = previous && averageFigure(previous.iterations);
  return {
    title: 'Average iteration cost',
    figure: averageFigure(iterations),
    note: iterations.count === 0 ? 'No iteration started' : formatPlural(iterations.count, 'iteration'),
    trend:
      previous &&
      before &&
      trend({ now: averageNano(iterations), before: previous.iterations.count === 0 ? 0 : averageNano(previous.iterations), beforeText: before.text, words: previous.words }),
  };
}

function averageFigure({ count, totals }: IterationCosts): Figure {
  if (count === 0) return { text: unknownValue, title: 'No iteration started in this time' };
  if (totals.calls === 0 && totals.costNano === 0) return { text: unknownValue, title: 'The agents reported no model call' };
  const { text } = costFigure({ ...totals, costNano: Math.round(totals.costNano / count) });
  return { text, title: `${costFigure(totals).text} that sessions spent in this time, by ${formatPlural(count, 'iteration')} that started in it` };
}

/** Undefined where a part of it is unknown. */
function exactCost(totals: CallTotals): number | undefined {
  return totals.unknownCosts > 0 ? undefined : totals.costNano;
}

function averageNano({ count, totals }: IterationCosts): number | undefined {
  return count === 0 || totals.unknownCosts > 0 ? undefined : totals.costNano / count;
}

/** The words of the day's budget. */
export interface BudgetWords {
  readonly figure: Figure;
  /** `of $10.00` */
  readonly limit: string | undefined;
  /** Spent part of the limit; 0 without one. */
  readonly share: number;
  readonly forecast: Figure | undefined;
}

export function dayBudgetWords({ limitNano, spent, sinceMs, nanoPerHour, forecastNano }: DayBudget, now: number): BudgetWords {
  const figure = costFigure(spent);
  const share = limitNano === undefined ? 0 : limitNano === 0 ? 1 : spent.costNano / limitNano;
  const rate = nanoPerHour === undefined ? '' : `${formatCost(nanoPerHour)} an hour`;
  const forecast: Figure | undefined =
    forecastNano === undefined || sinceMs === undefined
      ? undefined
      : {
          text: `${formatCost(forecastNano, { estimate: true })} by tonight, ${rate}`,
          title: `If it goes on until midnight as it did since ${formatClock(sinceMs, now).slice(0, 5)}${isUnknown(spent) || spent.unknownCosts > 0 ? ', unknown costs left out' : ''}. Spent so far: ${formatExactCost(spent.costNano)}`,
        };
  return { figure, limit: limitNano === undefined ? undefined : `of ${formatCost(limitNano)}`, share, forecast };
}

/** Used part of a limit in words: `82 % used`. Rounded down, so that it is never said to be nearer to a mark than it is. */
export function usedWords(share: number): string {
  if (share >= 1) return 'Used up';
  return share > 0 && share < 0.01 ? '<1 % used' : `${Math.floor(share * 100 + 1e-9)} % used`;
}
