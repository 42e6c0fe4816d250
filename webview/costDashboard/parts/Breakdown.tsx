import type { KeyboardEvent, ReactElement } from 'react';
import { useMemo, useRef, useState } from 'react';
import { formatCount, formatPlural } from '../../../src/base/format';
import { costGroups, type CostGroup, type CostReport, type CostRow } from '../../../src/model/costReport';
import type { CostContract } from '../../../src/protocol/costDashboard';
import type { Host } from '../../shared/host';
import { Button } from '../../shared/ui/Button';
import { costFigure } from '../figures';
import { groupLabels } from '../groups';
import type { SortOrder } from '../sorting';
import { breakdownColumns } from './breakdownColumns';
import { CostlySteps } from './CostlySteps';
import { DataTable } from './DataTable';

interface BreakdownProps {
  readonly report: CostReport;
  readonly host: Host<CostContract>;
  readonly tab: CostGroup;
  readonly onTab: (tab: CostGroup) => void;
  readonly sort: SortOrder | undefined;
  readonly onSort: (sort: SortOrder) => void;
}

const shortTable = 10;
const tableId = 'breakdown';

/** Cost by model, session, agent or branch. */
export function Breakdown({ report, host, tab, onTab, sort, onSort }: BreakdownProps): ReactElement {
  const [all, setAll] = useState(false);
  const [expanded, setExpanded] = useState<string>();
  const { rows, rest } = report.groups[tab];
  const columns = useMemo(
    () => breakdownColumns({ group: tab, totalNano: report.totals.costNano, now: report.takenAt, onOpen: (sessionId) => host.act('openSession', { sessionId }), expanded, onExpand: setExpanded }),
    [tab, report, host, expanded],
  );
  const below = (row: CostRow): ReactElement | undefined =>
    row.key === expanded && row.sessionId !== undefined ? <CostlySteps host={host} sessionId={row.sessionId} version={row.totals.calls} /> : undefined;
  return (
    <section className="card wide" aria-label="Cost breakdown">
      <div className="section-head">
        <Tabs tab={tab} onTab={onTab} />
        <span className="quiet section-note">{report.period.words}</span>
      </div>
      <div role="tabpanel" id={tableId} aria-labelledby={`tab-${tab}`}>
        <DataTable caption={`Cost by ${tab}`} columns={columns} rows={rows} rowKey={({ key }) => key} sort={sort ?? { column: 'cost', descending: true }} onSort={onSort} limit={all ? Infinity : shortTable} below={below} />
        {rows.length > shortTable && <Button onClick={() => setAll(!all)}>{all ? `Show the first ${shortTable}` : rest ? `Show ${formatCount(rows.length)} of ${formatCount(rows.length + rest.count)}` : `Show all ${formatCount(rows.length)}`}</Button>}
        {all && rest && (
          <p className="quiet">
            and {formatPlural(rest.count, tab, tab === 'branch' ? 'branches' : `${tab}s`)} more that cost less, {costFigure(rest.totals).text} together
          </p>
        )}
      </div>
    </section>
  );
}

function Tabs({ tab, onTab }: { readonly tab: CostGroup; readonly onTab: (tab: CostGroup) => void }): ReactElement {
  const buttons = useRef(new Map<CostGroup, HTMLButtonElement>());
  const pressed = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = costGroups[(costGroups.indexOf(tab) + step + costGroups.length) % costGroups.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    onTab(next);
    buttons.current.get(next)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label="Cost by" onKeyDown={pressed}>
      {costGroups.map((group) => (
        <button
          key={group}
          ref={(button) => {
            if (button) buttons.current.set(group, button);
          }}
          type="button"
          role="tab"
          id={`tab-${group}`}
          aria-selected={tab === group}
          aria-controls={tableId}
          tabIndex={tab === group ? 0 : -1}
          onClick={() => onTab(group)}
        >
          By {groupLabels[group].toLowerCase()}
        </button>
      ))}
    </div>
  );
}
