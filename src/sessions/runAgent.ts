import path from 'node:path';
import { isOrchestratorError, OrchestratorError } from '../base/errors';
import type { AgentOutcome } from '../agents/agentDriver';
import { writeRecording } from '../agents/recordingWriter';
import type { Iteration, Session } from '../model/session';
import type { AmpTraceEvent } from '../model/span';
import { AgentSpans } from './agentSpans';
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
  const { tracer, log } = context;
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
    log.error(`${driver.label} could not be run`, error);
    outcome = { status: 'failed', error: isOrchestratorError(error) ? error : new OrchestratorError('agent-failed', `${driver.label} could not be run.`, 'The log has the details.', { cause: error }) };
  }
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
