import { parseJsonLine } from '../base/jsonLines';
import type { AgentEvent } from '../model/agentEvent';
import type { Provider } from '../model/span';
import type { JsonObject } from './jsonShape';
import { asName, asObject, asObjects, asText, asTime, present } from './jsonShape';
import { StreamCalls } from './streamCalls';
import type { TurnVerdict } from './streamResult';
import { readVerdict, RunUsage } from './streamResult';
import { isKnownSystemLine, systemNotice } from './streamSystem';
import { StreamTools } from './streamTools';
import type { UsageByModel } from '../model/usageByModel';
import { addByModel, readUsage, toUsage } from './streamUsage';

export interface StreamJsonOptions {
  readonly onEvent: (event: AgentEvent) => void;
  /** The run continues an earlier conversation. */
  readonly resumed?: boolean;
  /** What the run before left as `conversationTotals`. */
  readonly mark?: UsageByModel;
  /** Takes the time of arrival for all events instead of the times in the lines: those of a recording are of another day. */
  readonly ignoreLineTimes?: boolean;
}

export interface StreamSummary {
  /** The stream's own verdict; absent when it ended without a word. */
  readonly verdict?: TurnVerdict;
  readonly agentSessionId?: string;
  /** No line made sense: what came instead, its first 200 characters. */
  readonly garbage?: string;
  /** To be stored and given to the next run of this conversation as `mark`. */
  readonly conversationTotals?: UsageByModel;
}

const quotedCharacters = 200;
const maxGarbageNotices = 20;
const synthetic = '<synthetic>';

/**
 * Turns the lines of the stream-json family (Claude Code `--output-format stream-json --verbose`, with or without partial messages, and
 * Amp `--stream-json`) into agent events. Times of the events never run backwards, except that a call starts when it was asked for and
 * ends with its own last line.
 */
export class StreamJsonParser {
  private readonly calls: StreamCalls;
  private readonly tools: StreamTools;
  private readonly usage: RunUsage;
  private provider: Provider = 'anthropic';
  private agentSessionId: string | undefined;
  private mainModel: string | undefined;
  private verdict: TurnVerdict | undefined;
  private understoodLines = 0;
  private garbageLines = 0;
  private firstGarbage: string | undefined;
  private namelessCalls = 0;
  private namelessUsage: UsageByModel = {};
  private lastTs = 0;

  constructor(private readonly options: StreamJsonOptions) {
    this.calls = new StreamCalls(options.onEvent);
    this.tools = new StreamTools(options.onEvent);
    this.usage = new RunUsage({ resumed: options.resumed ?? false, ...present({ mark: options.mark }) });
  }

  /** `arrivedAt` is epoch milliseconds. */
  push(line: string, arrivedAt: number): void {
    const parsed = parseJsonLine(line);
    if (parsed.kind === 'blank') return;
    const object = parsed.kind === 'json' ? asObject(parsed.value) : undefined;
    if (!object) {
      this.garbage(line, this.time({}, arrivedAt));
      return;
    }
    const ts = this.time(object, arrivedAt);
    if (!this.understand(object, ts)) this.options.onEvent({ kind: 'raw', ts, line });
  }

  /** A line that was too long to be kept. */
  pushLongLine(head: string, bytes: number, arrivedAt: number): void {
    const message = `A line of ${Math.round(bytes / 1024 / 1024)} MiB was left out: ${head.slice(0, quotedCharacters)}`;
    this.options.onEvent({ kind: 'notice', ts: this.time({}, arrivedAt), severity: 'warning', message });
  }

  /** True once the program has shown that it speaks this protocol. */
  get hasBegun(): boolean {
    return this.agentSessionId !== undefined;
  }

  /** To be called once, after the last line: closes what is open. */
  finish(endedAt: number): StreamSummary {
    const ts = this.time({}, endedAt);
    const more = this.garbageLines - maxGarbageNotices;
    if (more > 0) this.options.onEvent({ kind: 'notice', ts, severity: 'warning', message: `${more} more lines were not understood.` });
    this.tools.finishAll(ts);
    this.calls.closeAll(ts, this.verdict ? undefined : 'The run ended before the call did.');
    return present({
      verdict: this.verdict,
      agentSessionId: this.agentSessionId,
      garbage: this.understoodLines === 0 ? this.firstGarbage : undefined,
      conversationTotals: this.usage.conversationTotals,
    });
  }

  private understand(line: JsonObject, ts: number): boolean {
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
    if (denied !== undefined) this.tools.deny(denied);
    const notice = systemNotice(line, ts);
    if (notice) this.options.onEvent(notice);
    return notice !== undefined || isKnownSystemLine(line);
  }

  /** A program may send this again for each turn, and a fork gets a new id. */
  private init(line: JsonObject, ts: number): boolean {
    const agentSessionId = asName(line['session_id']);
    if (agentSessionId === undefined) return false;
    this.understoodLines++;
    if (asName(line['agent_mode']) !== undefined || agentSessionId.startsWith('T-')) this.provider = 'amp';
    this.mainModel = asName(line['model']) ?? this.mainModel;
    this.calls.requested(undefined, ts);
    if (agentSessionId === this.agentSessionId) return true;
    this.agentSessionId = agentSessionId;
    const attrs = present({ version: asName(line['claude_code_version']), permissionMode: asName(line['permissionMode']), agentMode: asName(line['agent_mode']) });
    this.options.onEvent({ kind: 'sessionStarted', ts, agentSessionId, ...present({ model: this.mainModel }), ...(Object.keys(attrs).length > 0 && { attrs }) });
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
    const usage = readUsage(message['usage']);
    this.calls.learn(callId, usage, this.provider, ts);
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

  private block(block: JsonObject, place: { readonly callId: string; readonly parentToolId?: string }, ts: number): void {
    const text = asText(block['text']);
    const thought = asText(block['thinking']);
    if (block['type'] === 'text' && text) this.options.onEvent({ kind: 'text', ts, text, ...place });
    if (block['type'] === 'thinking' && thought) this.options.onEvent({ kind: 'thought', ts, text: thought, ...place });
    if (block['type'] === 'tool_use' || block['type'] === 'server_tool_use') this.tools.start(block, place, ts);
    // Results of tools that run at the provider come inside the model's own message.
    if (asName(block['type'])?.endsWith('_tool_result')) this.tools.finish(block, {}, ts);
  }

  /** Messages that the program wrote itself in the model's name: errors of the API, mostly. */
  private synthetic(line: JsonObject, blocks: readonly JsonObject[], ts: number): void {
    const isError = line['is_api_error_message'] === true || line['error'] !== undefined;
    const parentToolId = asName(line['parent_tool_use_id']);
    const message = blocks.flatMap((block) => asName(block['text']) ?? []).join('\n');
    if (isError) this.calls.close(parentToolId, ts, message);
    if (message !== '') this.options.onEvent({ kind: 'notice', ts, severity: isError ? 'error' : 'info', message });
  }

  private user(line: JsonObject, ts: number): boolean {
    const message = asObject(line['message']);
    if (!message) return false;
    const parentToolId = asName(line['parent_tool_use_id']);
    const results = asObjects(message['content']).filter((block) => block['type'] === 'tool_result');
    if (results.length > 0) this.calls.close(parentToolId, ts);
    for (const block of results) this.tools.finish(block, line, ts);
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
      this.calls.learn(startedId, readUsage(message?.['usage']), this.provider, ts);
    }
    const callId = this.calls.openIn(parentToolId) ?? asName(line['api_message_id']);
    if (callId !== undefined) this.calls.seen(callId, ts);
    if (event?.['type'] === 'message_delta' && callId !== undefined) {
      this.calls.learn(callId, readUsage(event['usage']), this.provider, ts);
      this.calls.stopping(callId, asName(asObject(event['delta'])?.['stop_reason']));
    }
    if (event?.['type'] === 'message_stop') this.calls.close(parentToolId, ts);
    return event !== undefined;
  }

  private result(line: JsonObject, ts: number): boolean {
    this.understoodLines++;
    this.agentSessionId ??= asName(line['session_id']);
    const verdict = readVerdict(line);
    this.verdict = verdict;
    this.calls.closeAll(ts);
    const total = this.usage.add(line, this.mainModel) ? this.usage.total : this.namelessUsage;
    for (const [model, known] of Object.entries(total)) {
      this.options.onEvent({ kind: 'usage', ts, scope: 'run', provider: this.provider, ...known, ...(model !== 'unknown' && { model }) });
    }
    this.options.onEvent({ kind: 'turnFinished', ts, ...verdict });
    return true;
  }

  private garbage(line: string, ts: number): void {
    this.firstGarbage ??= line.trim().slice(0, quotedCharacters);
    if (++this.garbageLines > maxGarbageNotices) return;
    this.options.onEvent({ kind: 'notice', ts, severity: 'warning', message: `Not understood: ${line.trim().slice(0, quotedCharacters)}` });
  }

  private time(line: JsonObject, arrivedAt: number): number {
    const told = this.options.ignoreLineTimes ? undefined : asTime(line['timestamp']);
    // Nothing was written after it arrived, whatever its clock said.
    this.lastTs = Math.max(this.lastTs, Math.min(told ?? arrivedAt, arrivedAt));
    return this.lastTs;
  }
}
