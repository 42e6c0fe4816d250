import { isNegative } from '../../src/model/workflow/fold/routing';
import { isNodeType, nodeOutcomes } from '../../src/model/workflow/nodeConfig';
import type { WorkflowOperation } from '../../src/model/workflow/operation';
import type { EdgeView, WorkflowView } from '../../src/model/workflow/view';
import { idTaker } from './newIds';
import { viewGraph } from './viewGraph';

/** How often an edge that closes a cycle may be taken, until a person says otherwise. */
export const loopBound = 3;

export interface NewEdge {
  readonly id: string;
  readonly operations: readonly WorkflowOperation[];
}

/** Why one node cannot lead to another; undefined when it can. */
export function connectProblem(view: WorkflowView, source: string, target: string): string | undefined {
  const from = view.nodes.find(({ id }) => id === source);
  const to = view.nodes.find(({ id }) => id === target);
  if (!from || !to) return 'One of the two is not there any more.';
  if (to.type === 'start') return 'Nothing leads into the start.';
  if (from.type === 'end') return 'Nothing leads out of an end.';
  const outcome = nextOutcome(view, source);
  const twin = view.edges.some((edge) => edge.source === source && edge.target === target && (outcome === undefined || (edge.outcome === undefined && edge.condition === undefined)));
  return twin ? 'They are connected already.' : undefined;
}

/**
 * The edge from one node to another, added to the workflow. It takes the next outcome of the source that leads nowhere yet: one that leads back takes
 * what went wrong first. Where a cycle is closed, the edges that close it are bounded. To be asked only when `connectProblem` has nothing to say.
 */
export function connect(view: WorkflowView, source: string, target: string): NewEdge {
  const id = idTaker(view.edges.map((edge) => edge.id))(`${source}-${target}`.slice(0, 100));
  const closes = viewGraph({ ...view, edges: [...view.edges, { id, source, target }] }).isBack(id);
  const outcome = nextOutcome(view, source, closes);
  const edge: EdgeView = { id, source, target, ...(outcome === undefined ? {} : { outcome }) };
  const before = viewGraph(view);
  const after = viewGraph({ ...view, edges: [...view.edges, edge] });
  const value = { ...edge, ...(after.isBack(id) ? { maxTraversals: loopBound } : {}) };
  // A new edge may turn an older one into that which closes the cycle.
  const turned = view.edges.filter((other) => other.maxTraversals === undefined && after.isBack(other.id) && !before.isBack(other.id));
  return {
    id,
    operations: [{ kind: 'add', list: 'edges', value }, ...turned.map((other): WorkflowOperation => ({ kind: 'set', list: 'edges', id: other.id, path: ['maxTraversals'], value: loopBound }))],
  };
}

/** Undefined: an edge for whatever comes out. */
function nextOutcome(view: WorkflowView, source: string, negativeFirst = false): string | undefined {
  const type = view.nodes.find(({ id }) => id === source)?.type ?? '';
  if (!isNodeType(type) || type === 'parallel') return undefined;
  const outcomes = nodeOutcomes[type];
  if (outcomes.length < 2) return undefined;
  const leaving = view.edges.filter((edge) => edge.source === source);
  if (leaving.some(({ otherwise }) => otherwise === true) || leaving.some(({ condition }) => condition !== undefined)) return undefined;
  const covered = (outcome: string): boolean => leaving.some((edge) => edge.outcome === outcome || (edge.outcome === undefined && !isNegative(outcome)));
  const open = outcomes.filter((outcome) => !covered(outcome));
  return (negativeFirst ? open.find(isNegative) : undefined) ?? open[0];
}
