import type { ReactElement } from 'react';
import { useCallback, useMemo } from 'react';
import type { CostReport } from '../../../src/model/costReport';
import { IconButton } from '../../shared/ui/Button';
import type { ChartClick } from '../chartConfig';
import { costChart, tokenChart } from '../charts';
import type { PageState } from '../pageState';
import { ChartSection } from './ChartSection';

interface SectionProps {
  readonly report: CostReport;
  readonly state: PageState;
  readonly onChange: (part: Partial<PageState>) => void;
}

interface CostSectionProps extends SectionProps {
  readonly onOpen: (sessionId: string) => void;
}

/** Cost over time. A click goes to the session, else to the day. */
export function CostSection({ report, state, onChange, onOpen }: CostSectionProps): ReactElement {
  const model = useMemo(() => costChart(report, state.colours), [report, state.colours]);
  const { buckets, query } = report;
  const openable = useMemo(() => new Set(report.groups.session.rows.flatMap(({ sessionId }) => sessionId ?? [])), [report]);
  const showDay = useCallback(
    (index: number) => {
      const day = buckets[index]?.day;
      if (day !== undefined) onChange({ range: { kind: 'custom', from: day, to: day } });
    },
    [buckets, onChange],
  );
  const clicked = useCallback(
    ({ index, key }: ChartClick) => {
      if (query.group === 'session' && key !== undefined && openable.has(key)) onOpen(key);
      else showDay(index);
    },
    [query, openable, onOpen, showDay],
  );
  return (
    <ChartSection
      className="wide"
      title="Cost over time"
      note={state.lines ? `by ${query.group}` : `stacked by ${query.group}`}
      model={model}
      kind={state.lines ? 'lines' : 'bars'}
      axis={axisName(report)}
      asTable={state.tables.includes('cost')}
      onTable={(asTable) => onChange({ tables: toggled(state.tables, 'cost', asTable) })}
      actions={<IconButton icon={state.lines ? 'graph' : 'graph-line'} label={state.lines ? 'Show as stacked bars' : 'Show as lines'} onClick={() => onChange({ lines: !state.lines })} />}
      onClick={clicked}
      labelCell={(index) =>
        buckets[index]?.day === undefined ? (
          model.labels[index]
        ) : (
          <button type="button" className="link" onClick={() => showDay(index)}>
            {model.labels[index]}
          </button>
        )
      }
    />
  );
}

export function TokenSection({ report, state, onChange }: SectionProps): ReactElement {
  const model = useMemo(() => tokenChart(report), [report]);
  return (
    <ChartSection
      className="wide"
      title="Tokens by kind"
      note="of all model calls"
      model={model}
      kind="bars"
      axis={axisName(report)}
      asTable={state.tables.includes('tokens')}
      onTable={(asTable) => onChange({ tables: toggled(state.tables, 'tokens', asTable) })}
    />
  );
}

function axisName({ buckets: [first] }: CostReport): string {
  if (first === undefined || first.day !== undefined) return 'Day';
  return first.label.includes(':') ? 'Hour' : 'Month';
}

function toggled(tables: readonly string[], name: string, on: boolean): readonly string[] {
  return on ? [...tables.filter((other) => other !== name), name] : tables.filter((other) => other !== name);
}
