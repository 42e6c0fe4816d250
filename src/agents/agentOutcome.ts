import { OrchestratorError } from '../base/errors';
import { formatDuration } from '../base/format';
import type { AgentOutcome } from './agentDriver';
import type { ProgramEnd } from './agentRun';
import { present } from '../base/jsonShape';
import type { StreamSummary } from './streamParser';

const accessTrouble = /\b(401|403|api key|log ?in|unauthori[sz]ed|authentication|credit balance|billing)\b/i;

/**
 * The outcome of a run of the stream-json family. The stream's own verdict decides; how the program ended counts only when there is none,
 * since a program may exit with 0 after an error and be killed after a success.
 */
export function streamOutcome(label: string, stream: StreamSummary, end: ProgramEnd): AgentOutcome {
  const known = present({ agentSessionId: stream.agentSessionId, summary: stream.verdict?.text, conversationTotals: stream.conversationTotals });
  if (stream.verdict?.ok) return { status: 'succeeded', ...known };
  if (end.ended === 'stopped') return { status: 'stopped', ...known };
  return { status: 'failed', error: failure(label, stream, end), ...known };
}

function failure(label: string, stream: StreamSummary, end: ProgramEnd): OrchestratorError {
  if (end.startError) return end.startError;
  if (stream.verdict) return reportedFailure(label, stream.verdict.errorMessage ?? 'no reason given');
  if (end.ended === 'stalled') return stalled(label, end);
  if (stream.garbage !== undefined) {
    const advice = `Run it in a terminal to see what it wants; it must be a version of ${label} that can print a JSON stream.`;
    return new OrchestratorError('agent-garbage', `${label} printed something else than its JSON stream: "${stream.garbage}"`, advice);
  }
  return endedWithoutVerdict(label, end);
}

function reportedFailure(label: string, message: string): OrchestratorError {
  const advice = accessTrouble.test(message) ? `Check that ${label} works in a terminal: its login, API key or credit.` : 'See the session timeline for the steps before it; running the iteration again continues the conversation.';
  return new OrchestratorError('agent-failed', `${label} failed: ${sentence(message)}`, advice);
}

export function stalled(label: string, { quietMs }: ProgramEnd): OrchestratorError {
  return new OrchestratorError('agent-stalled', `${label} wrote nothing for ${formatDuration(quietMs)} and was ended.`, 'Its work so far is kept. Look in the session timeline at what it was waiting for, then run the iteration again.');
}

function endedWithoutVerdict(label: string, end: ProgramEnd): OrchestratorError {
  const how = end.exit?.signal !== undefined ? `was ended by ${end.exit.signal}` : `ended with exit code ${end.exit?.exitCode ?? 'unknown'}`;
  const said = end.stderrTail === '' ? '' : ` Its last words: ${end.stderrTail.slice(-1_000)}`;
  return new OrchestratorError('agent-failed', `${label} ${how} before it had finished.${said}`, `Check that ${label} works in a terminal, then run the iteration again.`);
}

function sentence(message: string): string {
  const trimmed = message.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
