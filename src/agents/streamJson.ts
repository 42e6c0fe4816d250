import type { Provider } from '../model/span';
import { noUsage } from '../model/usage';
import type { UsageByModel } from '../model/usageByModel';
import { addByModel } from './conversationUsage';
import type { JsonObject } from '../base/jsonShape';
import { asName, asObject, asObjects, asText, present } from '../base/jsonShape';
import type { StreamOptions } from './streamParser';
import { StreamParser } from './streamParser';
import { readVerdict, RunUsage } from './streamResult';
import { isKnownSystemLine, systemNotice } from './streamSystem';
import { StreamTools } from './streamTools';
import type { RawUsage } from './streamUsage';
import { readUsage, toUsage } from './streamUsage';

const synthetic = '<synthetic>';

/**
 * Turns the lines of the stream-json family (Claude Code `--output-format stream-json --verbose`, with or without partial messages, and
 * Amp `--stream-json`) into agent events.
 */
export class StreamJsonParser extends StreamParser {
  private readonly blocks: StreamTools;
  private readonly usage: RunUsage;
  private provider: Provider = 'anthropic';
  private mainModel: string | undefined;
  private namelessCalls = 0;
  /** A call's usage could not be believed; the run's total holds it all the same, where there is one. */
  private untold = false;
  private namelessUsage: UsageByModel = {};

  constructor(options: StreamOptions) {
    super(options);
    this.blocks = new StreamTools(this.tools);
    this.usage = new RunUsage({ resumed: options.resumed ?? false, ...present({ mark: options.mark }) });
  }

  protected understand(line: JsonObject, ts: number): boolean {
    switch (line['type']) {
      case 'system':
        return this.system(line, ts);
      case 'assistant':
        return this.assistant(line, ts);
      case 'user':
        return this.user(line, ts);
      case 'stream_event':
        return this.streamEvent(line, ts);
      case 'result':
        return this.result(line, ts);
      default:
        return false;
    }
  }

  private system(line: JsonObject, ts: number): boolean {
    if (line['subtype'] === 'init') return this.init(line, ts);
    if (line['subtype'] === 'status' && line['status'] === 'requesting') this.calls.requested(undefined, ts);
    const denied = line['subtype'] === 'permission_denied' ? asName(line['tool_use_id']) : undefined;
    if (denied !== undefined) this.blocks.deny(denied);
    const notice = systemNotice(line, ts);
    if (notice) this.emit(notice);
    return notice !== undefined || isKnownSystemLine(line);
  }

  /** A program may send this again for each turn, and a fork gets a new id. */
  private init(line: JsonObject, ts: number): boolean {
    const agentSessionId = asName(line['session_id']);
    if (agentSessionId === undefined) return false;
    if (asName(line['agent_mode']) !== undefined || agentSessionId.startsWith('T-')) this.provider = 'amp';
    this.mainModel = asName(line['model']) ?? this.mainModel;
    this.calls.requested(undefined, ts);
    const attrs = present({ version: asName(line['claude_code_version']), permissionMode: asName(line['permissionMode']), agentMode: asName(line['agent_mode']) });
    this.begin(agentSessionId, { model: this.mainModel, attrs }, ts);
    return true;
  }

  private assistant(line: JsonObject, ts: number): boolean {
    const message = asObject(line['message']);
    if (!message) return false;
    const blocks = asObjects(message['content']);
    if (message['model'] === synthetic) {
      this.synthetic(line, blocks, ts);
      return true;
    }
    const parentToolId = asName(line['parent_tool_use_id']);
    const place = present({ parentToolId });
    const id = asName(message['id']);
    const callId = id ?? `${this.agentSessionId ?? 'call'}#${++this.namelessCalls}`;
    const model = asName(message['model']);
    this.calls.open({ id: callId, provider: this.provider, ...place, ...present({ model }) }, ts);
    this.calls.seen(callId, ts);
    const usage = this.learn(callId, message['usage'], ts);
    // Amp's messages are whole; Claude Code's tell what was known when the answer began.
    if (usage && (id === undefined || this.provider === 'amp')) this.calls.toldAll(callId);
    for (const block of blocks) this.block(block, { callId, ...place }, ts);
    this.calls.stopping(callId, asName(message['stop_reason']));
    if (line['aborted'] === true) this.calls.close(parentToolId, ts, 'The call was cut off.');
    if (id === undefined) {
      // Such a message is whole: there is nothing to come that would name it.
      if (usage) this.namelessUsage = addByModel(this.namelessUsage, { [model ?? 'unknown']: { usage: toUsage(usage), costBasis: 'unknown' } });
      this.calls.close(parentToolId, ts);
    }
    return true;
  }

  private learn(callId: string, told: unknown, ts: number): RawUsage | undefined {
    const usage = readUsage(told);
    if (usage !== 'invalid') {
      this.calls.learn(callId, usage, this.provider, ts);
      return usage;
    }
    this.usageUnbelievable(told, ts);
    // At once: no result may follow, or none that holds this call.
    this.emit({ kind: 'usage', ts, scope: 'call', callId, provider: this.provider, usage: noUsage, costBasis: 'unknown', incomplete: true });
    this.untold = true;
    return undefined;
  }

  private block(block: JsonObject, place: { readonly callId: string; readonly parentToolId?: string }, ts: number): void {
    const text = asText(block['text']);
    const thought = asText(block['thinking']);
    if (block['type'] === 'text' && text) this.emit({ kind: 'text', ts, text, ...place });
    if (block['type'] === 'thinking' && thought) this.emit({ kind: 'thought', ts, text: thought, ...place });
    if (block['type'] === 'tool_use' || block['type'] === 'server_tool_use') this.blocks.start(block, place, ts);
    // Results of tools that run at the provider come inside the model's own message.
    if (asName(block['type'])?.endsWith('_tool_result')) this.blocks.finish(block, {}, ts);
  }

  /** Messages that the program wrote itself in the model's name: errors of the API, mostly. */
  private synthetic(line: JsonObject, blocks: readonly JsonObject[], ts: number): void {
    const isError = line['is_api_error_message'] === true || line['error'] !== undefined;
    const parentToolId = asName(line['parent_tool_use_id']);
    const message = blocks.flatMap((block) => asName(block['text']) ?? []).join('\n');
    if (isError) this.calls.close(parentToolId, ts, message);
    if (message !== '') this.emit({ kind: 'notice', ts, severity: isError ? 'error' : 'info', message });
  }

  private user(line: JsonObject, ts: number): boolean {
    const message = asObject(line['message']);
    if (!message) return false;
    const parentToolId = asName(line['parent_tool_use_id']);
    const results = asObjects(message['content']).filter((block) => block['type'] === 'tool_result');
    if (results.length > 0) this.calls.close(parentToolId, ts);
    for (const block of results) this.blocks.finish(block, line, ts);
    this.calls.requested(parentToolId, ts);
    return true;
  }

  /** A raw event of the model's API. Only here are the true output tokens of one call. */
  private streamEvent(line: JsonObject, ts: number): boolean {
    const event = asObject(line['event']);
    const parentToolId = asName(line['parent_tool_use_id']);
    const message = asObject(event?.['message']);
    const startedId = asName(message?.['id']);
    if (event?.['type'] === 'message_start' && startedId !== undefined) {
      this.calls.open({ id: startedId, provider: this.provider, ...present({ parentToolId, model: asName(message?.['model']) }) }, ts);
      this.learn(startedId, message?.['usage'], ts);
    }
    const callId = this.calls.openIn(parentToolId) ?? asName(line['api_message_id']);
    if (callId !== undefined) this.calls.seen(callId, ts);
    if (event?.['type'] === 'content_block_delta' && callId !== undefined) this.calls.answered(callId, ts);
    if (event?.['type'] === 'message_delta' && callId !== undefined) {
      if (this.learn(callId, event['usage'], ts)) this.calls.toldAll(callId);
      this.calls.stopping(callId, asName(asObject(event['delta'])?.['stop_reason']));
    }
    if (event?.['type'] === 'message_stop') this.calls.close(parentToolId, ts);
    return event !== undefined;
  }

  private result(line: JsonObject, ts: number): boolean {
    this.agentSessionId ??= asName(line['session_id']);
    this.calls.closeAll(ts);
    const isTold = this.usage.add(line, this.mainModel);
    const total = isTold ? this.usage.total : this.namelessUsage;
    const incomplete = isTold ? this.usage.incomplete : this.untold;
    if (this.usage.unbelievable !== undefined) this.usageUnbelievable(this.usage.unbelievable, ts);
    if (incomplete && Object.keys(total).length === 0) this.usageUntold(this.provider, this.mainModel, ts);
    for (const [model, known] of Object.entries(total)) {
      this.emit({ kind: 'usage', ts, scope: 'run', provider: this.provider, ...known, ...(model !== 'unknown' && { model }), ...(incomplete && { incomplete: true as const }) });
    }
    this.decide(readVerdict(line), ts);
    return true;
  }

  protected override conversationTotals(): UsageByModel | undefined {
    return this.usage.conversationTotals;
  }
}
