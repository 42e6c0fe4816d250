import type { WorkflowDefinition, WorkflowEdge, WorkflowNode } from '../../src/model/workflow/definition';
import type { EdgeVerdict, NewWorkflowEvent, StepError, WorkflowEvent } from '../../src/model/workflow/event';
import { startFold, type Fold } from '../../src/model/workflow/fold/fold';
import { buildGraph, type WorkflowGraph } from '../../src/model/workflow/graph';
import { movesOf, type Move } from '../../src/model/workflow/fold/moves';
import type { NodeType } from '../../src/model/workflow/nodeConfig';

/** What a step comes to in a driven execution: an outcome, or an error. */
export type Scripted = string | { readonly error: StepError };

export interface DriveOptions {
  /** By node and pass; `passed` where it says nothing. */
  readonly outcomeOf?: (node: string, pass: number) => Scripted;
  readonly verdictOf?: (edge: string, step: string) => boolean;
  /** Which of what can happen next happens: an index below `count`. Default: the first. */
  readonly choose?: (count: number) => number;
  readonly maxEvents?: number;
}

export interface Driven extends Fold {
  readonly graph: WorkflowGraph;
  readonly events: readonly WorkflowEvent[];
  /** Steps in the order in which they were started. */
  readonly order: readonly string[];
}

let time = 1_000_000;

/** A definition of nodes and edges in short: `node('a', 'amp')`, `edge('a', 'b', {…})`. */
export function workflow(nodes: readonly WorkflowNode[], edges: readonly WorkflowEdge[]): WorkflowDefinition {
  return { id: 'driven', name: 'Driven', nodes, edges: [...edges] };
}

export function node(id: string, type: NodeType = 'script', config: Readonly<Record<string, unknown>> = {}): WorkflowNode {
  return { id, type, name: id, config, position: { x: 0, y: 0 } };
}

export function edge(source: string, target: string, more: Partial<WorkflowEdge> = {}): WorkflowEdge {
  return { id: `${source}-${target}`, source, target, ...more };
}

/** Plays an execution by the moves alone: what the engine does, without effects. Ends when there is no move, or throws when it does not end. */
export function drive(definition: WorkflowDefinition, { outcomeOf = () => 'passed', verdictOf = () => true, choose = () => 0, maxEvents = 100_000 }: DriveOptions = {}): Driven {
  const graph = buildGraph(definition);
  const fold = startFold(graph, 'driven');
  const events: WorkflowEvent[] = [];
  const order: string[] = [];
  const running = new Set<string>();
  const add = (event: NewWorkflowEvent): void => {
    const whole = { ...event, seq: events.length + 1, at: time++, epoch: 1 } as WorkflowEvent;
    events.push(whole);
    fold.apply(whole);
    if (events.length > maxEvents) throw new Error('the execution does not end');
  };
  const start = ({ node: id, pass, tokens }: Extract<Move, { readonly kind: 'start' }>): void => {
    const step = `${id}#${pass}`;
    add({ type: 'step.started', step, node: id, pass, attempt: 1, tokens });
    order.push(step);
    running.add(step);
  };
  const finish = (step: string): void => {
    const state = fold.state.steps.get(step);
    running.delete(step);
    if (!state) return;
    const scripted = outcomeOf(state.node, state.pass);
    if (typeof scripted === 'string') add({ type: 'step.completed', step, outcome: joinOutcome(fold, graph, step) ?? scripted });
    else add({ type: 'step.failed', step, attempt: 1, error: scripted.error });
  };
  add({ type: 'execution.started', definition: 'hash', workflow: definition.id, name: definition.name, variables: {}, by: 'test' });
  for (;;) {
    const moves = movesOf(graph, fold.state);
    const end = moves.find((move) => move.kind === 'fail' || move.kind === 'complete');
    if (end) {
      for (const step of running) add({ type: 'step.cancelled', step, reason: 'The execution failed.' });
      add({ type: 'execution.completed', status: end.kind === 'fail' ? 'failed' : 'succeeded', ...(end.kind === 'fail' ? { error: end.error } : {}) });
      break;
    }
    const actions: (() => void)[] = [];
    for (const move of moves) {
      if (move.kind === 'start') actions.push(() => start(move));
      else if (move.kind === 'decide') actions.push(() => add({ type: 'edges.decided', step: move.step, edges: move.edges.map((id): EdgeVerdict => ({ edge: id, taken: verdictOf(id, move.step) })) }));
      else if (move.kind === 'drop') {
        actions.push(() => {
          for (const step of move.steps) {
            running.delete(step);
            add({ type: 'step.cancelled', step, reason: move.reason });
          }
        });
      }
    }
    for (const step of running) actions.push(() => finish(step));
    const chosen = actions[choose(actions.length) % Math.max(1, actions.length)];
    if (!chosen) break;
    chosen();
  }
  return { ...fold, graph, events, order };
}

/** A join counts what came. */
export function joinOutcome(fold: Fold, graph: WorkflowGraph, step: string): string | undefined {
  const { node: id = '', tokens = [] } = fold.state.steps.get(step) ?? {};
  const joining = graph.nodes.get(id);
  if (joining?.type !== 'parallel') return undefined;
  const arrived = tokens.filter(({ failed }) => failed !== true).length;
  const join = joining.config['join'] ?? 'all';
  const needed = join === 'any' ? 1 : typeof join === 'number' ? join : tokens.length;
  return arrived >= needed ? 'passed' : 'failed';
}
