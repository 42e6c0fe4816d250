import type { WorkflowGraph } from '../../model/workflow/graph';
import type { SpokenText } from './validateExpressions';
import { spread } from './validateGraph';
import { doubtful, type DefinitionProblem, type LooseDefinition } from './validateProblems';

/** Nodes that have a session to give, also when their own configuration names none. */
const giving: readonly string[] = ['amp', 'bestOf', 'workflow', 'forEach'];
const needing: Readonly<Record<string, string>> = { test: 'It tests the session of a step before it', eval: 'It evaluates the session of a step before it', merge: 'It merges the session of a step before it', approval: 'The decision is bound to the session of a step before it, or to "content"' };

/** Sessions that no step before can have given. */
export function sessionRules({ nodes }: LooseDefinition, graph: WorkflowGraph, spoken: readonly SpokenText[]): DefinitionProblem[] {
  const givers = new Set(nodes.flatMap(({ id, type, config }) => (id !== undefined && (giving.includes(type ?? '') || config?.['session'] !== undefined) ? [id] : [])));
  const next = (node: string): readonly string[] => graph.outgoing(node).map(({ target }) => target);
  const after = spread([...givers].flatMap(next), next);
  const lacking = nodes.flatMap(({ index, id, type, config }) => {
    const need = needing[type ?? ''] ?? (type === 'script' && config?.['command'] !== undefined ? 'It runs in the worktree of the session of a step before it' : undefined);
    if (need === undefined || id === undefined || after.has(id) || config?.['session'] !== undefined || (type === 'approval' && config?.['content'] !== undefined)) return [];
    return [doubtful('no-session', ['nodes', index, 'id'], `${need}, and no step before it has one.`)];
  });
  return [...lacking, ...spoken.flatMap((text) => wrongSource(text, graph, givers, next))];
}

/** A configuration that takes the session of a node which comes later, or has none. */
function wrongSource({ path, node, references }: SpokenText, graph: WorkflowGraph, givers: ReadonlySet<string>, next: (node: string) => readonly string[]): DefinitionProblem[] {
  if (node === undefined || path.at(-1) !== 'session') return [];
  return references.flatMap(({ path: [root, source] }): DefinitionProblem[] => {
    if (root.name !== 'nodes' || !source || !graph.nodes.has(source.name)) return [];
    const inside = { offset: source.offset, length: source.length };
    if (!givers.has(source.name)) return [{ ...doubtful('no-session', path, `The node "${source.name}" has no session.`), inside }];
    return spread(next(source.name), next).has(node) ? [] : [{ ...doubtful('no-session', path, `The node "${source.name}" is not run before this one.`), inside }];
  });
}
