import { findProgram } from '../base/findProgram';
import type { AgentDriver, AgentOutcome, AgentRequest } from './agentDriver';
import { agentEnvironment } from './agentEnvironment';
import type { AgentDriverOptions } from './agentRun';
import { agentMissing } from './agentRun';
import { OpencodeParser } from './opencodeStream';
import { runStream } from './streamRun';

const label = 'opencode';
const installAdvice = 'Install it with `npm install -g opencode-ai`, or set its path in the settings.';

/** A run downloads nothing and shares nothing. */
const quiet = {
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_SHARE: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
};

/** opencode, headless: https://opencode.ai/docs/cli */
export function opencodeDriver(options: AgentDriverOptions): AgentDriver {
  const program = options.programs?.opencode ?? 'opencode';
  const env = { ...agentEnvironment(options.env), ...quiet };

  async function check(): Promise<void> {
    if ((await findProgram(program, env)) === undefined) throw agentMissing(label, program, installAdvice);
  }

  function run(request: AgentRequest): Promise<AgentOutcome> {
    return runStream(options, request, { label, program, args: opencodeArguments(options, request), env, input: request.prompt, installAdvice, createParser: (stream) => new OpencodeParser(stream) });
  }

  return { name: 'opencode', label, check, run };
}

/** The prompt goes to stdin, where it may be of any length and begin with a dash. What may be done unasked is in opencode's own configuration. */
function opencodeArguments(options: AgentDriverOptions, request: Pick<AgentRequest, 'options' | 'resume'>): readonly string[] {
  return [
    'run',
    '--format=json',
    '--thinking',
    ...(options.opencode?.approvesAll ? ['--auto'] : []),
    ...(request.options.model === undefined ? [] : [`--model=${request.options.model}`]),
    ...(request.resume === undefined ? [] : [`--session=${request.resume}`]),
  ];
}
