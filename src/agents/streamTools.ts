import type { AgentEvent } from '../model/agentEvent';
import { asAttribute, asList, asName, asObject, asObjects, asText, present } from './jsonShape';
import type { JsonObject } from './jsonShape';

/** What Amp writes for a tool that was not allowed; Claude Code says it in fields of their own. */
const ampRejection = /^Tool execution rejected by user/;

/** The tool calls of one run, each started once and finished once however often the stream names it. */
export class StreamTools {
  private readonly started = new Set<string>();
  private readonly open = new Set<string>();
  private readonly denied = new Set<string>();

  constructor(private readonly emit: (event: AgentEvent) => void) {}

  start(block: JsonObject, place: { readonly callId?: string; readonly parentToolId?: string }, ts: number): void {
    const toolId = asName(block['id']);
    const name = asName(block['name']);
    if (toolId === undefined || name === undefined || this.started.has(toolId)) return;
    this.started.add(toolId);
    this.open.add(toolId);
    this.emit({ kind: 'toolStarted', ts, toolId, name, input: asAttribute(block['input'] ?? {}), ...place });
  }

  deny(toolId: string): void {
    this.denied.add(toolId);
  }

  finish(block: JsonObject, line: JsonObject, ts: number): void {
    const toolId = asName(block['tool_use_id']);
    if (toolId === undefined || !this.open.delete(toolId)) return;
    const output = resultText(block['content']);
    const isError = block['is_error'] === true;
    const denied = this.denied.has(toolId) || wasRejected(line, toolId) || (isError && ampRejection.test(output));
    this.emit({ kind: 'toolFinished', ts, toolId, isError, output, ...present({ denied: denied || undefined }) });
  }

  /** Closes what got no result because the run ended. */
  finishAll(ts: number): void {
    for (const toolId of this.open) this.emit({ kind: 'toolFinished', ts, toolId, isError: true, output: 'The run ended before the tool did.' });
    this.open.clear();
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
