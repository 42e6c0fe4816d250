import type { ReactElement } from 'react';
import { useMemo } from 'react';
import { formatCount, formatDuration, formatPlural } from '../../../src/base/format';
import type { CostReport, ModelQuality } from '../../../src/model/costReport';
import { tokensIn } from '../../../src/model/usage';
import { latencyChart } from '../charts';
import { cacheShare, formatShare } from '../figures';
import type { SortOrder } from '../sorting';
import { useHidden } from '../useHidden';
import { Chart } from './Chart';
import { DataTable, type Column } from './DataTable';
import { Legend } from './Legend';

interface QualityProps {
  readonly report: CostReport;
  readonly sort: SortOrder | undefined;
  readonly onSort: (sort: SortOrder) => void;
}

const mostModels = 20;

const columns: readonly Column<ModelQuality>[] = [
  { key: 'model', label: 'Model', cell: ({ model }) => <span dir="auto">{model}</span>, cellTitle: ({ model, provider }) => `${model} of ${provider}`, value: ({ model }) => model },
  { key: 'calls', label: 'Calls', numeric: true, cell: ({ totals }) => formatCount(totals.calls), value: ({ totals }) => totals.calls },
  {
    key: 'errors',
    label: 'Errors',
    title: 'Model calls that failed, of all',
    numeric: true,
    cell: ({ totals: { errors, calls } }) => (errors === 0 ? '0 %' : formatShare(errors, calls)),
    cellTitle: ({ totals: { errors, calls } }) => `${formatPlural(errors, 'error')} in ${formatPlural(calls, 'call')}`,
    value: ({ totals: { errors, calls } }) => (calls === 0 ? undefined : errors / calls),
  },
  {
    key: 'cache',
    label: 'Cache hits',
    title: 'Input tokens that came from the cache, of all',
    numeric: true,
    cell: ({ totals }) => cacheShare(totals),
    value: ({ totals: { usage } }) => (tokensIn(usage) === 0 ? undefined : usage.input.cacheRead / tokensIn(usage)),
  },
  timeColumn('first', 'First token p50', ({ firstToken }) => firstToken?.p50),
  timeColumn('firstSlow', 'First token p95', ({ firstToken }) => firstToken?.p95),
  timeColumn('p50', 'Call p50', ({ duration }) => duration?.p50),
  timeColumn('p95', 'Call p95', ({ duration }) => duration?.p95),
];

function timeColumn(key: string, label: string, value: (row: ModelQuality) => number | undefined): Column<ModelQuality> {
  return { key, label, title: 'Of the calls that succeeded, to about 5 %', numeric: true, cell: (row) => formatDuration(value(row)), cellTitle: (row) => (value(row) === undefined ? 'Not measured' : undefined), value };
}

/** How fast and how reliable the models were; the table is always there, since it says more than the chart. */
export function Quality({ report, sort, onSort }: QualityProps): ReactElement {
  const [hidden, toggle] = useHidden();
  const chart = useMemo(() => latencyChart(report), [report]);
  return (
    <section className="card wide" aria-label="Speed and reliability">
      <div className="section-head">
        <h2>Speed and reliability</h2>
        <span className="quiet section-note">model calls, {report.period.words}</span>
      </div>
      {chart.labels.length > 0 && (
        <>
          <Chart model={chart} kind="rows" hidden={hidden} label="Speed by model. The table below has the figures." height={48 + chart.labels.length * 48} />
          <Legend datasets={chart.datasets} hidden={hidden} onToggle={toggle} />
        </>
      )}
      <DataTable caption="Speed and reliability by model" columns={columns} rows={report.models} rowKey={({ key }) => key} sort={sort} onSort={onSort} limit={mostModels} />
    </section>
  );
}
