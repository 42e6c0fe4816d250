import path from 'node:path';
import { explain, isOrchestratorError, OrchestratorError } from '../base/errors';
import { newId } from '../base/ids';
import type { AgentOutcome } from '../agents/agentDriver';
import { writeRecording } from '../agents/recordingWriter';
import { runCommandCheck, testCommand } from '../evaluation/commandCheck';
import { changedFiles } from '../git/changes';
import { commitAll } from '../git/checkpoints';
import type { Git } from '../git/git';
import { checkWorktree } from '../git/worktrees';
import type { EvalResult } from '../model/evalResult';
import type { ChangedFile, Iteration, Session } from '../model/session';
import type { AmpTraceEvent } from '../model/span';
import { AgentSpans } from './agentSpans';
import { checkoutState, compareCheckouts } from './checkoutGuard';
import { commitSubject } from './names';
import { endStrays } from './recoverSessions';
import { driverOf, notAvailable, sessionById, workable, type SessionContext } from './sessionContext';

export interface RunRequest {
  /** The session's own prompt, if absent. */
  readonly prompt?: string | undefined;
  /** Also run the project's own tests in the worktree after the commit. */
  readonly tests?: boolean;
  readonly signal: AbortSignal;
  /** Called once the iteration is on record, before the agent starts. */
  readonly onStarted?: (iteration: Iteration) => void;
}

export interface IterationResult {
  readonly iteration: Iteration;
  /** Absent when no tests were asked for or the project has none. */
  readonly tests?: EvalResult;
}

/**
 * Runs the session's agent once in its worktree and commits what it did, also when it failed or was stopped: nothing it wrote is lost.
 * What the agent did wrong is in the result; only what kept it from running is thrown.
 */
export async function runIteration(context: SessionContext, sessionId: string, request: RunRequest): Promise<IterationResult> {
  const { store, tracer, clock } = context;
  const session = await sessionById(context, sessionId);
  const driver = driverOf(context, session.agent);
  await driver.check(session.agentOptions);
  const git = await checkWorktree(context.repository, session.worktree, session.branch);
  const claimed = await store.sessions.transition(session.id, workable, { status: 'running', attention: undefined, updatedAt: clock.now() });
  if (!claimed) throw notAvailable(await sessionById(context, sessionId));

  const earlier = await store.iterations.bySession(session.id);
  await endStrays(earlier);
  const started: Iteration = {
    id: newId(),
    sessionId: session.id,
    number: Math.max(0, ...earlier.map(({ number }) => number)) + 1,
    prompt: request.prompt?.trim() || session.prompt,
    status: 'running',
    changedFiles: [],
    tsStart: clock.now(),
  };
  const span = tracer.startSpan({ sessionId: session.id, iterationId: started.id, type: 'agent', name: `Iteration ${started.number}`, tsStart: started.tsStart, attrs: { 'amp.iteration': started.number, 'amp.prompt': started.prompt.slice(0, 4096) } });
  try {
    await store.iterations.save(started);
    request.onStarted?.(started);
    const run = await runAndCommit(context, { session, iteration: started, span, git, conversation: earlier.findLast(({ agentSessionId }) => agentSessionId !== undefined) }, request.signal);
    const tests = request.tests && run.iteration.status === 'succeeded' ? await runTests(context, session, started, span, request.signal) : undefined;
    const failedTests = tests && !tests.passed ? 'The project’s tests fail.' : undefined;
    tracer.finishSpan(span.id, { status: spanStatus(run.iteration), errorMessage: run.iteration.errorMessage });
    const iteration = { ...run.iteration, tsEnd: clock.now() };
    await finish(context, iteration, { attention: run.attention ?? failedTests });
    return { iteration, ...(tests ? { tests } : {}) };
  } catch (error) {
    context.log.error(`Iteration ${started.number} of "${session.name}" could not be run`, error);
    const failed: Iteration = { ...started, status: request.signal.aborted ? 'stopped' : 'failed', errorMessage: explain(error), tsEnd: clock.now() };
    tracer.finishSpan(span.id, { status: spanStatus(failed), errorMessage: failed.errorMessage });
    await finish(context, failed, { attention: failed.errorMessage });
    throw error;
  }
}

interface Run {
  readonly session: Session;
  readonly iteration: Iteration;
  readonly span: AmpTraceEvent;
  readonly git: Git;
  /** The iteration whose conversation goes on. */
  readonly conversation: Iteration | undefined;
}

async function runAndCommit(context: SessionContext, run: Run, signal: AbortSignal): Promise<{ iteration: Iteration; attention: string | undefined }> {
  const { session, iteration, git } = run;
  const before = await checkoutState(context.repository);
  const headBefore = await git.output(['rev-parse', 'HEAD']);
  const outcome = await runAgent(context, run, signal);
  // An agent may have moved the branch or the worktree itself: then nothing is committed, and a person has to look.
  await checkWorktree(context.repository, session.worktree, session.branch);
  const { commitSha, files } = await commitWork(context, run, headBefore, outcome);
  const difference = compareCheckouts(before, await checkoutState(context.repository));
  if (difference.files.length > 0 || difference.headMoved) noteCheckout(context, run, difference.files);
  return {
    iteration: {
      ...iteration,
      status: outcome.status,
      changedFiles: files,
      tsEnd: context.clock.now(),
      ...(commitSha === undefined ? {} : { commitSha }),
      ...(outcome.summary === undefined ? {} : { summary: outcome.summary }),
      ...(outcome.error === undefined ? {} : { errorMessage: explain(outcome.error) }),
      ...(outcome.agentSessionId === undefined ? {} : { agentSessionId: outcome.agentSessionId }),
      ...(outcome.conversationTotals === undefined ? {} : { conversationTotals: outcome.conversationTotals }),
    },
    attention: difference.configurationChanged
      ? 'The repository’s git configuration (.git/config) changed while the agent ran. Look at it before you run git there: it can start programs.'
      : outcome.status === 'failed' && outcome.error
        ? explain(outcome.error)
        : undefined,
  };
}

async function runAgent(context: SessionContext, { session, iteration, span, conversation }: Run, signal: AbortSignal): Promise<AgentOutcome> {
  const { tracer } = context;
  const driver = driverOf(context, session.agent);
  const agentSpan = tracer.startSpan({
    sessionId: session.id,
    iterationId: iteration.id,
    parentId: span.id,
    type: 'agent',
    name: driver.label,
    attrs: { 'gen_ai.agent.name': session.agent },
    model: session.agentOptions.model,
  });
  const spans = new AgentSpans(tracer, agentSpan, session.worktree);
  // A replayed run is on record already.
  const recording = session.agent === 'replay' ? undefined : writeRecording(path.join(context.recordings, `${iteration.id}.jsonl`), { agent: session.agent, cwd: session.worktree, title: session.name, prompt: iteration.prompt }, context.clock);
  let outcome: AgentOutcome;
  try {
    outcome = await driver.run({
      prompt: iteration.prompt,
      cwd: session.worktree,
      options: session.agentOptions,
      runMarker: iteration.id,
      signal,
      onEvent: (event) => { spans.handle(event); },
      onLine: (line) => { recording?.write(line); },
      ...(conversation?.agentSessionId === undefined ? {} : { resume: conversation.agentSessionId }),
      ...(conversation?.conversationTotals === undefined ? {} : { mark: conversation.conversationTotals }),
    });
  } catch (error) {
    outcome = { status: 'failed', error: isOrchestratorError(error) ? error : new OrchestratorError('agent-failed', `${driver.label} could not be run.`, 'The log has the details.', { cause: error }) };
    context.log.error(`${driver.label} could not be run`, error);
  }
  recording?.close();
  if (recording?.problem !== undefined) context.log.error('The recording of the run is not complete', recording.problem);
  spans.close(outcome.status);
  tracer.finishSpan(agentSpan.id, {
    status: outcome.status === 'succeeded' ? 'success' : outcome.status === 'stopped' ? 'cancelled' : 'error',
    errorMessage: outcome.error?.message,
    stackTrace: outcome.error?.stack,
  });
  return outcome;
}

async function commitWork({ tracer }: SessionContext, { session, iteration, span, git }: Run, headBefore: string, outcome: AgentOutcome): Promise<{ commitSha: string | undefined; files: ChangedFile[] }> {
  const message = `${commitSubject(outcome.summary ?? iteration.prompt)}\n\nSession: ${session.name}\nIteration: ${iteration.number}\nAgent: ${session.agent}\n`;
  return tracer.trace(
    { sessionId: session.id, iterationId: iteration.id, parentId: span.id, type: 'git', name: 'git commit' },
    async () => {
      await commitAll(git, message);
      const head = await git.output(['rev-parse', 'HEAD']);
      return head === headBefore ? { commitSha: undefined, files: [] } : { commitSha: head, files: await changedFiles(git, headBefore, head) };
    },
    ({ commitSha, files }) => (commitSha === undefined ? { name: 'git commit: nothing changed' } : { name: `git commit ${commitSha.slice(0, 8)}`, attrs: { 'vcs.ref.head.revision': commitSha, 'amp.files': files.length } }),
  );
}

function noteCheckout({ tracer }: SessionContext, { session, iteration, span }: Run, files: readonly string[]): void {
  const message = files.length > 0 ? `Files in your own checkout changed meanwhile: ${files.slice(0, 5).join(', ')}` : 'Your own checkout moved to another commit meanwhile';
  const note = tracer.startSpan({ sessionId: session.id, iterationId: iteration.id, parentId: span.id, type: 'ui', name: message, attrs: { 'amp.notice': 'warning', 'amp.text': 'If that was not you, the agent worked outside its worktree.' } });
  tracer.finishSpan(note.id);
}

async function runTests({ tracer }: SessionContext, session: Session, iteration: Iteration, span: AmpTraceEvent, signal: AbortSignal): Promise<EvalResult | undefined> {
  const argv = await testCommand(session.worktree);
  if (!argv) return undefined;
  return tracer.trace(
    { sessionId: session.id, iterationId: iteration.id, parentId: span.id, type: 'eval', name: `tests: ${argv.join(' ')}`, attrs: { 'gen_ai.evaluation.name': 'tests' } },
    () => runCommandCheck({ id: newId(), name: 'tests', argv, tree: session.worktree, signal }),
    (result) => ({
      status: result.passed ? 'success' : 'error',
      errorMessage: result.passed ? undefined : (result.error ?? 'The tests fail.'),
      attrs: { 'gen_ai.evaluation.score.value': result.score, 'gen_ai.evaluation.score.label': result.passed ? 'passed' : 'failed', 'gen_ai.evaluation.explanation': result.details ?? '' },
    }),
  );
}

async function finish({ store, clock }: SessionContext, iteration: Iteration, { attention }: { attention: string | undefined }): Promise<void> {
  const status = iteration.status === 'succeeded' ? 'ready' : iteration.status === 'stopped' ? 'stopped' : 'failed';
  await store.iterations.save(iteration);
  await store.sessions.transition(iteration.sessionId, ['running'], { status, attention, updatedAt: clock.now() });
  await store.flush();
}

function spanStatus({ status }: Iteration): 'success' | 'error' | 'cancelled' {
  return status === 'succeeded' ? 'success' : status === 'stopped' ? 'cancelled' : 'error';
}
