import path from 'node:path';
import { explain, isOrchestratorError, OrchestratorError } from '../base/errors';
import type { AgentOutcome } from '../agents/agentDriver';
import { writeRecording } from '../agents/recordingWriter';
import type { Iteration, Session } from '../model/session';
import type { AmpTraceEvent } from '../model/span';
import { traceParent } from '../telemetry/traceContext';
import { AgentSpans } from './agentSpans';
import { redactedEvent, redactedOutcome } from './redactedEvents';
import { driverOf, type SessionContext } from './sessionContext';

export interface AgentRun {
  readonly session: Session;
  readonly iteration: Iteration;
  /** The iteration's span. */
  readonly span: AmpTraceEvent;
  /** The iteration whose conversation goes on. */
  readonly conversation: Iteration | undefined;
  readonly signal: AbortSignal;
}

/** Runs the session's agent under a span of its own and keeps its raw output. Never rejects: what went wrong is the outcome. */
export async function runAgent(context: SessionContext, { session, iteration, span, conversation, signal }: AgentRun): Promise<AgentOutcome> {
  const { tracer, log, redactor } = context;
  const { redact } = redactor;
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
  const prices = await context.prices();
  for (const problem of prices.problems) log.warn(explain(problem));
  const spans = new AgentSpans({ tracer, run: agentSpan, worktree: session.worktree, agent: session.agent, prices, signal });
  for (const problem of prices.problems) spans.handle({ kind: 'notice', ts: context.clock.now(), severity: 'warning', message: explain(problem) });
  // A replayed run is on record already.
  const recording = session.agent === 'replay' ? undefined : writeRecording(path.join(context.recordings, `${iteration.id}.jsonl`), { agent: session.agent, cwd: session.worktree, title: session.name, prompt: iteration.prompt, ...(conversation?.agentSessionId === undefined ? {} : { resumed: true }) }, context.clock, redactor);
  let outcome: AgentOutcome;
  try {
    outcome = await driver.run({
      prompt: iteration.prompt,
      cwd: session.worktree,
      options: session.agentOptions,
      runMarker: iteration.id,
      traceparent: traceParent(agentSpan),
      signal,
      redactor,
      onEvent: (event) => {
        if (event.kind === 'sessionStarted') keepConversation(context, iteration, event.agentSessionId);
        spans.handle(redactedEvent(event, redact));
      },
      onLine: (line) => { recording?.write(line); },
      ...(conversation?.agentSessionId === undefined ? {} : { resume: conversation.agentSessionId }),
      ...(conversation?.conversationTotals === undefined ? {} : { mark: conversation.conversationTotals }),
    });
  } catch (error) {
    log.error(`${driver.label} could not be run`, error);
    outcome = { status: 'failed', error: isOrchestratorError(error) ? error : new OrchestratorError('agent-failed', `${driver.label} could not be run.`, 'The log has the details.', { cause: error }) };
  }
  outcome = redactedOutcome(outcome, redact);
  recording?.close();
  if (recording?.problem !== undefined) log.error('The recording of the run is not complete', recording.problem);
  spans.close(outcome.status);
  tracer.finishSpan(agentSpan.id, {
    status: outcome.status === 'succeeded' ? 'success' : outcome.status === 'stopped' ? 'cancelled' : 'error',
    errorMessage: outcome.error?.message,
    stackTrace: outcome.error?.stack,
  });
  return outcome;
}

/** At once, not only with the outcome: a run that is killed has none, and the next one goes on with its conversation. */
function keepConversation({ store, log }: SessionContext, iteration: Iteration, agentSessionId: string): void {
  store.iterations.save({ ...iteration, agentSessionId }).catch((error: unknown) => { log.error('The conversation of the run could not be stored yet', error); });
}
