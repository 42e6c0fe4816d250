import { OrchestratorError } from '../../base/errors';
import { present } from '../../base/jsonShape';
import type { NewWorkflowEvent, WorkflowEvent } from '../../model/workflow/event';
import { startFold } from '../../model/workflow/fold/fold';
import type { WorkflowGraph } from '../../model/workflow/graph';
import type { LiveState } from '../../model/workflow/fold/liveState';
import type { ApprovalState } from '../../model/workflow/state';

type EventOf<Type extends WorkflowEvent['type']> = Extract<WorkflowEvent, { readonly type: Type }>;
type Started = Extract<NewWorkflowEvent, { readonly type: 'execution.started' }>;

export interface ForkSource {
  readonly id: string;
  readonly graph: WorkflowGraph;
  /** Its whole journal. */
  readonly events: readonly WorkflowEvent[];
}

export interface ForkPlan {
  readonly source: ForkSource;
  /** Of the definition that the fork is pinned to: the source's, or a later one. */
  readonly graph: WorkflowGraph;
  readonly node: string;
  readonly started: Omit<Started, 'type' | 'fork' | 'trial' | 'variables'>;
  /** In place of what the source began with or has set since. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Only the node is run, with the outputs of all that it did not cause. */
  readonly only?: boolean;
}

/**
 * The journal that a fork begins with: `execution.started`, and `step.reused` for every finished step that the last run of the node did not cause.
 * What caused what is told by the tokens. Each event is tried on a fold, so that what a later definition has no place for is left out, and what followed it is done anew.
 * @throws OrchestratorError `invalid-argument` when the node is not there, was never reached, or was not waited for by a join that has what it needs
 */
export function forkEvents(plan: ForkPlan): readonly NewWorkflowEvent[] {
  const { source, graph, node, started, variables = {}, only = false } = plan;
  if (!graph.nodes.has(node)) throw new OrchestratorError('invalid-argument', `The workflow has no node "${node}".`, `It has: ${[...graph.nodes.keys()].join(', ')}.`);
  const { state, tooLate } = readSource(source);
  const [first] = source.events;
  const begin: Started = {
    type: 'execution.started', ...started,
    variables: { ...(first?.type === 'execution.started' ? first.variables : {}), ...variables },
    fork: { execution: source.id, node },
    ...(only ? { trial: { node } } : {}),
  };
  const anew = causedBy(source.events, state.latest.get(node)?.id);
  const ledNowhere = (step: string): boolean => tooLate.has(step) && !anew.has(tooLate.get(step) ?? '');
  const finished = finishedSteps(source).filter(({ step }) => !state.unhandled.has(step) && !anew.has(step) && !ledNowhere(step));
  const { events, tokens } = reuse(graph, begin, finished.flatMap((step) => reusedStep(step, source, graph, state, Object.keys(variables), only)));
  if (!only) checkReached(plan, state, tokens);
  return events;
}

/** `tooLate`: steps that were finished when a join did not need them any more, and the join's step. */
function readSource({ graph, id, events }: ForkSource): { readonly state: LiveState; readonly tooLate: ReadonlyMap<string, string> } {
  const { state, apply } = startFold(graph, id);
  const tooLate = new Map<string, string>();
  for (const event of events) {
    const join = event.type === 'step.completed' || event.type === 'step.failed' || event.type === 'edges.decided' ? state.notNeeded.get(event.step) : undefined;
    if (join !== undefined && 'step' in event) tooLate.set(event.step, join);
    apply(event);
  }
  return { state, tooLate };
}

/** In a later definition the way to the node may be another one, so there it is taken anew. */
function checkReached({ source, graph, node }: ForkPlan, { latest }: LiveState, tokens: LiveState['tokensAt']): void {
  const last = latest.get(node);
  const there = tokens.get(node)?.map(({ id }) => id) ?? [];
  if (last === undefined ? there.length > 0 : graph !== source.graph) return;
  const used = source.events.find((event) => event.type === 'step.started' || event.type === 'step.reused' ? event.step === last?.id : false);
  if (last === undefined || used === undefined || !('tokens' in used)) throw new OrchestratorError('invalid-argument', `"${node}" was never reached in that execution.`, 'Fork from a node that was run, or from one before it.');
  if (!used.tokens.every((token) => there.includes(token))) throw new OrchestratorError('invalid-argument', `A join did not wait for "${node}", and would not wait for it again.`, 'Fork from that join, or from a node before both.');
}

/** A finished step: what says so, and the tokens that it used up. */
interface FinishedStep {
  readonly step: string;
  readonly node: string;
  readonly pass: number;
  readonly tokens: readonly string[];
  readonly end: EventOf<'step.completed' | 'step.failed' | 'step.reused'>;
}

/**
 * In the order in which they led on, for that is when bounds are counted; joins in the order in which they were started, for that is when they
 * drop what they do not wait for.
 */
function finishedSteps({ events, graph }: ForkSource): readonly FinishedStep[] {
  const begun = new Map<string, EventOf<'step.started'>>();
  const decided = new Map<string, number>();
  const finished = new Map<string, FinishedStep>();
  for (const event of events) {
    if (event.type === 'step.started' && !begun.has(event.step)) begun.set(event.step, event);
    else if (event.type === 'step.reused') finished.set(event.step, { ...event, end: event });
    else if (event.type === 'edges.decided') decided.set(event.step, event.seq);
    else if (event.type === 'step.completed' || (event.type === 'step.failed' && event.retryAt === undefined)) {
      const start = begun.get(event.step);
      if (start && !finished.has(event.step)) finished.set(event.step, { step: event.step, node: start.node, pass: start.pass, tokens: start.tokens, end: event });
    }
  }
  const placeOf = ({ step, node, end }: FinishedStep): number => (graph.nodes.get(node)?.type === 'parallel' ? begun.get(step)?.seq : decided.get(step)) ?? end.seq;
  return [...finished.values()].sort((one, other) => placeOf(one) - placeOf(other));
}

/** The step, and all that tokens of it led to. A step begins after those that it comes from. */
function causedBy(events: readonly WorkflowEvent[], chosen: string | undefined): ReadonlySet<string> {
  const caused = new Set<string>(chosen === undefined ? [] : [chosen]);
  for (const event of events) {
    if (event.type !== 'step.started' && event.type !== 'step.reused') continue;
    if (event.tokens.some((token) => caused.has(sourceOf(token)))) caused.add(event.step);
  }
  return caused;
}

/** The step that a token comes from; the first token of all comes from none. */
function sourceOf(token: string): string {
  return token.slice(0, Math.max(0, token.lastIndexOf('>')));
}

/** Events that stand or fall together. */
type Reused = readonly [FinishedStep, ...NewWorkflowEvent[]];

function reusedStep(finished: FinishedStep, source: ForkSource, graph: WorkflowGraph, state: LiveState, overridden: readonly string[], only: boolean): Reused[] {
  const { step, node, pass, end } = finished;
  const type = graph.nodes.get(node)?.type;
  if (type === undefined || type !== source.graph.nodes.get(node)?.type || (only && type === 'end')) return [];
  const known = end.type === 'step.failed' ? { outcome: 'failed', ...present({ session: end.session }) } : { outcome: end.outcome, ...present({ output: end.output, session: end.session, variables: without(end.variables, overridden) }) };
  const tokens = only ? [] : finished.tokens;
  const approval = [...state.approvals.values()].find((candidate) => candidate.step === step && candidate.status === 'approved');
  const reused: NewWorkflowEvent[] = approval === undefined
    ? [{ type: 'step.reused', step, node, pass, tokens, ...known, why: 'fork' }]
    : [{ type: 'step.started', step, node, pass, attempt: 1, tokens }, ...approved(approval, source.events), { type: 'step.completed', step, ...known }];
  const decided = only ? undefined : verdictsThatHold(finished, source, graph);
  return [[finished, ...reused, ...(decided === undefined ? [] : [decided])]];
}

/** An approval goes on to be bound to what it was given for. */
function approved({ id, step, message, hash, quorum, content, session, decisions }: ApprovalState, events: readonly WorkflowEvent[]): NewWorkflowEvent[] {
  const signalOf = (by: string): string => events.findLast((event): event is EventOf<'approval.decided'> => event.type === 'approval.decided' && event.approval === id && event.by === by && event.hash === hash)?.signal ?? id;
  return [
    { type: 'approval.requested', approval: id, step, message, hash, quorum, ...present({ content, session }) },
    ...decisions.map(({ decision, by, comment }): NewWorkflowEvent => ({ type: 'approval.decided', approval: id, decision, by, hash, signal: signalOf(by), ...present({ comment }) })),
    { type: 'approval.closed', approval: id, outcome: 'approved' },
  ];
}

/** What conditions said holds where they are still the same; else they are asked again. */
function verdictsThatHold({ step, node }: FinishedStep, source: ForkSource, graph: WorkflowGraph): NewWorkflowEvent | undefined {
  const decided = source.events.findLast((event): event is EventOf<'edges.decided'> => event.type === 'edges.decided' && event.step === step);
  if (decided === undefined) return undefined;
  const conditions = (of: WorkflowGraph): string => JSON.stringify(of.outgoing(node).map(({ id, condition, outcome }) => [id, condition, outcome]));
  return conditions(graph) === conditions(source.graph) ? { type: 'edges.decided', step, edges: decided.edges } : undefined;
}

function without(variables: Readonly<Record<string, unknown>> | undefined, names: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  if (variables === undefined || names.length === 0) return variables;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));
}

/** Leaves out what has no token to begin with, and what nothing could go on after: that fails the fork before it has begun. */
function reuse(graph: WorkflowGraph, begin: Started, steps: readonly Reused[]): { readonly events: readonly NewWorkflowEvent[]; readonly tokens: LiveState['tokensAt'] } {
  const refused = new Set<string>();
  for (;;) {
    const events: NewWorkflowEvent[] = [];
    const fold = startFold(graph, 'fork');
    const apply = (event: NewWorkflowEvent): void => {
      fold.apply({ ...event, seq: events.push(event), at: 1, epoch: 1 });
    };
    apply(begin);
    for (const [{ step, node }, ...group] of steps) {
      const needed = group.flatMap((event) => (event.type === 'step.reused' || event.type === 'step.started' ? event.tokens : []));
      const there = new Set(fold.state.tokensAt.get(node)?.map(({ id }) => id));
      if (refused.has(step) || !needed.every((token) => there.has(token))) continue;
      for (const event of group) apply(event);
    }
    const [unhandled] = fold.state.unhandled.keys();
    if (unhandled === undefined) return { events, tokens: fold.state.tokensAt };
    refused.add(unhandled);
  }
}
