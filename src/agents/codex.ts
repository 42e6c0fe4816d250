import { findProgram } from '../base/findProgram';
import type { AgentDriver, AgentOutcome, AgentRequest } from './agentDriver';
import { agentEnvironment } from './agentEnvironment';
import type { AgentDriverOptions } from './agentRun';
import { agentMissing } from './agentRun';
import { CodexParser } from './codexStream';
import { runStream } from './streamRun';

const label = 'Codex';
const installAdvice = 'Install it with `npm install -g @openai/codex`, or set its path in the settings.';

/** Codex, headless: https://developers.openai.com/codex/noninteractive */
export function codexDriver(options: AgentDriverOptions): AgentDriver {
  const program = options.programs?.codex ?? 'codex';
  const env = agentEnvironment(options.env);

  async function check(): Promise<void> {
    if ((await findProgram(program, env)) === undefined) throw agentMissing(label, program, installAdvice);
  }

  function run(request: AgentRequest): Promise<AgentOutcome> {
    return runStream(options, request, { label, program, args: codexArguments(options, request), env, input: request.prompt, installAdvice, createParser: (stream) => new CodexParser(stream) });
  }

  return { name: 'codex', label, check, run };
}

/**
 * The prompt goes to stdin (`-`), where it may be of any length and begin with a dash. `resume` knows no option for the sandbox. In
 * `workspace-write` git's own folder is read-only: Codex cannot commit, and need not.
 */
function codexArguments(options: AgentDriverOptions, request: Pick<AgentRequest, 'options' | 'resume'>): readonly string[] {
  const sandbox = options.codex?.sandbox ?? 'workspace-write';
  const start = request.resume === undefined ? ['exec', `--sandbox=${sandbox}`] : ['exec', 'resume', conversationId(request.resume), `--config=sandbox_mode=${JSON.stringify(sandbox)}`];
  return [...start, '--json', ...(request.options.model === undefined ? [] : [`--model=${request.options.model}`]), '-'];
}

/** An id is an argument of its own, so it must not look like an option. */
function conversationId(resume: string): string {
  return resume.replace(/^-+/, '');
}
