import type { AttributeValue } from '../model/span';
import type { JsonObject } from '../base/jsonShape';
import { asAttribute } from './attributeValue';
import { asList, asName, asNumber, asObject, asObjects, asText } from '../base/jsonShape';

/** A tool call, as an item of Codex's stream tells it when it starts and again when it is done. */
export interface CodexTool {
  readonly name: string;
  readonly input: AttributeValue;
  readonly isError: boolean;
  readonly denied: boolean;
  readonly output: string;
}

/** The tool call in an item, or undefined for an item that is none. Item types: https://github.com/openai/codex `exec --json`. */
export function readCodexTool(item: JsonObject): CodexTool | undefined {
  const tool = toolOf(item);
  if (!tool) return undefined;
  const status = asName(item['status']);
  const exitCode = asNumber(item['exit_code']);
  const failed = status === 'failed' || status === 'declined' || (exitCode !== undefined && exitCode !== 0);
  return { isError: failed || asObject(item['error']) !== undefined, denied: status === 'declined', output: outputOf(item), ...tool };
}

function toolOf(item: JsonObject): { readonly name: string; readonly input: AttributeValue } | undefined {
  switch (item['type']) {
    case 'command_execution':
      return { name: 'shell', input: { command: bareCommand(asText(item['command']) ?? '') } };
    case 'file_change': {
      const changes = asObjects(item['changes']);
      const only = changes.length === 1 ? asName(changes[0]?.['path']) : undefined;
      return { name: 'apply_patch', input: { ...(only !== undefined && { path: only }), changes: asAttribute(changes) } };
    }
    case 'mcp_tool_call':
      return { name: [asName(item['server']), asName(item['tool']) ?? 'tool'].filter((part) => part !== undefined).join('.'), input: asAttribute(item['arguments'] ?? {}) };
    case 'web_search':
      return { name: 'web_search', input: { query: asText(item['query']) ?? '' } };
    case 'collab_tool_call':
      return { name: asName(item['tool']) ?? 'collab', input: { prompt: asText(item['prompt']) ?? '' } };
    default:
      return undefined;
  }
}

/** What the model asked for, without the shell that Codex runs it in: `/bin/bash -lc 'npm test'`. */
function bareCommand(command: string): string {
  const quoted = /^\S*\b(?:ba|z|da)?sh -l?c '([^']*)'$/.exec(command)?.[1];
  return quoted ?? command;
}

function outputOf(item: JsonObject): string {
  const error = asName(asObject(item['error'])?.['message']);
  if (error !== undefined) return error;
  const content = asList(asObject(item['result'])?.['content']).flatMap((part) => asName(asObject(part)?.['text']) ?? []);
  return asText(item['aggregated_output']) ?? content.join('\n');
}
