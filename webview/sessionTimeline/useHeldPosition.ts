import type { RefObject } from 'react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { Row } from './model';

/** Pixels. */
export const rowHeight = 22;

interface HeldPosition {
  readonly scroller: RefObject<HTMLDivElement>;
  readonly onScroll: () => void;
}

/**
 * Rows that come or go above what a person reads do not move it; with Follow on, the end stays in sight. Scrolling up turns Follow off.
 */
export function useHeldPosition(rows: readonly Row[], indexOf: ReadonlyMap<string, number>, follow: boolean, onFollow: (on: boolean) => void): HeldPosition {
  const scroller = useRef<HTMLDivElement>(null);
  const held = useRef<{ readonly top: number; readonly index: number; readonly key: string | undefined; readonly height: number }>({ top: 0, index: 0, key: undefined, height: 0 });
  const remember = (): void => {
    const top = scroller.current?.scrollTop ?? 0;
    const index = Math.floor(top / rowHeight);
    held.current = { top, index, key: rows[index]?.node.key, height: scroller.current?.scrollHeight ?? 0 };
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const { key, index, top } = held.current;
    const moved = top > 0 && key !== undefined ? (indexOf.get(key) ?? index) - index : 0;
    if (!follow && moved !== 0) element.scrollTop = top + moved * rowHeight;
    remember();
  });

  useEffect(() => {
    if (follow && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [follow, rows]);

  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    const before = held.current;
    remember();
    if (follow && element.scrollTop < before.top - 1 && element.scrollHeight >= before.height) onFollow(false);
  };
  return { scroller, onScroll };
}
