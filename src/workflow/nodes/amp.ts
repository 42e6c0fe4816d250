import { OrchestratorError } from '../../base/errors';
import { present } from '../../base/jsonShape';
import { nanoDollars } from '../../model/money';
import type { Iteration, Session, SpanTotals } from '../../model/session';
import type { AmpConfig } from '../../model/workflow/nodeConfig';
import { StepFailure, type NodeExecutor, type StepContext, type StepEnd, type StepSpent } from '../nodeExecutor';
import { chosenAgent } from './agentChoice';
import { iterationsOfAttempt, nextIterationId, planIn, planOf, type AmpPlan } from './ampPlan';
import { ampResult, spentBy } from './ampResult';
import type { NodeServices } from './nodeServices';
import { storeHas } from './storeHas';
import { optionalText, templateText } from './templateText';

type AmpServices = Pick<NodeServices, 'repository' | 'store' | 'sessions' | 'defaultAgent' | 'log'>;
type AmpStep = StepContext<AmpConfig>;

/** Runs a coding agent in a session of its own, or goes on with one. A process that takes over finds both by the plan. */
export function ampExecutor(services: AmpServices): NodeExecutor<AmpConfig> & { readonly type: 'amp' } {
  return {
    type: 'amp',
    effect: () => 'reattachable',
    plan: (context) => Promise.resolve().then(() => ({ ...planOf(context) })),
    run: (context) => run(services, context),
    reattach: (context) => reattach(services, context),
    spent: (context) => spent(services, context),
  };
}

function plannedFor(context: AmpStep): AmpPlan {
  return planIn(context.plan) ?? planOf(context);
}

/** @throws StepFailure with the code of what kept the agent from succeeding; OrchestratorError of making or running a session */
async function run(services: AmpServices, context: AmpStep, plan: AmpPlan = plannedFor(context)): Promise<StepEnd> {
  const { store, sessions, log } = services;
  const { signal, attempt } = context;
  const session = await sessionOf(services, context, plan);
  if (signal.aborted) throw stopped(signal);
  const earlier = iterationsOfAttempt(plan, attempt, await store.iterations.bySession(session.id));
  const stop = (): void => {
    sessions.stop(session.id).catch((error: unknown) => { log.error(`"${session.name}" could not be stopped`, error); });
  };
  try {
    const { iteration, error } = await sessions.run(session.id, {
      prompt: templateText(context.config.prompt),
      iterationId: nextIterationId(plan, attempt, earlier),
      // Not before: until then it may be somebody else's run that would be stopped.
      onStarted: () => {
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
      },
    });
    return await endOf(services, { session, earlier, iteration }, error ?? (iteration.status === 'failed' ? failed(iteration) : stopped(signal)));
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** What has ended by itself counts as it is; what a process left behind in the midst of it is run again, and the conversation goes on. */
async function reattach(services: AmpServices, context: AmpStep): Promise<StepEnd> {
  const { store, sessions } = services;
  const plan = plannedFor(context);
  const session = await store.sessions.get(plan.sessionId);
  if (!session) return run(services, context, plan);
  const own = async (): Promise<readonly Iteration[]> => iterationsOfAttempt(plan, context.attempt, await store.iterations.bySession(session.id));
  // A process that lost the execution may still be at it; its session is free a moment after its iteration has ended.
  const all = await storeHas(store, ['iterations', 'sessions'], async () => {
    const found = await own();
    return (await sessions.get(session.id)).status === 'running' ? undefined : found;
  }, context.signal).catch(async (error: unknown) => {
    if (context.signal.aborted && (await own()).at(-1)?.status === 'running') await sessions.stop(session.id);
    throw error;
  });
  const last = all.at(-1);
  const asked = last?.status === 'stopped' && last.stopRequestedAt !== undefined;
  if (last?.status !== 'succeeded' && last?.status !== 'failed' && !asked) return run(services, context, plan);
  return endOf(services, { session, earlier: all.slice(0, -1), iteration: last }, last.status === 'failed' ? failed(last) : stopped());
}

interface Ended {
  readonly session: Session;
  /** Those of the same attempt whose process ended. */
  readonly earlier: readonly Iteration[];
  readonly iteration: Iteration;
}

async function endOf(services: AmpServices, { session, earlier, iteration }: Ended, problem: OrchestratorError): Promise<StepEnd> {
  const all = await totalsOf(services, session, [...earlier, iteration]);
  if (iteration.status !== 'succeeded') throw new StepFailure(problem, spentBy(session, all));
  return { kind: 'done', ...ampResult(session, iteration, all) };
}

/** Of the iterations that earlier processes began in this attempt. */
async function spent(services: AmpServices, context: AmpStep): Promise<StepSpent> {
  const { store } = services;
  const plan = plannedFor(context);
  const session = await store.sessions.get(plan.sessionId);
  const iterations = session && iterationsOfAttempt(plan, context.attempt, await store.iterations.bySession(session.id));
  return session && iterations && iterations.length > 0 ? spentBy(session, await totalsOf(services, session, iterations)) : {};
}

async function totalsOf({ store }: AmpServices, { id: sessionId }: Session, iterations: readonly Iteration[]): Promise<SpanTotals> {
  return (await Promise.all(iterations.map(({ id }) => store.spans.totals({ sessionId, iterationId: id })))).reduce(added);
}

function added(one: SpanTotals, other: SpanTotals): SpanTotals {
  return {
    spans: one.spans + other.spans,
    errors: one.errors + other.errors,
    tokensIn: one.tokensIn + other.tokensIn,
    tokensOut: one.tokensOut + other.tokensOut,
    costNano: one.costNano + other.costNano,
    unknownCosts: one.unknownCosts + other.unknownCosts,
    approximateCosts: one.approximateCosts + other.approximateCosts,
  };
}

async function sessionOf(services: AmpServices, { config, execution, signal }: AmpStep, { sessionId, isOwn }: AmpPlan): Promise<Session> {
  const { store, sessions } = services;
  const known = await store.sessions.get(sessionId);
  if (known) return known;
  if (!isOwn) throw new OrchestratorError('session-missing', `There is no session ${sessionId} in this repository.`, 'Name one that is there, or leave it out for a new session.');
  if (signal.aborted) throw stopped(signal);
  const { name, baseBranch, budgetUSD } = config;
  const budgetNano = budgetUSD === undefined ? undefined : nanoDollars(budgetUSD);
  return sessions.create({ id: sessionId, prompt: templateText(config.prompt), ...chosenAgent(services, config), executionId: execution.root, ...present({ name: optionalText(name), baseBranch: optionalText(baseBranch), budgetNano }) });
}

function failed({ errorMessage }: Iteration): OrchestratorError {
  return new OrchestratorError('agent-failed', errorMessage ?? 'The agent failed.', 'See the session’s timeline; running it again continues the conversation.');
}

function stopped(signal?: AbortSignal): OrchestratorError {
  return new OrchestratorError('stopped', 'The agent was stopped.', 'Its work so far is kept in the session.', { cause: signal?.reason });
}
