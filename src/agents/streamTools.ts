import { asAttribute } from './attributeValue';
import { asList, asName, asObject, asObjects, asText, present } from '../base/jsonShape';
import type { JsonObject } from '../base/jsonShape';
import type { OpenTools } from './openTools';

/** What Amp writes for a tool that was not allowed; Claude Code says it in fields of their own. */
const ampRejection = /^Tool execution rejected by user/;

/** Reads the tool calls and results of the stream-json family. */
export class StreamTools {
  private readonly denied = new Set<string>();

  constructor(private readonly tools: OpenTools) {}

  start(block: JsonObject, place: { readonly callId?: string; readonly parentToolId?: string }, ts: number): void {
    const toolId = asName(block['id']);
    const name = asName(block['name']);
    if (toolId === undefined || name === undefined) return;
    this.tools.start({ toolId, name, input: asAttribute(block['input'] ?? {}), ...place }, ts);
  }

  deny(toolId: string): void {
    this.denied.add(toolId);
  }

  finish(block: JsonObject, line: JsonObject, ts: number): void {
    const toolId = asName(block['tool_use_id']);
    if (toolId === undefined) return;
    const output = resultText(block['content']);
    const isError = block['is_error'] === true;
    const denied = this.denied.has(toolId) || wasRejected(line, toolId) || (isError && ampRejection.test(output));
    this.tools.finish({ toolId, isError, output, ...present({ denied }) }, ts);
  }
}

function wasRejected(line: JsonObject, toolId: string): boolean {
  return asObjects(line['tool_result_meta']).some((meta) => meta['id'] === toolId && asObject(meta['permission_decision'])?.['decision'] === 'reject');
}

function resultText(content: unknown): string {
  const whole = asText(content);
  if (whole !== undefined) return whole;
  return asList(content)
    .map((part) => {
      const block = asObject(part);
      return asText(block?.['text']) ?? `[${asName(block?.['type']) ?? 'unknown'}]`;
    })
    .join('\n');
}
