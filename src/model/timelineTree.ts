/**
 * Steps as a tree, for any list of steps that a person may look at. Input may be damaged (cycles, missing parents, ends before starts,
 * ids twice): every step appears exactly once, and nothing hangs or throws.
 */
export interface TreeStep {
  readonly id: string;
  readonly parentId?: string | undefined;
  readonly iterationId?: string | undefined;
  readonly tsStart: number;
  readonly tsEnd?: number | undefined;
  readonly status: 'running' | 'success' | 'error' | 'cancelled';
  readonly tokensIn?: number | undefined;
  readonly tokensOut?: number | undefined;
  readonly costNano?: number | undefined;
  readonly costBasis?: 'reported' | 'computed' | 'approximate' | 'unknown' | undefined;
}

export interface TreeIteration {
  readonly id: string;
  readonly tsStart: number;
  readonly tsEnd?: number | undefined;
}

/** What a step and everything below it add up to; only steps that carry usage or cost count, so nothing counts twice. */
export interface RollUp {
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly costNano: number;
  /** Steps with a known cost: without any, the cost of the whole is not zero but unknown or none. */
  readonly costs: number;
  readonly unknownCosts: number;
  readonly approximateCosts: number;
  readonly errors: number;
  readonly steps: number;
}

interface NodeBase<S, I> {
  /** Unique among all nodes. */
  readonly key: string;
  readonly depth: number;
  readonly children: readonly TimelineNode<S, I>[];
  readonly rollUp: RollUp;
}
export type TimelineNode<S, I> =
  | (NodeBase<S, I> & { readonly kind: 'iteration'; readonly iteration: I })
  | (NodeBase<S, I> & { readonly kind: 'step'; readonly step: S });

type Growing<S, I> = { key: string; depth: number; children: Growing<S, I>[]; rollUp: RollUp; readonly tsStart: number } & (
  | { kind: 'iteration'; iteration: I }
  | { kind: 'step'; step: S }
);

const nothing: RollUp = { tokensIn: 0, tokensOut: 0, costNano: 0, costs: 0, unknownCosts: 0, approximateCosts: 0, errors: 0, steps: 0 };

export function timelineTree<S extends TreeStep, I extends TreeIteration>(steps: readonly S[], iterations: readonly I[]): readonly TimelineNode<S, I>[] {
  const nodes = new Map<string, Growing<S, I>>();
  for (const step of steps) {
    nodes.set(step.id, { kind: 'step', key: step.id, step, tsStart: finite(step.tsStart), depth: 0, children: [], rollUp: nothing });
  }
  const groups = new Map<string, Growing<S, I>>();
  for (const iteration of iterations) {
    groups.set(iteration.id, { kind: 'iteration', key: `iteration:${iteration.id}`, iteration, tsStart: finite(iteration.tsStart), depth: 0, children: [], rollUp: nothing });
  }

  const roots: Growing<S, I>[] = [...groups.values()];
  for (const node of nodes.values()) {
    if (node.kind !== 'step') continue;
    const parent = node.step.parentId === undefined ? undefined : nodes.get(node.step.parentId);
    const group = node.step.iterationId === undefined ? undefined : groups.get(node.step.iterationId);
    ((parent ?? group)?.children ?? roots).push(node);
  }
  adoptCycles(nodes, roots);

  const order = depthFirst(roots);
  for (const node of order) node.children.sort(byStart);
  for (let index = order.length - 1; index >= 0; index--) {
    const node = order[index];
    if (node) node.rollUp = rollUpOf(node);
  }
  return roots.sort(byStart);
}

/** Steps that are each other's ancestors hang from nothing: the earliest of each ring becomes a root. */
function adoptCycles<S extends TreeStep, I>(nodes: ReadonlyMap<string, Growing<S, I>>, roots: Growing<S, I>[]): void {
  const reached = new Set<Growing<S, I>>();
  depthFirst(roots, reached);
  if ([...nodes.values()].every((node) => reached.has(node))) return;
  const lost = [...nodes.values()].filter((node) => !reached.has(node)).sort(byStart);
  for (const node of lost) {
    if (reached.has(node) || node.kind !== 'step') continue;
    const parent = nodes.get(node.step.parentId ?? '');
    if (parent) parent.children = parent.children.filter((child) => child !== node);
    roots.push(node);
    depthFirst([node], reached);
  }
}

/**
 * Every node not yet visited, once, parents before children, with `depth` set on the way; adds them to `visited`. Without recursion,
 * since chains can be very long.
 */
function depthFirst<S, I>(roots: readonly Growing<S, I>[], visited = new Set<Growing<S, I>>()): Growing<S, I>[] {
  const order: Growing<S, I>[] = [];
  const stack = roots.map((node) => ({ node, depth: 0 }));
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, depth } = next;
    if (visited.has(node)) continue;
    visited.add(node);
    node.depth = depth;
    order.push(node);
    for (const child of node.children) stack.push({ node: child, depth: depth + 1 });
  }
  return order;
}

function rollUpOf<S extends TreeStep, I>(node: Growing<S, I>): RollUp {
  const sum = node.kind === 'step' ? { ...ownFigures(node.step) } : { ...nothing };
  for (const { rollUp } of node.children) {
    sum.tokensIn += rollUp.tokensIn;
    sum.tokensOut += rollUp.tokensOut;
    sum.costNano += rollUp.costNano;
    sum.costs += rollUp.costs;
    sum.unknownCosts += rollUp.unknownCosts;
    sum.approximateCosts += rollUp.approximateCosts;
    sum.errors += rollUp.errors;
    sum.steps += rollUp.steps;
  }
  return sum;
}

function ownFigures(step: TreeStep): RollUp {
  return {
    tokensIn: finite(step.tokensIn),
    tokensOut: finite(step.tokensOut),
    costNano: finite(step.costNano),
    costs: step.costNano === undefined ? 0 : 1,
    unknownCosts: step.costBasis === 'unknown' ? 1 : 0,
    approximateCosts: step.costBasis === 'approximate' ? 1 : 0,
    errors: step.status === 'error' ? 1 : 0,
    steps: 1,
  };
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}

function byStart<S, I>(a: Growing<S, I>, b: Growing<S, I>): number {
  return a.tsStart - b.tsStart || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
