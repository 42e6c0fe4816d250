import { findProgram } from '../base/findProgram';
import type { AgentDriver, AgentOutcome, AgentRequest } from './agentDriver';
import { agentEnvironment } from './agentEnvironment';
import type { AgentDriverOptions } from './agentRun';
import { agentMissing } from './agentRun';
import { StreamJsonParser } from './streamJson';
import { runStream } from './streamRun';

const label = 'Claude Code';
const installAdvice = 'Install it with `npm install -g @anthropic-ai/claude-code`, or set its path in the settings.';

/** Claude Code, headless: https://docs.claude.com/en/docs/claude-code/headless */
export function claudeCodeDriver(options: AgentDriverOptions): AgentDriver {
  const program = options.programs?.claudeCode ?? 'claude';
  const env = agentEnvironment(options.env);

  async function check(): Promise<void> {
    if ((await findProgram(program, env)) === undefined) throw agentMissing(label, program, installAdvice);
  }

  function run(request: AgentRequest): Promise<AgentOutcome> {
    return runStream(options, request, { label, program, args: claudeCodeArguments(options, request), env, input: request.prompt, installAdvice, createParser: (stream) => new StreamJsonParser(stream) });
  }

  return { name: 'claudeCode', label, check, run };
}

/** The prompt goes to stdin, where it may be of any length and begin with a dash. Values are tied to their option with `=`, so that none can become an option. */
function claudeCodeArguments(options: AgentDriverOptions, request: Pick<AgentRequest, 'options' | 'resume'>): readonly string[] {
  const { permissionMode = 'acceptEdits', allowedTools = [] } = options.claudeCode ?? {};
  return [
    '-p',
    '--output-format=stream-json',
    '--verbose',
    // Without these the stream never gives the output tokens of one call.
    '--include-partial-messages',
    `--permission-mode=${permissionMode}`,
    ...(allowedTools.length > 0 ? [`--allowedTools=${allowedTools.join(',')}`] : []),
    ...(request.options.model === undefined ? [] : [`--model=${request.options.model}`]),
    ...(request.resume === undefined ? [] : [`--resume=${request.resume}`]),
  ];
}
