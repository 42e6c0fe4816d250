import type { ReactElement, ReactNode } from 'react';
import { IconButton } from '../../shared/ui/Button';
import type { ChartClick, ChartKind } from '../chartConfig';
import type { ChartModel } from '../charts';
import { useHidden } from '../useHidden';
import { Chart } from './Chart';
import { DataTable, type Column } from './DataTable';
import { Legend } from './Legend';

interface ChartSectionProps {
  readonly title: string;
  /** How it is to be read: "stacked by model". */
  readonly note: string;
  readonly model: ChartModel;
  readonly kind: ChartKind;
  /** Name of the groups along the axis, the head of the table's first column. */
  readonly axis: string;
  readonly asTable: boolean;
  readonly onTable: (asTable: boolean) => void;
  readonly actions?: ReactNode;
  readonly height?: number;
  readonly onClick?: (click: ChartClick) => void;
  /** The table's first cell, where it can be clicked as the chart can. */
  readonly labelCell?: (index: number) => ReactNode;
  readonly className?: string;
}

/** A chart with its legend, and the same figures as a table behind a button. */
export function ChartSection({ title, note, model, kind, axis, asTable, onTable, actions, height, onClick, labelCell, className = '' }: ChartSectionProps): ReactElement {
  const [hidden, toggle] = useHidden();
  return (
    <section className={`card ${className}`} aria-label={title}>
      <div className="section-head">
        <h2>{title}</h2>
        <span className="quiet section-note">{note}</span>
        <span className="section-actions">
          {actions}
          <IconButton icon={asTable ? 'graph' : 'table'} label={asTable ? `Show ${title.toLowerCase()} as chart` : `Show ${title.toLowerCase()} as table`} onClick={() => onTable(!asTable)} />
        </span>
      </div>
      {asTable ? (
        <TableTwin title={title} axis={axis} model={model} labelCell={labelCell} />
      ) : (
        <>
          <Chart model={model} kind={kind} hidden={hidden} label={`${title}, ${note}. "Show as table" has the figures.`} {...(height === undefined ? {} : { height })} {...(onClick === undefined ? {} : { onClick })} />
          <Legend datasets={model.datasets} hidden={hidden} onToggle={toggle} />
        </>
      )}
      {model.remark !== undefined && <p className="quiet">{model.remark}</p>}
    </section>
  );
}

interface TableTwinProps {
  readonly title: string;
  readonly axis: string;
  readonly model: ChartModel;
  readonly labelCell: ((index: number) => ReactNode) | undefined;
}

function TableTwin({ title, axis, model, labelCell }: TableTwinProps): ReactElement {
  const columns: Column<number>[] = [
    { key: 'label', label: axis, cell: (index) => labelCell?.(index) ?? model.labels[index] },
    ...model.datasets.map(({ key, label, texts }): Column<number> => ({ key, label, numeric: true, cell: (index) => texts[index] })),
  ];
  const sums = model.datasets.some(({ sum }) => sum !== undefined) && (
    <tr>
      <th scope="row">All</th>
      {model.datasets.map(({ key, sum }) => (
        <td key={key} className="number" title={sum?.title}>
          {sum?.text}
        </td>
      ))}
    </tr>
  );
  return <DataTable caption={title} columns={columns} rows={model.labels.map((_, index) => index)} rowKey={String} foot={sums} />;
}
