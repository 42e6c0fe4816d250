import { BarController, BarElement, CategoryScale, Chart as ChartJs, LinearScale, LineController, LineElement, PointElement, Tooltip } from 'chart.js';
import type { ReactElement } from 'react';
import { useMemo } from 'react';
import { Chart as Canvas } from 'react-chartjs-2';
import { useTheme } from '../../shared/theme';
import { chartData, chartOptions, type ChartClick, type ChartKind } from '../chartConfig';
import type { ChartModel } from '../charts';

ChartJs.register(BarController, BarElement, LineController, LineElement, PointElement, CategoryScale, LinearScale, Tooltip);

interface ChartProps {
  readonly model: ChartModel;
  readonly kind: ChartKind;
  /** Keys of datasets that are switched off. */
  readonly hidden: ReadonlySet<string>;
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  /** Pixels. */
  readonly height?: number;
  readonly onClick?: (click: ChartClick) => void;
}

export function Chart({ model, kind, hidden, label, height = 220, onClick }: ChartProps): ReactElement {
  const theme = useTheme();
  const data = useMemo(() => chartData(model, kind, theme, hidden), [model, kind, theme, hidden]);
  const options = useMemo(() => chartOptions(model, kind, theme, onClick), [model, kind, theme, onClick]);
  return (
    <div className="chart" style={{ height: `${height}px` }}>
      <Canvas key={kind} type={kind === 'lines' ? 'line' : 'bar'} data={data} options={options} datasetIdKey="id" role="img" aria-label={label} />
    </div>
  );
}
