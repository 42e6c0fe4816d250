import type { WorkflowDefinition, WorkflowEdge, WorkflowNode } from './definition';

/** A definition as something that can be walked. Of two things with one id the first counts; edges that lead nowhere are left out. */
export interface WorkflowGraph {
  readonly definition: WorkflowDefinition;
  readonly nodes: ReadonlyMap<string, WorkflowNode>;
  readonly edges: ReadonlyMap<string, WorkflowEdge>;
  /** The first node of type `start`. */
  readonly start: string | undefined;
  /** In the order of the definition. */
  outgoing(node: string): readonly WorkflowEdge[];
  incoming(node: string): readonly WorkflowEdge[];
  /** It closes a cycle: found by a depth-first search from the start, in the order of the edges. */
  isBack(edge: string): boolean;
  /** Place in an order in which every forward edge leads on; ties by id. */
  order(node: string): number;
  /** By one forward edge or more. */
  canReach(from: string, to: string): boolean;
  /** All nodes from which it can be reached by forward edges, without itself. */
  ancestors(node: string): ReadonlySet<string>;
  /** The `parallel` node that counts the failures of this one: the nearest that settles, by forward edges. */
  settlingJoin(node: string): string | undefined;
}

const none: readonly WorkflowEdge[] = [];

/** Takes time in the size of the definition, and in that of what is asked for once more for each target of `canReach`. */
export function buildGraph(definition: WorkflowDefinition): WorkflowGraph {
  const nodes = firstById(definition.nodes);
  const edges = new Map([...firstById(definition.edges)].filter(([, { source, target }]) => nodes.has(source) && nodes.has(target)));
  const outgoing = groupedBy(edges.values(), ({ source }) => source);
  const incoming = groupedBy(edges.values(), ({ target }) => target);
  const start = definition.nodes.find(({ type }) => type === 'start')?.id;
  const back = backEdges([...(start === undefined ? [] : [start]), ...nodes.keys()], outgoing);
  const forward = (list: readonly WorkflowEdge[] | undefined): readonly WorkflowEdge[] => (list ?? none).filter(({ id }) => !back.has(id));
  const ancestorsOf = new Map<string, ReadonlySet<string>>();
  const joins = new Map<string, string | undefined>();
  let order: ReadonlyMap<string, number> | undefined;

  function ancestors(node: string): ReadonlySet<string> {
    const known = ancestorsOf.get(node);
    if (known) return known;
    const found = new Set<string>();
    const open = [node];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const { source } of forward(incoming.get(next))) {
        if (found.has(source)) continue;
        found.add(source);
        open.push(source);
      }
    }
    ancestorsOf.set(node, found);
    return found;
  }

  function settlingJoin(node: string): string | undefined {
    if (joins.has(node)) return joins.get(node);
    const seen = new Set([node]);
    let layer: readonly string[] = [node];
    let join: string | undefined;
    while (layer.length > 0 && join === undefined) {
      const next = layer.flatMap((from) => forward(outgoing.get(from)).map(({ target }) => target)).filter((target) => !seen.has(target));
      layer = [...new Set(next)].sort(byText);
      for (const target of layer) seen.add(target);
      join = layer.find((target) => settles(nodes.get(target)));
    }
    joins.set(node, join);
    return join;
  }

  return {
    definition,
    nodes,
    edges,
    start,
    outgoing: (node) => outgoing.get(node) ?? none,
    incoming: (node) => incoming.get(node) ?? none,
    isBack: (edge) => back.has(edge),
    order: (node) => (order ??= topologicalOrder([...nodes.keys()], (from) => forward(outgoing.get(from)))).get(node) ?? Number.MAX_SAFE_INTEGER,
    canReach: (from, to) => ancestors(to).has(from),
    ancestors,
    settlingJoin,
  };
}

function settles(node: WorkflowNode | undefined): boolean {
  return node?.type === 'parallel' && node.config['failure'] === 'settle';
}

function firstById<T extends { readonly id: string }>(list: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const entry of list) if (!found.has(entry.id)) found.set(entry.id, entry);
  return found;
}

function groupedBy(edges: Iterable<WorkflowEdge>, keyOf: (edge: WorkflowEdge) => string): ReadonlyMap<string, readonly WorkflowEdge[]> {
  const groups = new Map<string, WorkflowEdge[]>();
  for (const edge of edges) {
    const group = groups.get(keyOf(edge));
    if (group) group.push(edge);
    else groups.set(keyOf(edge), [edge]);
  }
  return groups;
}

/** Without recursion: a chain may be as long as the definition. */
function backEdges(roots: readonly string[], outgoing: ReadonlyMap<string, readonly WorkflowEdge[]>): ReadonlySet<string> {
  const back = new Set<string>();
  const state = new Map<string, 'open' | 'done'>();
  for (const root of roots) {
    if (state.has(root)) continue;
    state.set(root, 'open');
    const path = [{ node: root, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = outgoing.get(top.node)?.[top.next++];
      if (edge === undefined) {
        state.set(top.node, 'done');
        path.pop();
      } else if (state.get(edge.target) === 'open') back.add(edge.id);
      else if (!state.has(edge.target)) {
        state.set(edge.target, 'open');
        path.push({ node: edge.target, next: 0 });
      }
    }
  }
  return back;
}

/** Layer by layer, so that ties are settled by id and not by the order of the definition. */
function topologicalOrder(nodes: readonly string[], forward: (node: string) => readonly WorkflowEdge[]): ReadonlyMap<string, number> {
  const missing = new Map<string, number>(nodes.map((node) => [node, 0]));
  for (const node of nodes) for (const { target } of forward(node)) missing.set(target, (missing.get(target) ?? 0) + 1);
  const order = new Map<string, number>();
  let layer = nodes.filter((node) => missing.get(node) === 0);
  while (layer.length > 0) {
    const next: string[] = [];
    for (const node of layer.sort(byText)) {
      order.set(node, order.size);
      for (const { target } of forward(node)) {
        const left = (missing.get(target) ?? 0) - 1;
        missing.set(target, left);
        if (left === 0) next.push(target);
      }
    }
    layer = next;
  }
  return order;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
