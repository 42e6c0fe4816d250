import { meant } from '../../base/nearestName';
import type { WorkflowDefinition, WorkflowEdge, WorkflowNode } from '../../model/workflow/definition';
import { buildGraph, type WorkflowGraph } from '../../model/workflow/graph';
import { doubtful, entriesOf, wrong, type DefinitionProblem, type EdgeEntry, type LooseDefinition, type NodeEntry } from './validateProblems';

/** The definition as it can be walked: nodes and edges with ids of their own, and edges between nodes that are there. */
export function looseGraph({ value, nodes, edges }: LooseDefinition): WorkflowGraph {
  return buildGraph({
    ...(value as Partial<WorkflowDefinition>),
    nodes: nodes.flatMap(({ id, type, raw, config = {} }) => (id === undefined || type === undefined ? [] : [{ ...(raw as unknown as WorkflowNode), config }])),
    edges: edges.flatMap(({ id, source, target, raw }) => (id === undefined || source === undefined || target === undefined ? [] : [raw as unknown as WorkflowEdge])),
  } as WorkflowDefinition);
}

export function graphRules(definition: LooseDefinition, graph: WorkflowGraph): DefinitionProblem[] {
  return [...idRules(definition), ...startRules(definition), ...edgeRules(definition, graph), ...reachRules(definition, graph)];
}

const named = { nodes: 'node', edges: 'edge', notes: 'note', groups: 'group' } as const;

function idRules({ value, nodes }: LooseDefinition): DefinitionProblem[] {
  const ids = new Set(nodes.map(({ id }) => id));
  const repeated = Object.entries(named).flatMap(([list, name]) => {
    const seen = new Set<string>();
    return entriesOf(value[list]).flatMap(({ index, id }) => {
      if (id === undefined) return [];
      const isRepeated = seen.has(id);
      seen.add(id);
      return isRepeated ? [wrong('duplicate-id', [list, index, 'id'], `Another ${name} has this id.`)] : [];
    });
  });
  const lost = entriesOf(value['groups']).flatMap(({ index, raw }) => (Array.isArray(raw['nodes']) ? raw['nodes'] : []).flatMap((id: unknown, at) => (typeof id === 'string' && !ids.has(id) ? [doubtful('unknown-node', ['groups', index, 'nodes', at], 'There is no node with this id.')] : [])));
  return [...repeated, ...lost];
}

function startRules({ value, nodes }: LooseDefinition): DefinitionProblem[] {
  if (!Array.isArray(value['nodes'])) return [];
  const [first, ...others] = nodes.filter(({ type }) => type === 'start');
  if (!first) return [wrong('no-start', ['nodes'], 'There is no start node: where an execution begins.', 'start')];
  return others.map(({ index }) => wrong('several-starts', ['nodes', index, 'type'], 'A workflow has one start node, and this one has another one before.'));
}

function edgeRules({ nodes, edges }: LooseDefinition, graph: WorkflowGraph): DefinitionProblem[] {
  const ids = nodes.flatMap(({ id }) => id ?? []);
  const types = typesOf(nodes);
  const known = new Set(ids);
  let hints = 20;
  const dangling = (edge: EdgeEntry, end: 'source' | 'target'): DefinitionProblem[] => {
    const id = edge[end];
    return id === undefined || known.has(id) ? [] : [wrong('dangling-edge', ['edges', edge.index, end], `There is no node with this id.${hints-- > 0 ? meant(id, ids) : ''}`)];
  };
  return edges.flatMap((edge) => {
    const { index, id, source, target, raw } = edge;
    const isUnbounded = id !== undefined && graph.isBack(id) && raw['maxTraversals'] === undefined;
    return [
      ...dangling(edge, 'source'),
      ...dangling(edge, 'target'),
      ...(target !== undefined && types.get(target) === 'start' ? [wrong('edge-into-start', ['edges', index, 'target'], 'Nothing leads into a start node.')] : []),
      ...(source !== undefined && types.get(source) === 'end' ? [wrong('edge-out-of-end', ['edges', index, 'source'], 'Nothing leads out of an end node.')] : []),
      ...(isUnbounded ? [wrong('unbounded-cycle', ['edges', index], 'This edge closes a cycle: it needs "maxTraversals", how often it may be taken.', 'start')] : []),
    ];
  });
}

function typesOf(nodes: readonly NodeEntry[]): ReadonlyMap<string, string | undefined> {
  const types = new Map<string, string | undefined>();
  for (const { id, type } of nodes) if (id !== undefined && !types.has(id)) types.set(id, type);
  return types;
}

function reachRules({ nodes }: LooseDefinition, graph: WorkflowGraph): DefinitionProblem[] {
  const { start } = graph;
  if (start === undefined) return [];
  const ends = [...graph.nodes.values()].filter(({ type }) => type === 'end').map(({ id }) => id);
  const reached = spread([start], (node) => graph.outgoing(node).map(({ target }) => target));
  const ending = spread(ends, (node) => graph.incoming(node).map(({ source }) => source));
  const found = nodes.flatMap(({ index, id, type }) => {
    if (id === undefined || !graph.nodes.has(id)) return [];
    if (!reached.has(id)) return [doubtful('unreachable', ['nodes', index, 'id'], 'Nothing leads here from the start: it is never run.')];
    if (ending.has(id) || ends.length === 0) return [];
    return [(type === 'start' ? wrong : doubtful)('no-path-to-end', ['nodes', index, 'id'], 'No way leads from here to an end node.')];
  });
  return ends.length === 0 ? [...found, wrong('no-path-to-end', ['nodes'], 'There is no end node: where a path ends.', 'start')] : found;
}

/** All that can be reached from them, themselves included. */
export function spread(from: readonly string[], next: (node: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  const open = [...from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const other of next(node)) {
      if (found.has(other)) continue;
      found.add(other);
      open.push(other);
    }
  }
  return found;
}
