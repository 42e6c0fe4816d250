import { asObject, asText } from '../../../base/jsonShape';
import type { WorkflowEdge } from '../definition';
import type { EdgeVerdict, StepError } from '../event';
import type { WorkflowGraph } from '../graph';
import type { LiveState } from './liveState';
import { edgesToDecide, isNegative, takenEdges } from './routing';
import type { StepState } from '../state';

/** Where it goes on after a step that is over; when conditions have to be asked for that, they are asked first. */
export function routeAfter(graph: WorkflowGraph, state: LiveState, id: string, outcome: string, error: StepError | undefined): void {
  const step = state.steps.get(id);
  if (!step) return;
  if (edgesToDecide(graph, step.node, outcome, state.traversals).length > 0) {
    state.setStep({ ...step, isDeciding: true });
    state.deciding.add(id);
    return;
  }
  route(graph, state, step, takenEdges(graph, step.node, outcome, state.traversals, []), error);
}

export function routeDecided(graph: WorkflowGraph, state: LiveState, id: string, verdicts: readonly EdgeVerdict[]): void {
  const step = state.steps.get(id);
  if (step?.outcome === undefined) return;
  route(graph, state, step, takenEdges(graph, step.node, step.outcome, state.traversals, verdicts), step.error);
}

function route(graph: WorkflowGraph, state: LiveState, step: StepState, taken: readonly WorkflowEdge[], error: StepError | undefined): void {
  for (const { id, target } of taken) {
    state.traversals.set(id, (state.traversals.get(id) ?? 0) + 1);
    state.putToken({ id: `${step.id}>${id}`, edge: id, target });
  }
  if (taken.length > 0) {
    state.setStep({ ...step, taken: taken.map(({ id }) => id) });
    return;
  }
  const problem = unhandled(graph, step, error);
  if (problem === undefined) return;
  const join = graph.settlingJoin(step.node);
  if (join === undefined) state.unhandled.set(step.id, problem);
  else state.putToken({ id: `${step.id}>!`, target: join, failed: true });
}

/** Why a step after which no edge is taken is a problem; undefined when its path just ends. */
function unhandled(graph: WorkflowGraph, { node, outcome = '', error: own, output, verdicts }: StepState, error: StepError | undefined): StepError | undefined {
  const { name, type } = graph.nodes.get(node) ?? { name: node, type: undefined };
  if (error ?? own) return error ?? own;
  if (isNegative(outcome)) {
    return type === 'end'
      ? { code: 'step-failed', message: textIn(output, 'message') ?? `The workflow came to its end "${name}", which means that it failed.`, advice: 'Look at the steps before it.' }
      : { code: 'step-failed', message: `"${name}" ended as ${outcome}, and no edge leads on from there${problemIn(output)}.`, advice: `Look at the step, or draw an edge for the outcome ${outcome}.` };
  }
  if (graph.outgoing(node).length === 0) return undefined;
  const faulty = verdicts.find((verdict) => verdict.error !== undefined);
  return { code: 'no-route', message: `After "${name}" (${outcome}) no edge could be taken${faulty?.error === undefined ? '' : `: ${faulty.error}`}.`, advice: 'Draw an edge that is taken otherwise, or mend the conditions.' };
}

/** What another workflow that was run as a step failed with. */
function problemIn(output: StepState['output']): string {
  const problem = textIn(output, 'problem');
  return problem === undefined ? '' : `: ${problem.replace(/\.$/, '')}`;
}

function textIn(output: StepState['output'], member: 'message' | 'problem'): string | undefined {
  const text = output && 'value' in output ? asText(asObject(output.value)?.[member]) : undefined;
  return text?.trim() === '' ? undefined : text;
}
