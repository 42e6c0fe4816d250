import type { WorkflowGraph } from '../../src/model/workflow/graph';
import type { WorkflowView } from '../../src/model/workflow/view';
import type { Point } from './geometry';

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The node that an arrow key leads to: right and left along the edges, up and down among those that share a predecessor or a successor; where there is
 * none of these, to the nearest node on that side. Undefined at the rim.
 */
export function walk(view: WorkflowView, graph: WorkflowGraph, from: string, direction: Direction): string | undefined {
  const places = new Map(view.nodes.map(({ id, position }) => [id, position]));
  const here = places.get(from);
  if (!here) return undefined;
  const along = (ids: readonly string[]): string | undefined => nearest(ids.filter((id) => id !== from), places, (place) => Math.abs(place.y - here.y));
  if (direction === 'right') return along(forwardFirst(graph, graph.outgoing(from)).map(({ target }) => target)) ?? beside(places, from, here, direction);
  if (direction === 'left') return along(forwardFirst(graph, graph.incoming(from)).map(({ source }) => source)) ?? beside(places, from, here, direction);
  const siblings = [
    ...graph.incoming(from).flatMap(({ source }) => graph.outgoing(source).map(({ target }) => target)),
    ...graph.outgoing(from).flatMap(({ target }) => graph.incoming(target).map(({ source }) => source)),
  ].filter((id) => id !== from && isOn(direction, here, places.get(id)));
  return nearest(siblings, places, (place) => Math.abs(place.y - here.y)) ?? beside(places, from, here, direction);
}

/** All nodes in the order in which they are run, as a list shows them: the start first, also while it leads nowhere yet. */
export function walkingOrder(view: WorkflowView, graph: WorkflowGraph): readonly string[] {
  const ordered = [...view.nodes].sort((a, b) => graph.order(a.id) - graph.order(b.id));
  return [...ordered.filter(({ type }) => type === 'start'), ...ordered.filter(({ type }) => type !== 'start')].map(({ id }) => id);
}

function forwardFirst<T extends { readonly id: string }>(graph: WorkflowGraph, edges: readonly T[]): readonly T[] {
  const forward = edges.filter(({ id }) => !graph.isBack(id));
  return forward.length > 0 ? forward : edges;
}

function nearest(ids: readonly string[], places: ReadonlyMap<string, Point>, distance: (place: Point) => number): string | undefined {
  let best: { readonly id: string; readonly far: number } | undefined;
  for (const id of ids) {
    const place = places.get(id);
    const far = place ? distance(place) : Number.POSITIVE_INFINITY;
    if (best === undefined || far < best.far) best = { id, far };
  }
  return best?.id;
}

function beside(places: ReadonlyMap<string, Point>, from: string, here: Point, direction: Direction): string | undefined {
  const sideways = direction === 'left' || direction === 'right';
  const there = [...places.keys()].filter((id) => id !== from && isOn(direction, here, places.get(id)));
  // What is aside counts double: the eye goes straight on.
  return nearest(there, places, (place) => Math.abs(place.x - here.x) * (sideways ? 1 : 2) + Math.abs(place.y - here.y) * (sideways ? 2 : 1));
}

function isOn(direction: Direction, here: Point, there: Point | undefined): boolean {
  if (!there) return false;
  switch (direction) {
    case 'left':
      return there.x < here.x;
    case 'right':
      return there.x > here.x;
    case 'up':
      return there.y < here.y;
    case 'down':
      return there.y > here.y;
  }
}
