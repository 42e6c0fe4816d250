import { explain, type OrchestratorError } from '../base/errors';
import { newId } from '../base/ids';
import { present } from '../base/jsonShape';
import { runCommandCheck, testCommand } from '../evaluation/commandCheck';
import type { Git } from '../git/git';
import { checkWorktree } from '../git/worktrees';
import type { TestOutcome } from '../model/evalResult';
import { statusAfter, type Iteration, type Session } from '../model/session';
import { spenderOf } from './budgetKeeper';
import { keepTrying } from './keepTrying';
import { keepWork, placeBefore, type KeptWork } from './keepWork';
import { endStrays } from './recoverSessions';
import { runAgent, type AgentRun } from './runAgent';
import type { RunGuard } from './runGuard';
import { driverOf, notAvailable, sessionById, workable, type SessionContext } from './sessionContext';

export interface RunRequest {
  /** The session's own prompt, if absent. */
  readonly prompt?: string | undefined;
  /** The session's own prompt as it was given: the stored one may have lost its secrets. */
  readonly ownPrompt?: string | undefined;
  /** Of the iteration; a new one, if absent. */
  readonly iterationId?: string | undefined;
  /** Also run the project's own tests in the worktree after the commit. */
  readonly tests?: boolean;
  readonly signal: AbortSignal;
  /** Called once the iteration is on record, before the agent starts. */
  readonly onStarted?: (iteration: Iteration) => void;
}

export interface IterationResult {
  readonly iteration: Iteration;
  /** Absent when they were not asked for. */
  readonly tests?: TestOutcome;
  /** It may be merged without a look: it succeeded, no limit holds it back, and the tests that were asked for pass. */
  readonly mayMerge: boolean;
  /** Why the iteration did not succeed; absent where a person stopped it. */
  readonly error?: OrchestratorError;
}

type Kept = KeptWork & { readonly overBudget?: true };

/**
 * Runs the session's agent once in its worktree and commits what it did, also when it failed or was stopped: nothing it wrote is lost.
 * What the agent did wrong is in the result; only what kept it from running is thrown.
 */
export async function runIteration(context: SessionContext, sessionId: string, request: RunRequest): Promise<IterationResult> {
  const { store, clock } = context;
  const session = await sessionById(context, sessionId);
  // Before all else: what is merged has no worktree any more.
  if (!workable.some((status) => status === session.status)) throw notAvailable(session);
  await driverOf(context, session.agent).check(session.agentOptions);
  await context.budgets.refuse(spenderOf(session));
  const git = await checkWorktree(context.repository, session.worktree, session.branch);
  const claimed = await store.sessions.transition(session.id, workable, { status: 'running', attention: undefined, updatedAt: clock.now() });
  if (!claimed) throw notAvailable(await sessionById(context, sessionId));
  try {
    return await runClaimed(context, session, git, request);
  } catch (error) {
    // Nothing ran, or its record could not be written: the session must not stay claimed.
    const status = session.status === 'ready' ? 'failed' : session.status;
    await keepTrying(context, `The end of "${session.name}"`, () => store.sessions.transition(session.id, ['running'], { status, attention: explain(error), updatedAt: clock.now() })).catch((reason: unknown) => {
      context.log.error(`The end of "${session.name}" could not be stored`, reason);
    });
    throw error;
  }
}

async function runClaimed(context: SessionContext, session: Session, git: Git, request: RunRequest): Promise<IterationResult> {
  const { store, tracer, clock } = context;
  const earlier = await store.iterations.bySession(session.id);
  await endStrays(earlier);
  const iteration: Iteration = {
    id: request.iterationId ?? newId(),
    sessionId: session.id,
    number: Math.max(0, ...earlier.map(({ number }) => number)) + 1,
    prompt: request.prompt?.trim() || request.ownPrompt?.trim() || session.prompt,
    status: 'running',
    changedFiles: [],
    tsStart: clock.now(),
  };
  const span = tracer.startSpan({ sessionId: session.id, iterationId: iteration.id, type: 'agent', name: `Iteration ${iteration.number}`, tsStart: iteration.tsStart, attrs: { 'amp.iteration': iteration.number, 'amp.prompt': context.redactor.redact(iteration.prompt).slice(0, 4096) } });
  let guard: RunGuard | undefined;
  let kept: Kept = { iteration: { ...iteration, status: 'failed' } };
  try {
    await store.iterations.save(iteration);
    request.onStarted?.(iteration);
    guard = await context.budgets.guard({ spender: spenderOf(session), name: session.name, span });
    const run: AgentRun = { session, iteration, span, conversation: conversationOf(earlier), signal: AbortSignal.any([request.signal, guard.signal]) };
    const before = await placeBefore(context, git);
    const outcome = await runAgent(context, run);
    guard.ended();
    // Many programs tell what they used in their last words: that is over the budget as well, however the run ended.
    const problem = outcome.status === 'stopped' || guard.isUsedUp ? guard.problem : undefined;
    kept = overBudget(problem, await keepWork(context, run, before, outcome));
    // Tests cost nothing: a budget that is used up does not stop them.
    const tests = !request.tests ? undefined : kept.iteration.status === 'succeeded' ? await runTests(context, run, request.signal) : 'not-run';
    await finish(context, { session, span }, kept, typeof tests === 'object' && !tests.passed ? 'The project’s tests fail.' : undefined);
    const error = kept.iteration.status === 'stopped' ? problem : kept.error;
    return { iteration: kept.iteration, ...present({ tests, error }), mayMerge: kept.iteration.status === 'succeeded' && problem === undefined && allow(tests) };
  } catch (error) {
    // Whatever is known of the run by now stays on record.
    await finish(context, { session, span }, { ...kept, iteration: { ...kept.iteration, errorMessage: kept.iteration.errorMessage ?? explain(error) } }, explain(error));
    throw error;
  } finally {
    guard?.dispose();
  }
}

/**
 * The last conversation goes on. One whose run was killed may never have been kept by the agent: where the run after it could not take it up,
 * it is left out, or no run would ever succeed again.
 */
function conversationOf(earlier: readonly Iteration[]): Iteration | undefined {
  const isLost = ({ status, number }: Iteration): boolean => status === 'interrupted' && earlier.some((later) => later.number > number && later.status === 'failed' && later.agentSessionId === undefined);
  return earlier.findLast((iteration) => iteration.agentSessionId !== undefined && !isLost(iteration));
}

/** What was kept of a run that used a budget up says so. A run that ended by itself stays what it was. */
function overBudget(problem: OrchestratorError | undefined, kept: KeptWork): Kept {
  if (!problem) return kept;
  const { iteration } = kept;
  const attention = [explain(problem), kept.attention].filter((text) => text !== undefined).join(' ');
  return { ...kept, iteration: iteration.status === 'stopped' ? { ...iteration, errorMessage: iteration.errorMessage ?? problem.message } : iteration, attention, overBudget: true };
}

/** False when tests were asked for and nobody can say that they pass. */
function allow(tests: TestOutcome | undefined): boolean {
  return typeof tests === 'object' ? tests.passed : tests !== 'not-run';
}

/** The tests of a run that succeeded. Stopped, they have no result; the run stays what it is. */
async function runTests({ tracer, redactor }: SessionContext, { session, iteration, span }: AgentRun, signal: AbortSignal): Promise<TestOutcome> {
  const argv = await testCommand(session.worktree);
  if (!argv) return 'none';
  try {
    return await tracer.trace(
      { sessionId: session.id, iterationId: iteration.id, parentId: span.id, type: 'eval', name: `tests: ${argv.join(' ')}`, attrs: { 'gen_ai.evaluation.name': 'tests' } },
      () => runCommandCheck({ id: newId(), name: 'tests', argv, tree: session.worktree, signal, runMarker: iteration.id, redact: redactor.redact }),
      (result) => ({
        status: result.passed ? 'success' : 'error',
        errorMessage: result.passed ? undefined : (result.error ?? 'The tests fail.'),
        attrs: { 'gen_ai.evaluation.score.value': result.score, 'gen_ai.evaluation.score.label': result.passed ? 'passed' : 'failed', 'gen_ai.evaluation.explanation': result.details ?? '' },
      }),
    );
  } catch (error) {
    if (signal.aborted) return 'not-run';
    throw error;
  }
}

async function finish(context: SessionContext, { session, span }: Pick<AgentRun, 'session' | 'span'>, { iteration, attention, overBudget: isOverBudget }: Kept, also: string | undefined): Promise<void> {
  const { store, tracer, clock } = context;
  const ended: Iteration = { ...iteration, tsEnd: clock.now() };
  tracer.finishSpan(span.id, { status: spanStatus(ended), errorMessage: ended.errorMessage });
  const status = isOverBudget ? 'budget-exceeded' : statusAfter(ended);
  await keepTrying(context, `The end of iteration ${ended.number} of "${session.name}"`, async () => {
    await store.iterations.save(ended);
    await store.sessions.transition(session.id, ['running'], { status, attention: [attention, also].filter((text) => text !== undefined).join(' ') || undefined, updatedAt: clock.now() });
    await store.flush();
  });
}

function spanStatus({ status }: Iteration): 'success' | 'error' | 'cancelled' {
  return status === 'succeeded' ? 'success' : status === 'stopped' ? 'cancelled' : 'error';
}
