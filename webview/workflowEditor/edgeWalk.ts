import type { EdgeView, WorkflowView } from '../../src/model/workflow/view';
import type { WorkflowGraph } from '../../src/model/workflow/graph';
import { edgeWords } from './edgeLabel';
import { nameOf } from './gestures';
import type { Direction } from './walk';

/** Edges that leave a node, then those that lead into it. */
export function edgesOf(view: WorkflowView, graph: WorkflowGraph, node: string): readonly EdgeView[] {
  const ids = new Set([...graph.outgoing(node), ...graph.incoming(node)].map(({ id }) => id));
  const known = new Map(view.edges.map((edge) => [edge.id, edge]));
  return [...ids].flatMap((id) => known.get(id) ?? []);
}

export type EdgeStep = { readonly node: string } | { readonly edge: EdgeView };

/** Where an arrow leads from an edge that was reached from `node`: left and right to its ends, up and down to the other edges of that node. Undefined where there is none. */
export function walkFromEdge(view: WorkflowView, graph: WorkflowGraph, edge: EdgeView, node: string | undefined, direction: Direction): EdgeStep | undefined {
  if (direction === 'left') return { node: edge.source };
  if (direction === 'right') return { node: edge.target };
  const edges = edgesOf(view, graph, node === edge.target ? edge.target : edge.source);
  const next = edges[edges.findIndex(({ id }) => id === edge.id) + (direction === 'up' ? -1 : 1)];
  return next && { edge: next };
}

/** `Edge from Unit tests to Approve: passed.` */
export function edgeSentence(view: WorkflowView, edge: EdgeView): string {
  const words = edgeWords(edge);
  return `Edge from ${nameOf(view, edge.source)} to ${nameOf(view, edge.target)}${words === '' ? '' : `: ${words}`}.`;
}
