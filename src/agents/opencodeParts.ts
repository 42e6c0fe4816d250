import type { Provider } from '../model/span';
import type { Usage } from '../model/usage';
import type { JsonObject } from '../base/jsonShape';
import { asName, asNumber, asObject, asText } from '../base/jsonShape';
import type { ToolEnd } from './openTools';
import { readCounts } from './tokenCounts';

/** opencode's own words for a tool that was not allowed. */
const rejection = /rejected permission|specified a rule which prevents/i;
const localProviders = new Set(['ollama', 'lmstudio', 'llama.cpp', 'local']);

/** How the tool call in a `tool_use` line ended. A command that failed is `completed` with its exit code. */
export function readToolEnd(toolId: string, state: JsonObject): ToolEnd {
  const error = asName(state['error']);
  const exitCode = asNumber(asObject(state['metadata'])?.['exit']);
  const isError = state['status'] === 'error' || (exitCode !== undefined && exitCode !== 0);
  return { toolId, isError, output: asText(state['output']) ?? error ?? '', denied: error !== undefined && rejection.test(error) };
}

/** Usage of one step: its parts do not overlap. Undefined when the counts cannot be right. */
export function readStepTokens(value: unknown): Usage | undefined {
  const tokens = asObject(value);
  const counts = tokens && readCounts(tokens, { input: 'input', output: 'output', reasoning: 'reasoning' });
  const cache = readCounts(asObject(tokens?.['cache']) ?? {}, { read: 'read', write: 'write' });
  if (!counts || !cache || counts.input === undefined || counts.output === undefined) return undefined;
  return {
    input: { text: counts.input, cacheRead: cache.read ?? 0, cacheWrite5m: cache.write ?? 0, cacheWrite1h: 0 },
    output: { text: counts.output, reasoning: counts.reasoning ?? 0 },
  };
}

/** opencode names models `provider/model`. The stream does not name them: what was asked for is all that is known. */
export function readModelName(name: string | undefined): { readonly provider: Provider; readonly model?: string } {
  const slash = name?.indexOf('/') ?? -1;
  if (name === undefined || slash < 0) return { provider: 'unknown', ...(name !== undefined && { model: name }) };
  return { provider: providerOf(name.slice(0, slash)), model: name.slice(slash + 1) };
}

function providerOf(name: string): Provider {
  if (name === 'openai' || name === 'anthropic' || name === 'google') return name;
  return localProviders.has(name) ? 'local' : 'unknown';
}

/** Why a step with that finish reason is no success; undefined when it is one. */
export function unfinishedBy(reason: string): string | undefined {
  switch (reason) {
    case 'length':
      return 'The answer was cut off at the longest length that the model writes.';
    case 'content-filter':
      return 'The answer was withheld by a filter of the model\'s provider.';
    case 'error':
      return 'The model ended its answer with an error.';
    default:
      return undefined;
  }
}
