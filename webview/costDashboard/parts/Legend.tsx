import type { ReactElement } from 'react';
import { colourOf } from '../chartConfig';
import type { ChartDataset } from '../charts';
import { useTheme } from '../../shared/theme';

interface LegendProps {
  readonly datasets: readonly ChartDataset[];
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (key: string) => void;
}

/** Names the series and switches them on and off. */
export function Legend({ datasets, hidden, onToggle }: LegendProps): ReactElement {
  const theme = useTheme();
  return (
    <ul className="legend">
      {datasets.map(({ key, label, colour, sum }) => (
        <li key={key}>
          <button type="button" className="legend-entry" aria-pressed={!hidden.has(key)} title={`${label}${sum === undefined ? '' : `: ${sum.text} (${sum.title})`}`} onClick={() => onToggle(key)}>
            <span className="swatch" style={{ backgroundColor: colourOf(theme, colour) }} />
            <span className="legend-label" dir="auto">
              {label}
            </span>
            {sum !== undefined && <span className="legend-sum">{sum.text}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
