import { useVirtualizer } from '@tanstack/react-virtual';
import type { KeyboardEvent, ReactElement } from 'react';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { Row } from '../model';
import type { TimeAxis } from '../timeAxis';
import { RowView, rowId } from './RowView';
import { rowHeight, useHeldPosition } from '../useHeldPosition';
import { targetOfKey } from './listKeys';

const overscan = 12;

interface ListProps {
  readonly rows: readonly Row[];
  readonly axis: TimeAxis;
  readonly now: number;
  readonly selected: string | undefined;
  /** A step asked for elsewhere: brought into sight. */
  readonly reveal: string | undefined;
  readonly detailsOpen: boolean;
  readonly follow: boolean;
  readonly onFollow: (on: boolean) => void;
  readonly onSelect: (key: string) => void;
  readonly onOpen: (key: string) => void;
  readonly onClose: () => void;
  readonly onCollapse: (key: string, collapsed: boolean) => void;
}

/** The rows as a tree grid. Only those in sight are in the document, so a screen reader is told the positions. */
export function List({ rows, axis, now, selected, reveal, detailsOpen, follow, onFollow, onSelect, onOpen, onClose, onCollapse }: ListProps): ReactElement {
  const indexOf = useMemo(() => new Map(rows.map((row, index) => [row.node.key, index])), [rows]);
  const { scroller, onScroll } = useHeldPosition(rows, indexOf, follow, onFollow);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    useFlushSync: false,
    scrollMargin: rowHeight,
    scrollPaddingStart: rowHeight,
    getItemKey: (index) => rows[index]?.node.key ?? index,
  });
  const selectedIndex = selected === undefined ? -1 : (indexOf.get(selected) ?? -1);
  const latestSelected = useRef(selectedIndex);
  useLayoutEffect(() => {
    latestSelected.current = selectedIndex;
  }, [selectedIndex]);
  const { scrollToIndex } = virtualizer;
  // The details pane takes room from the list, and a reloaded page starts at the top: the selected row stays in sight in both.
  useEffect(() => {
    if (latestSelected.current >= 0) scrollToIndex(latestSelected.current, { align: 'auto' });
    // Closing the pane takes the focus out of the document if it was in there: it goes back to where it came from.
    if (!detailsOpen && document.activeElement === document.body && latestSelected.current >= 0) scroller.current?.focus();
  }, [scroller, detailsOpen, scrollToIndex]);

  const revealIndex = reveal === undefined ? -1 : (indexOf.get(reveal) ?? -1);
  useEffect(() => {
    if (revealIndex >= 0) scrollToIndex(revealIndex, { align: 'center' });
  }, [revealIndex, scrollToIndex]);

  const pressed = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2, 1);
    const target = targetOfKey(event.key, rows, selectedIndex, page);
    if (target === undefined) return;
    event.preventDefault();
    if (target.kind === 'select') {
      const row = rows[target.index];
      if (!row) return;
      if (target.index < rows.length - 1) onFollow(false);
      onSelect(row.node.key);
      virtualizer.scrollToIndex(target.index, { align: 'auto' });
    } else if (target.kind === 'collapse') onCollapse(target.key, target.collapsed);
    else if (target.kind === 'open') onOpen(target.key);
    else onClose();
  };

  return (
    <div
      ref={scroller}
      className="list"
      role="treegrid"
      aria-label="Steps"
      aria-rowcount={rows.length + 1}
      aria-multiselectable={false}
      tabIndex={0}
      onKeyDown={pressed}
      onScroll={onScroll}
      {...(selectedIndex >= 0 && selected !== undefined ? { 'aria-activedescendant': rowId(selected) } : {})}
    >
      <div className="row row-head" role="row" aria-rowindex={1}>
        <span role="columnheader">Step</span>
        <span role="columnheader" className="cell-bar">
          Timeline
        </span>
        <span role="columnheader" className="cell-start number">
          Started
        </span>
        <span role="columnheader" className="number">
          Duration
        </span>
        <span role="columnheader" className="cell-tokens number">
          Tokens
        </span>
        <span role="columnheader" className="cell-cost number">
          Cost
        </span>
      </div>
      <div className="rows" role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
        <div className="row row-breaks" aria-hidden="true">
          <span />
          <span className="cell-bar">
            <span className="track">
              {axis.breaks.map((position) => (
                <span key={position} className="break" style={{ left: `${position * 100}%` }} />
              ))}
            </span>
          </span>
        </div>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <RowView
                key={item.key}
                row={row}
                index={item.index}
                top={item.start - rowHeight}
                axis={axis}
                now={now}
                selected={item.index === selectedIndex}
                onOpen={onOpen}
                onCollapse={onCollapse}
              />
            )
          );
        })}
      </div>
    </div>
  );
}
