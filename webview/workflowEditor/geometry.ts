export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect extends Point {
  readonly width: number;
  readonly height: number;
}

/** Where something is that is being moved or resized. */
export interface LocalPlace extends Point {
  readonly width?: number;
  readonly height?: number;
}

/** All nodes are of one size, so that a graph can be drawn, and its edges too, before anything was measured. */
export const nodeSize = { width: 208, height: 72 } as const;
export const noteSize = { width: 208, height: 104 } as const;
export const grid = 16;
/** Between a node and one that is added after it. */
const gap = { x: 80, y: 40 } as const;

export function snapped({ x, y }: Point): Point {
  return { x: Math.round(x / grid) * grid, y: Math.round(y / grid) * grid };
}

/** The place at or below `wish` where a node covers no other one. */
export function freePlace(wish: Point, taken: readonly Point[]): Point {
  let place = snapped(wish);
  const covers = (other: Point): boolean => Math.abs(other.x - place.x) < nodeSize.width && Math.abs(other.y - place.y) < nodeSize.height;
  while (taken.some(covers)) place = { x: place.x, y: place.y + grid };
  return place;
}

/** Where a node goes that is added after another one. */
export function placeAfter(source: Point, taken: readonly Point[]): Point {
  const right = snapped({ x: source.x + nodeSize.width + gap.x, y: source.y });
  const free = freePlace(right, taken);
  return free.y === right.y ? free : freePlace({ x: free.x, y: free.y + gap.y - (gap.y % grid) }, taken);
}

/** The rectangle around all of them; undefined of none. */
export function around(rects: readonly Rect[]): Rect | undefined {
  if (rects.length === 0) return undefined;
  const left = Math.min(...rects.map(({ x }) => x));
  const top = Math.min(...rects.map(({ y }) => y));
  const right = Math.max(...rects.map(({ x, width }) => x + width));
  const bottom = Math.max(...rects.map(({ y, height }) => y + height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}
