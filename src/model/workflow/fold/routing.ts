import type { WorkflowEdge } from '../definition';
import type { EdgeVerdict } from '../event';
import type { WorkflowGraph } from '../graph';
import { negativeOutcomes } from '../nodeConfig';

export function isNegative(outcome: string): boolean {
  return (negativeOutcomes as readonly string[]).includes(outcome);
}

/** What an edge that may be taken after an outcome is, before its condition has been asked. */
function isCandidate(edge: WorkflowEdge, outcome: string, traversals: ReadonlyMap<string, number>): boolean {
  if (edge.otherwise === true || !mayGo(edge, traversals)) return false;
  return edge.outcome === undefined ? !isNegative(outcome) : edge.outcome === outcome;
}

function mayGo({ id, maxTraversals }: WorkflowEdge, traversals: ReadonlyMap<string, number>): boolean {
  return maxTraversals === undefined || (traversals.get(id) ?? 0) < maxTraversals;
}

/** Edges whose conditions decide where it goes after this outcome; empty when nothing has to be asked. */
export function edgesToDecide(graph: WorkflowGraph, node: string, outcome: string, traversals: ReadonlyMap<string, number>): readonly WorkflowEdge[] {
  return graph.outgoing(node).filter((edge) => edge.condition !== undefined && isCandidate(edge, outcome, traversals));
}

/** Edges that are taken after this outcome. `verdicts` has to know those of `edgesToDecide`; what it does not know is not taken. */
export function takenEdges(graph: WorkflowGraph, node: string, outcome: string, traversals: ReadonlyMap<string, number>, verdicts: readonly EdgeVerdict[]): readonly WorkflowEdge[] {
  const yes = new Set(verdicts.filter(({ taken }) => taken).map(({ edge }) => edge));
  const outgoing = graph.outgoing(node);
  const candidates = outgoing.filter((edge) => isCandidate(edge, outcome, traversals) && (edge.condition === undefined || yes.has(edge.id)));
  return candidates.length > 0 ? candidates : outgoing.filter((edge) => edge.otherwise === true && mayGo(edge, traversals));
}
