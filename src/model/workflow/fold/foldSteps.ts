import type { EdgeVerdict, StepError, WorkflowEvent } from '../event';
import type { WorkflowGraph } from '../graph';
import { routeAfter, routeDecided } from './foldRoutes';
import type { LiveState } from './liveState';
import { addSpent, spentIn } from '../spent';
import type { StepAttempt, StepState } from '../state';

type StepEvent = Exclude<WorkflowEvent, { readonly type: `execution.${string}` | `approval.${string}` }>;
type EventOf<Type extends StepEvent['type']> = Extract<StepEvent, { readonly type: Type }>;

export function foldStep(graph: WorkflowGraph, state: LiveState, event: StepEvent): void {
  switch (event.type) {
    case 'step.started':
      start(graph, state, event);
      break;
    case 'step.reused':
      reuse(graph, state, event);
      break;
    default: {
      const step = state.steps.get(event.step);
      if (step) foldKnown(graph, state, step, event);
    }
  }
}

function foldKnown(graph: WorkflowGraph, state: LiveState, step: StepState, event: Exclude<StepEvent, EventOf<'step.started' | 'step.reused'>>): void {
  if (event.type === 'edges.decided') {
    if (state.deciding.has(step.id)) decided(graph, state, step, event.edges);
    return;
  }
  if (!state.underWay.has(step.id)) return;
  switch (event.type) {
    case 'step.completed':
      complete(graph, state, step, event);
      break;
    case 'step.failed':
      fail(graph, state, step, event);
      break;
    case 'step.cancelled':
      cancel(state, step, event);
      break;
    case 'step.asked':
      state.setStep({ ...step, status: 'asking', question: event.question });
      break;
    case 'step.answered':
      if (step.status === 'asking') state.setStep({ ...step, status: 'running' });
      break;
  }
}

/** The first attempt uses the tokens up; later ones, and those after a crash, are added to the step. */
function start(graph: WorkflowGraph, state: LiveState, event: EventOf<'step.started'>): void {
  const { step: id, node, pass, attempt, tokens, plan, dueAt, at } = event;
  const known = state.steps.get(id);
  const isOver = known !== undefined && !state.underWay.has(id);
  if (isOver) return;
  // Said again with a time: it only waits from now on.
  const waits = known?.status === 'running' && dueAt !== undefined && known.attempts.at(-1)?.number === attempt;
  const attempts = waits ? known.attempts : [...(known ? closedAttempts(known, at, { code: 'interrupted', message: 'The process ended before the step did.', advice: '' }) : []), { number: attempt, startedAt: at }];
  const { dueAt: _due, error: _error, ...rest } = known ?? { id, node, pass, tokens: state.takeTokens(node, tokens), startedAt: at, isDeciding: false, taken: [], verdicts: [] };
  state.setStep({ ...rest, attempts, status: dueAt === undefined ? 'running' : 'waiting', ...(plan === undefined ? {} : { plan }), ...(dueAt === undefined ? {} : { dueAt }) });
  if (known) return;
  state.underWay.add(id);
  leaveBehind(graph, state, node, id);
}

/** What a join that waits for some of its paths only does not need any more once it has started. */
function leaveBehind(graph: WorkflowGraph, state: LiveState, node: string, step: string): void {
  const joining = graph.nodes.get(node);
  const join = joining?.config['join'];
  if (joining?.type !== 'parallel' || join === undefined || join === 'all') return;
  const before = graph.ancestors(node);
  state.tokensAt.delete(node);
  for (const other of [...state.tokensAt.keys()]) if (before.has(other)) state.tokensAt.delete(other);
  for (const other of [...state.underWay, ...state.deciding]) {
    const rest = state.steps.get(other);
    if (rest && before.has(rest.node)) state.notNeeded.set(other, step);
  }
}

function complete(graph: WorkflowGraph, state: LiveState, step: StepState, event: EventOf<'step.completed'>): void {
  const { outcome, output, variables, session, at } = event;
  const { question: _question, dueAt: _due, error: _error, ...rest } = step;
  state.setStep({
    ...rest, status: 'succeeded', attempts: closedAttempts(step, at), endedAt: at, outcome,
    ...(output === undefined ? {} : { output }), ...(session === undefined ? {} : { session }), ...addSpent(spentIn(step), spentIn(event)),
  });
  state.spend(spentIn(event));
  remember(state, variables, session);
  over(graph, state, step, outcome, undefined);
}

function reuse(graph: WorkflowGraph, state: LiveState, event: EventOf<'step.reused'>): void {
  const { step: id, node, pass, tokens, outcome, output, variables, session, at } = event;
  if (state.steps.has(id)) return;
  const step: StepState = { id, node, pass, status: 'reused', tokens: state.takeTokens(node, tokens), attempts: [], startedAt: at, endedAt: at, outcome, isDeciding: false, taken: [], verdicts: [], ...(output === undefined ? {} : { output }), ...(session === undefined ? {} : { session }) };
  state.setStep(step);
  // A trial has nothing but its node's token, and that stays.
  if (state.trial?.node === undefined) leaveBehind(graph, state, node, id);
  remember(state, variables, session);
  over(graph, state, step, outcome, undefined);
}

/** What a failed attempt cost has been paid, too. */
function fail(graph: WorkflowGraph, state: LiveState, step: StepState, event: EventOf<'step.failed'>): void {
  const { error, retryAt, session, at } = event;
  const { dueAt: _due, ...rest } = step;
  const failed = { ...rest, attempts: closedAttempts(step, at, error), error, ...(session === undefined ? {} : { session }), ...addSpent(spentIn(step), spentIn(event)) };
  state.spend(spentIn(event));
  if (retryAt !== undefined) {
    state.setStep({ ...failed, status: 'retrying', dueAt: retryAt });
    return;
  }
  state.setStep({ ...failed, status: 'failed', endedAt: at, outcome: 'failed' });
  remember(state, undefined, session);
  over(graph, state, step, 'failed', error);
}

/** What it cost until then has been paid, too. */
function cancel(state: LiveState, step: StepState, event: EventOf<'step.cancelled'>): void {
  const { reason, session, at } = event;
  const error = { code: 'cancelled', message: reason, advice: '' };
  state.setStep({ ...ended(step, at, error), status: 'cancelled', ...(session === undefined ? {} : { session }), ...addSpent(spentIn(step), spentIn(event)) });
  state.spend(spentIn(event));
  leave(state, step.id);
}

/** A step that a join does not need any more leads nowhere. */
function over(graph: WorkflowGraph, state: LiveState, { id, node }: StepState, outcome: string, error: StepError | undefined): void {
  const isNeeded = !state.notNeeded.has(id);
  leave(state, id);
  if (graph.nodes.get(node)?.type === 'end') state.ends.push(id);
  if (isNeeded && state.trial?.node === undefined) routeAfter(graph, state, id, outcome, error);
  // A trial of one node comes to what that node comes to.
  else if (isNeeded && state.trial?.node === node && error !== undefined) state.unhandled.set(id, error);
}

function decided(graph: WorkflowGraph, state: LiveState, step: StepState, verdicts: readonly EdgeVerdict[]): void {
  const isNeeded = !state.notNeeded.has(step.id);
  leave(state, step.id);
  state.setStep({ ...step, isDeciding: false, verdicts });
  if (isNeeded) routeDecided(graph, state, step.id, verdicts);
}

function leave(state: LiveState, step: string): void {
  state.underWay.delete(step);
  state.deciding.delete(step);
  state.notNeeded.delete(step);
}

function remember(state: LiveState, variables: Readonly<Record<string, unknown>> | undefined, session: string | undefined): void {
  if (variables !== undefined) state.variables = { ...state.variables, ...variables };
  if (session !== undefined) state.session = session;
}

function ended(step: StepState, at: number, error: StepError): StepState {
  const { dueAt: _due, question: _question, ...rest } = step;
  return { ...rest, isDeciding: false, attempts: closedAttempts(step, at, error), endedAt: at };
}

function closedAttempts({ attempts }: StepState, at: number, error?: StepError): readonly StepAttempt[] {
  const last = attempts.at(-1);
  if (!last || last.endedAt !== undefined) return attempts;
  return [...attempts.slice(0, -1), { ...last, endedAt: at, ...(error === undefined ? {} : { error }) }];
}
