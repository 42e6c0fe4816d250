import type { ReactElement } from 'react';
import { useState } from 'react';
import { costGroups, type CostRange } from '../../../src/model/costReport';
import type { CostRepository } from '../../../src/protocol/costDashboard';
import { Button } from '../../shared/ui/Button';
import { Checkbox } from '../../shared/ui/Checkbox';
import { DateField } from '../../shared/ui/DateField';
import { Icon } from '../../shared/ui/Icon';
import { Select } from '../../shared/ui/Select';
import { groupLabels } from '../groups';
import { isDayRange, type PageState } from '../pageState';

const rangeLabels: Readonly<Record<CostRange['kind'], string>> = { today: 'Today', '7d': 'Last 7 days', '30d': 'Last 30 days', '90d': 'Last 90 days', all: 'All time', custom: 'From … to …' };
const rangeOptions = (['today', '7d', '30d', '90d', 'all', 'custom'] as const).map((value) => ({ value, label: rangeLabels[value] }));
const groupOptions = costGroups.map((value) => ({ value, label: groupLabels[value] }));

interface HeadProps {
  readonly state: PageState;
  readonly repositories: readonly CostRepository[];
  /** The one that is shown. */
  readonly repository: string;
  /** Days that the report covers: what a range of one's own begins with. */
  readonly days: { readonly from: string; readonly to: string };
  readonly live: boolean;
  readonly canExport: boolean;
  readonly onChange: (part: Partial<PageState>) => void;
  readonly onExport: () => void;
}

export function Head({ state, repositories, repository, days, live, canExport, onChange, onExport }: HeadProps): ReactElement {
  const { range } = state;
  return (
    <header className="cost-head">
      <h1>Costs</h1>
      {repositories.length > 1 && <Select label="Repository" value={repository} options={repositories.map(({ id, name }) => ({ value: id, label: name }))} onChange={(id) => onChange({ repository: id })} />}
      <Select label="Range" value={range.kind} options={rangeOptions} onChange={(kind) => onChange({ range: kind === 'custom' ? { kind, ...days } : { kind } })} />
      {range.kind === 'custom' && <Days key={`${range.from} ${range.to}`} from={range.from} to={range.to} onChange={(from, to) => onChange({ range: { kind: 'custom', from, to } })} />}
      <Select label="Group by" value={state.group} options={groupOptions} onChange={(group) => onChange({ group })} />
      <Checkbox label="Imported runs" title="Runs made outside of this product, read from the agents' own logs" checked={state.imported} onChange={(imported) => onChange({ imported })} />
      <span className="head-end">
        {live && (
          <span className="live" title="A session is running; the figures follow it">
            <Icon name="pulse" tone="running" /> live
          </span>
        )}
        {canExport && (
          <Button icon="export" onClick={onExport} title="Save the figures of this range as CSV or JSON">
            Export…
          </Button>
        )}
      </span>
    </header>
  );
}

interface DaysProps {
  readonly from: string;
  readonly to: string;
  readonly onChange: (from: string, to: string) => void;
}

/** Two days; only what makes sense is taken on. */
function Days({ from, to, onChange }: DaysProps): ReactElement {
  const [draft, setDraft] = useState({ from, to });
  const take = (next: { from: string; to: string }): void => {
    setDraft(next);
    if (isDayRange(next.from, next.to)) onChange(next.from, next.to);
  };
  const wrong = draft.from !== '' && draft.to !== '' && draft.from > draft.to;
  return (
    <span className="days">
      <DateField label="From" value={draft.from} onChange={(day) => take({ ...draft, from: day })} />
      <DateField label="To" value={draft.to} onChange={(day) => take({ ...draft, to: day })} />
      {wrong && (
        <span className="tone-error" role="alert">
          The first day is after the last.
        </span>
      )}
    </span>
  );
}
