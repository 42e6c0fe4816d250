import path from 'node:path';
import type { Clock } from '../base/clock';
import { isOrchestratorError, OrchestratorError } from '../base/errors';
import { sleep } from '../base/processWait';
import type { AgentOptions } from '../model/session';
import type { AgentDriver, AgentOutcome, AgentRequest } from './agentDriver';
import { streamOutcome } from './agentOutcome';
import type { AgentDriverOptions } from './agentRun';
import { asObject, present } from '../base/jsonShape';
import { RecordedEdits } from './recordedEdits';
import { checkRecording, openRecording } from './recording';
import { createStreamParser } from './streamParsers';

const label = 'Replay';

/** Plays a recorded run: the same events, and the file edits really done. No recorded command is run. */
export function replayDriver(options: AgentDriverOptions): AgentDriver {
  async function check(agentOptions: AgentOptions): Promise<void> {
    await checkRecording(recordingOf(agentOptions));
  }

  async function run(request: AgentRequest): Promise<AgentOutcome> {
    try {
      return await play(options.clock, request);
    } catch (error) {
      if (isOrchestratorError(error)) return { status: 'failed', error };
      throw error;
    }
  }

  return { name: 'replay', label, check, run };
}

function recordingOf(options: AgentOptions): string {
  if (!options.recording) throw new OrchestratorError('agent-not-configured', 'No recording is set for this session.', 'Choose the recording to replay.');
  return path.resolve(options.recording);
}

async function play(clock: Clock, request: AgentRequest): Promise<AgentOutcome> {
  const recording = await openRecording(recordingOf(request.options));
  const rewrite = pathRewriter(recording.header.cwd, request.cwd);
  const edits = new RecordedEdits(request.cwd);
  const { agent, resumed } = recording.header;
  const parser = createStreamParser(agent, { onEvent: request.onEvent, ignoreLineTimes: true, resumed: resumed === true, ...present({ redact: request.redactor?.redact }) });
  const speed = request.options.speed ?? 1;
  const start = clock.now();
  let exitCode: number | null | undefined;
  let lastText: string | undefined;
  let problem: OrchestratorError | undefined;
  try {
    for await (const entry of recording.lines()) {
      await pause(speed > 0 ? start + entry.t / speed - clock.now() : 0, request.signal);
      if (request.signal.aborted) break;
      if (entry.kind === 'exit') {
        exitCode = entry.exitCode;
        continue;
      }
      const value = rewrite(entry.value);
      const object = asObject(value);
      if (object) await edits.follow(object);
      const line = typeof value === 'string' ? value : JSON.stringify(value);
      request.onLine(line);
      if (!object && agent === 'command') {
        lastText = line;
        request.onEvent({ kind: 'text', ts: clock.now(), text: line });
      } else {
        parser.push(line, clock.now());
      }
    }
  } catch (error) {
    if (!isOrchestratorError(error)) throw error;
    problem = error;
  }
  const summary = parser.finish(clock.now());
  if (agent === 'codex') request.onEvent({ kind: 'notice', ts: clock.now(), severity: 'info', message: 'Codex tells which files it changed, but not how: a replay leaves them as they are.' });
  if (problem) return { status: 'failed', error: problem, ...(summary.agentSessionId !== undefined && { agentSessionId: summary.agentSessionId }) };
  if (agent === 'command') return commandOutcome(request, clock, exitCode ?? 0, lastText);
  return streamOutcome(label, summary, {
    stderrTail: 'The recording has no result.',
    ...(request.signal.aborted ? { ended: 'stopped' as const } : { exit: { exitCode: exitCode ?? null } }),
  });
}

/** A breath between lines also at full speed, so that whoever watches can draw and stop. */
async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  if (durationMs > 0) await sleep(durationMs, signal);
  else await new Promise<void>((resolve) => setImmediate(resolve));
}

function commandOutcome(request: AgentRequest, clock: Clock, exitCode: number, lastText: string | undefined): AgentOutcome {
  if (request.signal.aborted) return { status: 'stopped' };
  const ok = exitCode === 0;
  const errorMessage = `The recorded command ended with exit code ${exitCode}.`;
  request.onEvent({ kind: 'turnFinished', ts: clock.now(), ok, ...(!ok && { errorMessage }) });
  if (!ok) return { status: 'failed', error: new OrchestratorError('agent-failed', errorMessage, 'Choose another recording.') };
  return { status: 'succeeded', ...(lastText !== undefined && { summary: lastText }) };
}

/** Replaces the recorded place by the new one in every text of a value, where it stands as a whole path and not as a part of another. */
export function pathRewriter(recordedCwd: string, cwd: string): (value: unknown) => unknown {
  const escaped = recordedCwd.replace(/[/\\]+$/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`(?<![\\w.~/\\\\-])${escaped}(?![\\w-])(?!\\.\\w)`, 'g');
  const rewrite = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(pattern, () => cwd);
    if (Array.isArray(value)) return value.map(rewrite);
    const object = asObject(value);
    return object ? Object.fromEntries(Object.entries(object).map(([key, member]) => [key, rewrite(member)])) : value;
  };
  return rewrite;
}
