import { formatClock, formatCount, formatTimestamp, unknownValue } from '../../../src/base/format';
import type { CostGroup, CostRow } from '../../../src/model/costReport';
import { tokensIn, tokensOut } from '../../../src/model/usage';
import { agentLabel, sessionLooks } from '../../shared/looks';
import { Icon } from '../../shared/ui/Icon';
import { costFigure, formatShare, isUnknown, tokenFigure } from '../figures';
import { groupLabels } from '../groups';
import type { Column } from './DataTable';

interface ColumnOptions {
  readonly group: CostGroup;
  /** What the shares are of: nano-dollars. */
  readonly totalNano: number;
  readonly now: number;
  readonly onOpen: (sessionId: string) => void;
  readonly expanded: string | undefined;
  readonly onExpand: (key: string | undefined) => void;
}

export function breakdownColumns({ group, totalNano, now, onOpen, expanded, onExpand }: ColumnOptions): readonly Column<CostRow>[] {
  const tokens = ({ totals: { usage } }: CostRow): number => tokensIn(usage) + tokensOut(usage);
  const columns: readonly Column<CostRow>[] = [
    {
      key: 'name',
      label: groupLabels[group],
      value: (row) => rowName(row, group),
      cellTitle: (row) => [rowName(row, group), row.detail].filter(Boolean).join(', '),
      cell: (row) => <Name row={row} group={group} onOpen={onOpen} isOpen={expanded === row.key} onExpand={onExpand} />,
    },
    { key: 'cost', label: 'Cost', numeric: true, cell: ({ totals }) => costFigure(totals).text, cellTitle: ({ totals }) => costFigure(totals).title, value: ({ totals }) => (isUnknown(totals) ? undefined : totals.costNano) },
    {
      key: 'share',
      label: 'Share',
      title: 'Of the known cost in this time',
      cell: ({ totals }) => (isUnknown(totals) || totalNano <= 0 ? unknownValue : <ShareBar share={totals.costNano / totalNano} text={formatShare(totals.costNano, totalNano)} />),
    },
    { key: 'tokens', label: 'Tokens', numeric: true, cell: (row) => tokenFigure(row.totals).text, cellTitle: (row) => tokenFigure(row.totals).title, value: tokens },
    { key: 'calls', label: 'Calls', title: 'Model calls', numeric: true, cell: ({ totals }) => formatCount(totals.calls), value: ({ totals }) => totals.calls },
  ];
  return group === 'session' ? [...columns, ...sessionColumns(now)] : columns;
}

function sessionColumns(now: number): readonly Column<CostRow>[] {
  return [
    { key: 'iterations', label: 'Iterations', title: 'Iterations that started in this time', numeric: true, cell: ({ iterations }) => (iterations === undefined ? '' : formatCount(iterations)), value: ({ iterations }) => iterations },
    {
      key: 'status',
      label: 'Status',
      cell: ({ status }) => {
        const look = status && sessionLooks[status];
        return (
          look && (
            <span className={`status tone-${look.tone}`}>
              <Icon name={look.icon} tone={look.tone} spin={look.spin ?? false} /> {look.label}
            </span>
          )
        );
      },
      value: ({ status }) => status && sessionLooks[status].label,
    },
    {
      key: 'last',
      label: 'Last run',
      numeric: true,
      cell: ({ lastMs }) => (lastMs === undefined ? '' : formatClock(lastMs, now).slice(0, 16).replace(/^(\d\d:\d\d):\d\d$/, '$1')),
      cellTitle: ({ lastMs }) => (lastMs === undefined ? undefined : formatTimestamp(lastMs)),
      value: ({ lastMs }) => lastMs,
    },
  ];
}

function rowName({ label }: CostRow, group: CostGroup): string {
  return group === 'agent' ? agentLabel(label) : label;
}

interface NameProps {
  readonly row: CostRow;
  readonly group: CostGroup;
  readonly onOpen: (sessionId: string) => void;
  readonly isOpen: boolean;
  readonly onExpand: (key: string | undefined) => void;
}

function Name({ row, group, onOpen, isOpen, onExpand }: NameProps) {
  const { sessionId, detail, imported, key } = row;
  const name = rowName(row, group);
  return (
    <span className="row-name">
      {sessionId === undefined ? (
        group === 'session' && <span className="expand-room" />
      ) : (
        <button type="button" className="expand" aria-expanded={isOpen} aria-label={`Most expensive steps of ${name}`} title="Most expensive steps" onClick={() => onExpand(isOpen ? undefined : key)}>
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
        </button>
      )}
      {sessionId === undefined ? (
        <span className="row-label" dir="auto">
          {name}
        </span>
      ) : (
        <button type="button" className="link row-label" dir="auto" onClick={() => onOpen(sessionId)}>
          {name}
        </button>
      )}
      {imported && (
        <span className="badge" title="Made outside of this product; read from the agent's own log">
          imported
        </span>
      )}
      {group === 'model' && detail !== undefined && <span className="quiet">{detail}</span>}
    </span>
  );
}

function ShareBar({ share, text }: { readonly share: number; readonly text: string }) {
  return (
    <span className="share">
      <span className="share-track" aria-hidden="true">
        <span className="share-fill" style={{ width: `${Math.min(Math.max(share, 0), 1) * 100}%` }} />
      </span>
      <span className="number">{text}</span>
    </span>
  );
}
