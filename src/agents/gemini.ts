import { OrchestratorError } from '../base/errors';
import { findProgram } from '../base/findProgram';
import type { AgentDriver, AgentOutcome, AgentRequest } from './agentDriver';
import { agentEnvironment } from './agentEnvironment';
import type { AgentDriverOptions } from './agentRun';
import { agentMissing } from './agentRun';
import { GeminiParser } from './geminiStream';
import { runStream } from './streamRun';

const label = 'Gemini CLI';
const installAdvice = 'Install it with `npm install -g @google/gemini-cli`, or set its path in the settings.';
const noLoginExit = 41;
const noConversationExit = 42;

/** Gemini CLI, headless: https://geminicli.com/docs/cli/headless */
export function geminiDriver(options: AgentDriverOptions): AgentDriver {
  const program = options.programs?.gemini ?? 'gemini';
  const env = {
    // Sessions run in trusted workspaces only; a worktree is a folder that the program has never seen, where it would edit nothing.
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
    ...agentEnvironment(options.env),
    // Otherwise it starts itself again, and the first process keeps signals to itself.
    GEMINI_CLI_NO_RELAUNCH: 'true',
  };

  async function check(): Promise<void> {
    if ((await findProgram(program, env)) === undefined) throw agentMissing(label, program, installAdvice);
  }

  function run(request: AgentRequest): Promise<AgentOutcome> {
    return runStream(options, request, { label, program, args: geminiArguments(options, request), env, input: request.prompt, installAdvice, createParser: (stream) => new GeminiParser(stream), explainExit });
  }

  return { name: 'gemini', label, check, run };
}

/** The prompt goes to stdin, where it may be of any length and begin with a dash. In the mode `default` it would not even offer tools that change files. */
function geminiArguments(options: AgentDriverOptions, request: Pick<AgentRequest, 'options' | 'resume'>): readonly string[] {
  return [
    '--output-format=stream-json',
    `--approval-mode=${options.gemini?.approvalMode ?? 'auto_edit'}`,
    ...(request.options.model === undefined ? [] : [`--model=${request.options.model}`]),
    ...(request.resume === undefined ? [] : [`--resume=${request.resume}`]),
  ];
}

function explainExit(exitCode: number): OrchestratorError | undefined {
  switch (exitCode) {
    case noLoginExit:
      return new OrchestratorError('agent-not-configured', `${label} has no login.`, 'Run `gemini` in a terminal and log in, or set the environment variable GEMINI_API_KEY, then run the iteration again.');
    case noConversationExit:
      return new OrchestratorError('agent-failed', `${label} does not know the conversation any more.`, 'It keeps conversations for each folder; start a new session to go on.');
    default:
      return undefined;
  }
}
