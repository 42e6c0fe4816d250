import { Graph, layout } from '@dagrejs/dagre';

export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface LayoutEdge {
  readonly source: string;
  readonly target: string;
}

/** Top left corner of a node. */
export interface LayoutPoint {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** The editor's grid, in pixels: what is laid out and what is dragged line up. */
const grid = 16;

/** Places from left to right along the edges. Edges of nodes that are not there are left out; the same graph always gives the same places. */
export function layoutPoints(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): LayoutPoint[] {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: 'LR', nodesep: 48, ranksep: 96, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const { source, target } of edges) if (source !== target && graph.hasNode(source) && graph.hasNode(target)) graph.setEdge(source, target);
  if (nodes.length > 0) layout(graph);
  return nodes.map(({ id, width, height }) => {
    const { x = 0, y = 0 } = graph.node(id) as { readonly x?: number; readonly y?: number };
    return { id, x: snapped(x - width / 2), y: snapped(y - height / 2) };
  });
}

function snapped(value: number): number {
  // Adding zero turns the negative zero, which JSON does not know, into zero.
  return Math.round(value / grid) * grid + 0;
}
