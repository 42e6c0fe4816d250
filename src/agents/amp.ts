import { findProgram } from '../base/findProgram';
import type { AgentDriver, AgentOutcome, AgentRequest } from './agentDriver';
import { agentEnvironment } from './agentEnvironment';
import type { AgentDriverOptions } from './agentRun';
import { agentMissing } from './agentRun';
import { StreamJsonParser } from './streamJson';
import { runStream } from './streamRun';

const label = 'Amp';
const installAdvice = 'Install it with `npm install -g @sourcegraph/amp`, or set its path in the settings.';
const loginAdvice = 'Run `amp login` in a terminal, or set the environment variable AMP_API_KEY, then run the iteration again.';

/** Amp, headless: https://ampcode.com/manual#cli */
export function ampDriver(options: AgentDriverOptions): AgentDriver {
  const program = options.programs?.amp ?? 'amp';
  const env = agentEnvironment(options.env);

  async function check(): Promise<void> {
    if ((await findProgram(program, env)) === undefined) throw agentMissing(label, program, installAdvice);
  }

  function run(request: AgentRequest): Promise<AgentOutcome> {
    // Without a key the program prints the address of a login page and waits for ever.
    const asksForLogin = { pattern: /https?:\/\/\S*(login|auth)|\b(log|sign) ?in\b/i, advice: loginAdvice };
    return runStream(options, request, { label, program, args: ampArguments(options, request), env, input: request.prompt, installAdvice, createParser: (stream) => new StreamJsonParser(stream), asksForLogin });
  }

  return { name: 'amp', label, check, run };
}

/** The prompt goes to stdin, where it may be of any length and begin with a dash. Amp has modes in place of models. */
function ampArguments(options: AgentDriverOptions, request: Pick<AgentRequest, 'options' | 'resume'>): readonly string[] {
  return [
    ...(request.resume === undefined ? [] : ['threads', 'continue', threadId(request.resume)]),
    '-x',
    '--stream-json',
    ...(options.ampAllowsAllTools ? ['--dangerously-allow-all'] : []),
    ...(request.options.model === undefined ? [] : ['-m', request.options.model.replace(/^-+/, '')]),
  ];
}

/** A thread's id is an argument of its own, so it must not look like an option. */
function threadId(resume: string): string {
  return resume.replace(/^-+/, '');
}
