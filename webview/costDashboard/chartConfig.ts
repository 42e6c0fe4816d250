import type { ChartData, ChartOptions, TooltipItem } from 'chart.js';
import type { Theme } from '../shared/theme';
import type { ChartModel } from './charts';
import { restColour } from './colours';

export type ChartKind = 'bars' | 'lines' | 'rows';

export interface ChartClick {
  /** Index of the label. */
  readonly index: number;
  /** The dataset under the pointer, if any. */
  readonly key: string | undefined;
}

const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3]];
const points = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'] as const;

/** Bars are stacked, lines are not, rows stand beside each other. */
export function chartData({ labels, datasets }: ChartModel, kind: ChartKind, theme: Theme, hidden: ReadonlySet<string>): ChartData<'bar' | 'line', (number | null)[], string> {
  return {
    labels: [...labels],
    datasets: datasets.map(({ key, label, colour, values }) => {
      const paint = colourOf(theme, colour);
      const shared = { id: key, label, data: [...values], hidden: hidden.has(key) };
      if (kind !== 'lines') {
        return { ...shared, type: 'bar' as const, backgroundColor: paint, borderColor: theme.contrastBorder ?? theme.background, borderWidth: theme.contrastBorder === undefined ? 0 : 1, maxBarThickness: kind === 'rows' ? 12 : 40 };
      }
      // Shapes and dashes tell series apart where colours do not.
      const shape = Math.max(colour, 0) % points.length;
      return { ...shared, type: 'line' as const, borderColor: paint, backgroundColor: paint, borderWidth: 2, borderDash: [...(dashes[shape] ?? [])], pointStyle: points[shape] ?? 'circle', pointRadius: 3, spanGaps: false };
    }),
  };
}

export function colourOf(theme: Theme, colour: number): string {
  return colour === restColour ? theme.rest : (theme.series[colour % theme.series.length] ?? theme.text);
}

export function chartOptions(model: ChartModel, kind: ChartKind, theme: Theme, onClick: ((click: ChartClick) => void) | undefined): ChartOptions<'bar' | 'line'> {
  const stacked = kind === 'bars';
  const ticks = { color: theme.quietText, font: { family: theme.fontFamily, size: Math.round(theme.fontSize * 0.9) } };
  const valueAxis = {
    stacked,
    beginAtZero: true,
    border: { display: false },
    // In high contrast the grid has the colour of borders; thin lines keep it behind the bars.
    grid: { color: theme.grid, lineWidth: theme.contrastBorder === undefined ? 1 : 0.4 },
    ticks: { ...ticks, maxTicksLimit: 6, callback: (value: number | string) => model.formatValue(Number(value)) },
  };
  const labelAxis = {
    stacked,
    border: { color: theme.grid },
    grid: { display: false },
    ticks: { ...ticks, autoSkip: kind !== 'rows', maxRotation: 0, autoSkipPadding: 12, ...(kind === 'rows' ? { callback: (_value: number | string, index: number) => shortened(model.labels[index] ?? '') } : {}) },
  };
  return {
    responsive: true,
    maintainAspectRatio: false,
    // Pages are sent new figures up to four times a second: nothing moves but what changed.
    animation: false,
    indexAxis: kind === 'rows' ? 'y' : 'x',
    interaction: { mode: 'index', intersect: false, axis: kind === 'rows' ? 'y' : 'x' },
    scales: kind === 'rows' ? { x: valueAxis, y: labelAxis } : { x: labelAxis, y: valueAxis },
    plugins: { tooltip: tooltip(model, theme) },
    ...(onClick === undefined
      ? {}
      : {
          onHover: (event, _elements, chart) => {
            chart.canvas.style.cursor = event.type === 'mouseout' ? '' : 'pointer';
          },
          onClick: (event, elements, chart) => {
            const index = elements[0]?.index;
            if (index === undefined || event.native === null) return;
            const [under] = chart.getElementsAtEventForMode(event.native, 'nearest', { intersect: true }, false);
            onClick({ index, key: under && model.datasets[under.datasetIndex]?.key });
          },
        }),
  };
}

function tooltip(model: ChartModel, theme: Theme) {
  const font = { family: theme.fontFamily, size: theme.fontSize };
  return {
    backgroundColor: theme.tooltipBackground,
    borderColor: theme.contrastBorder ?? theme.tooltipBorder,
    borderWidth: 1,
    cornerRadius: 3,
    padding: 8,
    boxPadding: 4,
    multiKeyBackground: theme.tooltipBackground,
    titleColor: theme.tooltipText,
    bodyColor: theme.tooltipText,
    titleFont: { ...font, weight: 'bold' as const },
    bodyFont: font,
    // Of bars, the uppermost is said first.
    reverse: true,
    filter: ({ datasetIndex, dataIndex }: TooltipItem<'bar' | 'line'>) => (model.datasets[datasetIndex]?.texts[dataIndex] ?? '') !== '',
    callbacks: {
      title: (items: readonly TooltipItem<'bar' | 'line'>[]) => model.labels[items[0]?.dataIndex ?? -1] ?? '',
      label: ({ datasetIndex, dataIndex }: TooltipItem<'bar' | 'line'>) => `${shortened(model.datasets[datasetIndex]?.label ?? '', 40)}  ${model.datasets[datasetIndex]?.texts[dataIndex] ?? ''}`,
    },
  };
}

const labelLength = 22;

function shortened(text: string, length = labelLength): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
