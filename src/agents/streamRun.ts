import { OrchestratorError } from '../base/errors';
import type { AgentOutcome, AgentRequest } from './agentDriver';
import { streamOutcome } from './agentOutcome';
import type { AgentDriverOptions } from './agentRun';
import { agentMissing, runProgram } from './agentRun';
import { present } from '../base/jsonShape';
import type { StreamOptions, StreamParser } from './streamParser';

export interface StreamProgram {
  readonly label: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
  readonly installAdvice: string;
  readonly createParser: (options: StreamOptions) => StreamParser;
  /** What an exit code of its own means, when the stream gave no verdict. */
  readonly explainExit?: (exitCode: number) => OrchestratorError | undefined;
  /** A line before the stream begins that means the program waits for a login which nobody will do. */
  readonly asksForLogin?: { readonly pattern: RegExp; readonly advice: string };
}

/** Runs a program that prints JSON lines and translates them. */
export async function runStream(options: AgentDriverOptions, request: AgentRequest, program: StreamProgram): Promise<AgentOutcome> {
  const { clock } = options;
  const parser = program.createParser({ onEvent: request.onEvent, resumed: request.resume !== undefined, ...present({ mark: request.mark, model: request.options.model, redact: request.redactor?.redact }) });
  let loginLine: string | undefined;
  const lookForLogin = (line: string): void => {
    if (loginLine !== undefined || parser.hasBegun || !program.asksForLogin?.pattern.test(line)) return;
    loginLine = line;
    started.giveUp();
  };
  const started = runProgram(options, request, {
    ...program,
    onStdoutLine: (line) => {
      parser.push(line, clock.now());
      lookForLogin(line);
    },
    onStderrLine: lookForLogin,
    onLongLine: (head, bytes) => { parser.pushLongLine(head, bytes, clock.now()); },
  });
  const end = await started.end;
  const summary = parser.finish(clock.now());
  if (loginLine !== undefined) {
    return { status: 'failed', error: new OrchestratorError('agent-not-configured', `${program.label} asks for a login.`, program.asksForLogin?.advice ?? '') };
  }
  const outcome = streamOutcome(program.label, summary, end);
  const explained = outcome.status === 'failed' && !summary.verdict && end.ended === undefined ? program.explainExit?.(end.exit?.exitCode ?? 0) : undefined;
  if (explained) return { ...outcome, error: explained };
  if (outcome.error?.code !== 'agent-missing') return outcome;
  return { ...outcome, error: agentMissing(program.label, program.program, program.installAdvice, outcome.error.cause) };
}
