import type { StepError } from '../event';
import type { WorkflowGraph } from '../graph';
import type { LiveState } from './liveState';
import { edgesToDecide } from './routing';
import type { Token } from '../state';

/**
 * What is to be done next. `decide`: ask the conditions of these edges · `start`: run the node, using these tokens up · `retry`: run the step
 * again at its `dueAt` · `drop`: cancel steps that a join does not need any more · `fail`: nothing can go on after this step, so the execution fails ·
 * `complete`: nothing is left to do; `ends` are the steps of the ends that were reached.
 */
export type Move =
  | { readonly kind: 'decide'; readonly step: string; readonly edges: readonly string[] }
  | { readonly kind: 'start'; readonly node: string; readonly pass: number; readonly tokens: readonly string[] }
  | { readonly kind: 'retry'; readonly step: string }
  | { readonly kind: 'drop'; readonly steps: readonly string[]; readonly reason: string }
  | { readonly kind: 'fail'; readonly step: string; readonly error: StepError }
  | { readonly kind: 'complete'; readonly status: 'succeeded'; readonly ends: readonly string[] };

/** A pure function of the state, in the time of what is under way. Empty while there is only something to wait for, and once it is over. */
export function movesOf(graph: WorkflowGraph, state: LiveState): readonly Move[] {
  if (state.status !== 'running' || state.cancelRequested !== undefined || state.startedAt === 0) return [];
  for (const [step, error] of state.unhandled) return [{ kind: 'fail', step, error }];
  const moves: Move[] = [...drops(state), ...decisions(graph, state), ...starts(graph, state)];
  for (const id of state.underWay) if (state.steps.get(id)?.status === 'retrying' && !state.notNeeded.has(id)) moves.push({ kind: 'retry', step: id });
  if (moves.length === 0 && state.underWay.size === 0 && state.tokensAt.size === 0) return [{ kind: 'complete', status: 'succeeded', ends: [...state.ends] }];
  return moves;
}

function drops(state: LiveState): Move[] {
  const steps = [...state.notNeeded.keys()].filter((step) => state.underWay.has(step));
  return steps.length === 0 ? [] : [{ kind: 'drop', steps, reason: 'A join does not need it any more.' }];
}

function decisions(graph: WorkflowGraph, state: LiveState): Move[] {
  return [...state.deciding].flatMap((id): Move[] => {
    const { node, outcome } = state.steps.get(id) ?? {};
    if (node === undefined || outcome === undefined) return [];
    return [{ kind: 'decide', step: id, edges: edgesToDecide(graph, node, outcome, state.traversals).map((edge) => edge.id) }];
  });
}

/** Something can always be started when nothing is under way: forward edges make no circle, so of the nodes with tokens one has none before it. */
function starts(graph: WorkflowGraph, state: LiveState): Move[] {
  return [...state.tokensAt].flatMap(([node, tokens]) => startsOf(graph, state, node, tokens));
}

function startsOf(graph: WorkflowGraph, state: LiveState, node: string, tokens: readonly Token[]): Move[] {
  const { type, config } = graph.nodes.get(node) ?? {};
  if (type === 'merge' && isHeld(state)) return [];
  const isAwaited = (): boolean => canStillCome(graph, state, node);
  if (type === 'parallel') {
    const join = config?.['join'];
    const needed = join === 'any' ? 1 : typeof join === 'number' ? join : undefined;
    const arrived = tokens.filter(({ failed }) => failed !== true).length;
    return (needed !== undefined && arrived >= needed) || !isAwaited() ? [startWith(state, node, onePerEdge(tokens))] : [];
  }
  if (graph.incoming(node).length > 1) return isAwaited() ? [] : [startWith(state, node, onePerEdge(tokens))];
  return tokens.map((token, index) => startWith(state, node, [token], index));
}

/** What was approved is being looked at again: nothing is merged meanwhile. */
function isHeld(state: LiveState): boolean {
  return [...state.approvals.values()].some(({ status, step }) => status === 'open' && state.steps.get(step)?.outcome !== undefined);
}

/** Something that is under way elsewhere can lead here. */
function canStillCome(graph: WorkflowGraph, state: LiveState, node: string): boolean {
  const before = graph.ancestors(node);
  if (before.size === 0) return false;
  for (const other of state.tokensAt.keys()) if (before.has(other)) return true;
  for (const set of [state.underWay, state.deciding]) {
    for (const step of set) if (!state.notNeeded.has(step) && before.has(state.steps.get(step)?.node ?? '')) return true;
  }
  return false;
}

function startWith(state: LiveState, node: string, tokens: readonly Token[], later = 0): Move {
  return { kind: 'start', node, pass: (state.latest.get(node)?.pass ?? 0) + 1 + later, tokens: tokens.map(({ id }) => id) };
}

/** Tokens beyond one an edge are those of a later round. Failed ones came along no edge. */
function onePerEdge(tokens: readonly Token[]): readonly Token[] {
  const seen = new Set<string>();
  return tokens.filter(({ edge }) => {
    if (edge === undefined) return true;
    const isNew = !seen.has(edge);
    seen.add(edge);
    return isNew;
  });
}
