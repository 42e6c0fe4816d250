import { formatCost, formatCount, formatDuration, formatTokens } from '../../src/base/format';
import type { CostCell, CostReport, CostSeries } from '../../src/model/costReport';
import { isNoUsage, type Usage } from '../../src/model/usage';
import type { Figure } from '../shared/figures';
import { agentLabel } from '../shared/looks';
import { restColour } from './colours';
import { withCorrectionsCarried } from './corrections';
import { costFigure, isUnknown } from './figures';

/** What a chart draws and its table twin says, without a word about how it is drawn. */
export interface ChartModel {
  /** Of the groups along the axis. */
  readonly labels: readonly string[];
  readonly datasets: readonly ChartDataset[];
  /** What values are called on the axis. */
  readonly formatValue: (value: number) => string;
  /** What a person has to know to read it right. */
  readonly remark?: string;
}

export interface ChartDataset {
  readonly key: string;
  readonly label: string;
  readonly colour: number;
  /** One a label; null is a gap. */
  readonly values: readonly (number | null)[];
  /** As tooltips and the table twin say them. */
  readonly texts: readonly string[];
  /** What all of them add up to, where that means something. */
  readonly sum?: Figure;
}

export function seriesLabel({ label, rest, imported }: Pick<CostSeries, 'label' | 'rest' | 'imported'>, group: CostReport['query']['group']): string {
  const name = rest === undefined ? (group === 'agent' ? agentLabel(label) : label) : `${label} (${rest})`;
  return imported ? `${name} (imported)` : name;
}

export function costChart({ buckets, series, query }: CostReport, colours: Readonly<Record<string, number>>): ChartModel {
  const shown = series.map(({ cells }) => withCorrectionsCarried(cells, buckets));
  return {
    labels: buckets.map(({ label }) => label),
    formatValue: (value) => formatCost(value),
    ...(shown.some((cells, index) => cells !== series[index]?.cells) ? { remark: correctionRemark } : {}),
    datasets: series.map((one, index): ChartDataset => {
      const cells = shown[index] ?? [];
      return {
        key: one.key,
        label: seriesLabel(one, query.group),
        colour: one.rest === undefined ? (colours[one.key] ?? 0) : restColour,
        values: cells.map((cell) => (cell === null || isUnknown(cell) ? null : cell.costNano)),
        texts: cells.map((cell, at) => (cell === null ? '' : `${costFigure(cell).text}${cell.costNano === one.cells[at]?.costNano ? '' : correctionMark}`)),
        sum: costFigure(one.cells.reduce<CostCell>((sum, cell) => (cell === null ? sum : addCells(sum, cell)), { costNano: 0, unknownCosts: 0, approximateCosts: 0, tokens: 0 })),
      };
    }),
  };
}

const correctionMark = '\u00a0*';
const correctionRemark = '* Corrected: an agent’s total of its run was less than its calls were priced at. What is too much is taken off the hours of the calls, not off the hour in which the total came. Sums are exact; an export has every hour as it was booked.';

function addCells(a: CostCell, b: CostCell): CostCell {
  return { costNano: a.costNano + b.costNano, unknownCosts: a.unknownCosts + b.unknownCosts, approximateCosts: a.approximateCosts + b.approximateCosts, tokens: a.tokens + b.tokens };
}

export const tokenKinds = [
  { key: 'input', label: 'Input', count: ({ input }: Usage) => input.text },
  { key: 'cacheRead', label: 'Cache read', count: ({ input }: Usage) => input.cacheRead },
  { key: 'cacheWrite', label: 'Cache write', count: ({ input }: Usage) => input.cacheWrite5m + input.cacheWrite1h },
  { key: 'output', label: 'Output', count: ({ output }: Usage) => output.text },
  { key: 'reasoning', label: 'Reasoning', count: ({ output }: Usage) => output.reasoning },
] as const;

export function tokenChart({ buckets, totals }: CostReport): ChartModel {
  return {
    labels: buckets.map(({ label }) => label),
    formatValue: formatTokens,
    datasets: tokenKinds.map(({ key, label, count }, colour): ChartDataset => {
      const counts = buckets.map(({ totals: { calls, usage } }) => (calls === 0 && isNoUsage(usage) ? null : count(usage)));
      const sum = count(totals.usage);
      return { key, label, colour, values: counts, texts: counts.map((value) => (value === null ? '' : formatTokens(value))), sum: { text: formatTokens(sum), title: `${formatCount(sum)} tokens` } };
    }),
  };
}

const mostModels = 6;

/** How long the models took, the dearest first. */
export function latencyChart({ models }: CostReport): ChartModel {
  const timed = models.filter(({ duration }) => duration !== undefined).slice(0, mostModels);
  const dataset = (key: string, label: string, colour: number, values: readonly (number | undefined)[]): ChartDataset => ({
    key,
    label,
    colour,
    values: values.map((value) => value ?? null),
    texts: values.map((value) => (value === undefined ? '' : formatDuration(value))),
  });
  return {
    labels: timed.map(({ model }) => model),
    formatValue: formatDuration,
    datasets: [
      dataset('firstToken', 'First token p50', 2, timed.map(({ firstToken }) => firstToken?.p50)),
      dataset('p50', 'Whole call p50', 0, timed.map(({ duration }) => duration?.p50)),
      dataset('p95', 'Whole call p95', 1, timed.map(({ duration }) => duration?.p95)),
    ],
  };
}
