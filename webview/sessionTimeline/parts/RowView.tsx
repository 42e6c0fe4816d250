import type { MouseEvent, ReactElement } from 'react';
import { formatClock, formatCount, formatDuration, formatPlural, formatTimestamp } from '../../../src/base/format';
import type { IconTone } from '../../shared/ui/Icon';
import { Icon } from '../../shared/ui/Icon';
import { costFigure, tokenFigure } from '../../shared/figures';
import type { Look } from '../../shared/looks';
import { errorOf, iconOf, statusLooks, statusOf, titleOf } from '../looks';
import type { Row } from '../model';
import type { Node } from '../node';
import { durationOf, endOf, isRunning, startOf } from '../model';
import type { TimeAxis } from '../timeAxis';

interface RowViewProps {
  readonly row: Row;
  readonly index: number;
  /** Pixels from the top of the rows. */
  readonly top: number;
  readonly axis: TimeAxis;
  readonly now: number;
  readonly selected: boolean;
  readonly onOpen: (key: string) => void;
  readonly onCollapse: (key: string, collapsed: boolean) => void;
}

const deepestIndent = 12;

export function rowId(key: string): string {
  return `row-${key}`;
}

export function RowView({ row, index, top, axis, now, selected, onOpen, onCollapse }: RowViewProps): ReactElement {
  const { node, expanded } = row;
  const { key } = node;
  const status = statusOf(node);
  const start = startOf(node);
  const duration = durationOf(node, now);
  const tokens = tokenFigure(node.rollUp);
  const cost = costFigure(node.rollUp);
  const toggle = (event: MouseEvent): void => {
    event.stopPropagation();
    if (expanded !== undefined) onCollapse(key, expanded);
  };
  return (
    <div
      id={rowId(key)}
      className={`row status-${status}${selected ? ' selected' : ''}${row.dimmed ? ' dimmed' : ''}`}
      role="row"
      aria-level={node.depth + 1}
      aria-rowindex={index + 2}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={selected}
      {...(expanded === undefined ? {} : { 'aria-expanded': expanded })}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(key)}
    >
      <span role="gridcell" className="cell-name" style={{ paddingInlineStart: Math.min(node.depth, deepestIndent) * 12 }}>
        <span className="twistie" onClick={toggle}>
          {expanded !== undefined && <Icon name={expanded ? 'chevron-down' : 'chevron-right'} />}
        </span>
        <Name node={node} look={statusLooks[status]} />
      </span>
      <span role="gridcell" className="cell-bar">
        <Bar node={node} axis={axis} now={now} />
      </span>
      <span role="gridcell" className="cell-start number" title={formatTimestamp(start)}>
        {formatClock(start, now)}
      </span>
      <span role="gridcell" className="number" title={duration === undefined ? 'When it ended is unknown' : `${Math.round(duration)} ms`}>
        {isMoment(node) ? '' : formatDuration(duration)}
      </span>
      <span role="gridcell" className="cell-tokens number" title={tokens?.title}>
        {tokens?.text}
      </span>
      <span role="gridcell" className="cell-cost number" title={cost?.title}>
        {cost?.text}
      </span>
    </div>
  );
}

function Name({ node, look }: { readonly node: Node; readonly look: Look }): ReactElement {
  const { name, rest } = titleOf(node);
  const error = errorOf(node);
  const status = statusOf(node);
  const hidden = node.rollUp.errors - (status === 'error' && node.kind === 'step' ? 1 : 0);
  return (
    <>
      <Icon name={status === 'running' ? look.icon : iconOf(node)} tone={iconTone(node)} spin={status === 'running'} />
      <span className="name" dir="auto" title={rest === '' ? name : `${name} ${rest}`}>
        {name}
        {rest !== '' && <span className="name-rest"> {rest}</span>}
      </span>
      {node.kind === 'iteration' && <Changes node={node} />}
      {status === 'error' && (
        <span className="name-error tone-error" dir="auto" title={error ?? look.label}>
          <Icon name="error" tone="error" />
          <span className="ellipsis">{error ?? look.label}</span>
        </span>
      )}
      {status === 'cancelled' && <span className="name-status">{look.label.toLowerCase()}</span>}
      {status === 'running' && <span className="visually-hidden">{look.label}</span>}
      {node.children.length > 0 && hidden > 0 && (
        <span className="badge tone-error" title={`${formatPlural(hidden, 'error')} below`}>
          <Icon name="error" tone="error" />
          {formatCount(hidden)}
        </span>
      )}
    </>
  );
}

function iconTone(node: Node): IconTone {
  if (isRunning(node)) return 'running';
  if (node.kind === 'step' && node.step.notice === 'warning') return 'warning';
  return statusOf(node) === 'cancelled' ? 'quiet' : 'plain';
}

/** A notice has a time but no duration. */
function isMoment(node: Node): boolean {
  return node.kind === 'step' && node.step.notice !== undefined;
}

function Changes({ node }: { readonly node: Extract<Node, { kind: 'iteration' }> }): ReactElement | null {
  const { changedFiles, linesAdded, linesDeleted } = node.iteration;
  if (changedFiles === 0) return null;
  return (
    <span className="changes number" title={`${formatPlural(changedFiles, 'file')} changed`}>
      {linesAdded > 0 && <span className="added">+{linesAdded}</span>} {linesDeleted > 0 && <span className="deleted">−{linesDeleted}</span>}
    </span>
  );
}

function Bar({ node, axis, now }: { readonly node: Node; readonly axis: TimeAxis; readonly now: number }): ReactElement {
  const left = axis.at(startOf(node));
  const right = Math.max(axis.at(endOf(node, now) ?? startOf(node)), left);
  const parent = node.children.length > 0 ? ' bar-parent' : '';
  return (
    <span className="track" aria-hidden="true">
      <span className={`bar${parent}${isRunning(node) ? ' bar-running' : ''}`} style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }} />
    </span>
  );
}
