import type { Usage } from '../model/usage';
import type { UsageByModel } from '../model/usageByModel';
import { readCodexTool } from './codexItems';
import { ConversationUsage } from './conversationUsage';
import { InferredCalls } from './inferredCalls';
import type { JsonObject } from '../base/jsonShape';
import { asName, asObject, present } from '../base/jsonShape';
import { plainError } from './plainError';
import type { StreamOptions } from './streamParser';
import { StreamParser } from './streamParser';
import { readCounts, usageOfWholes } from './tokenCounts';

const provider = 'openai';
/** Codex tells the totals of a thread without saying which models made them. */
const wholeThread = 'thread';

/** Turns the lines of `codex exec --json` into agent events: https://github.com/openai/codex. They carry no time, no model, no cost, and no usage of single calls. */
export class CodexParser extends StreamParser {
  private readonly usage: ConversationUsage;
  private readonly inferred: InferredCalls;
  private lastText: string | undefined;
  private usageTold = false;
  private readonly completed = new Set<string>();

  constructor(options: StreamOptions) {
    super(options);
    this.usage = new ConversationUsage({ resumed: options.resumed ?? false, ...present({ mark: options.mark }) });
    this.inferred = new InferredCalls(this.calls, provider);
  }

  protected understand(line: JsonObject, ts: number): boolean {
    switch (line['type']) {
      case 'thread.started':
        return this.threadStarted(line, ts);
      case 'turn.started':
        this.verdict = undefined;
        this.inferred.asked(ts);
        return true;
      case 'item.started':
      case 'item.updated':
      case 'item.completed':
        return this.item(asObject(line['item']) ?? {}, line['type'] === 'item.completed', ts);
      case 'turn.completed':
        return this.turnCompleted(line, ts);
      case 'turn.failed':
        this.calls.closeAll(ts, errorOf(line));
        this.decide({ ok: false, errorMessage: errorOf(line) }, ts);
        return true;
      case 'error':
        // Also said of a connection that is tried again: only a turn can fail.
        this.notice('warning', errorOf(line), ts);
        return true;
      default:
        return false;
    }
  }

  protected override close(ts: number): void {
    if (!this.usageTold && this.calls.count > 0) this.usageUntold(provider, this.options.model, ts);
  }

  /** A run that told nothing still has to hand on where the next one is to be measured from. */
  protected override conversationTotals(): UsageByModel | undefined {
    return this.usage.mark;
  }

  private threadStarted(line: JsonObject, ts: number): boolean {
    const id = asName(line['thread_id']);
    if (id === undefined) return false;
    this.begin(id, { model: this.options.model }, ts);
    return true;
  }

  private item(item: JsonObject, isCompleted: boolean, ts: number): boolean {
    const id = asName(item['id']);
    if (id !== undefined && this.completed.has(id)) return true;
    if (id !== undefined && isCompleted) this.completed.add(id);
    switch (item['type']) {
      case 'agent_message':
      case 'reasoning':
        if (isCompleted) this.said(item, ts);
        return true;
      case 'error':
        if (isCompleted) this.notice('warning', plainError(asName(item['message']) ?? 'An error without a message.'), ts);
        return true;
      case 'todo_list':
        return true;
      default:
        return this.tool(item, isCompleted, ts);
    }
  }

  private said(item: JsonObject, ts: number): void {
    const text = asName(item['text']);
    if (text === undefined) return;
    const callId = this.inferred.answer(this.agentSessionId, this.options.model, ts);
    const isThought = item['type'] === 'reasoning';
    if (!isThought) this.lastText = text;
    this.emit({ kind: isThought ? 'thought' : 'text', ts, text, callId });
  }

  private tool(item: JsonObject, isCompleted: boolean, ts: number): boolean {
    const tool = readCodexTool(item);
    const toolId = asName(item['id']);
    if (!tool || toolId === undefined) return false;
    if (!this.tools.wasStarted(toolId)) {
      const callId = this.inferred.answer(this.agentSessionId, this.options.model, ts);
      this.tools.start({ toolId, name: tool.name, input: tool.input, callId }, ts);
    }
    if (isCompleted) {
      this.tools.finish({ toolId, ...tool }, ts);
      this.inferred.asked(ts);
    }
    return true;
  }

  private turnCompleted(line: JsonObject, ts: number): boolean {
    this.calls.closeAll(ts);
    const usage = readCodexUsage(line['usage']);
    if (usage) this.tellUsage(usage, ts);
    else if (line['usage'] !== undefined) this.usageUnbelievable(line['usage'], ts);
    this.decide({ ok: true, ...present({ text: this.lastText }) }, ts);
    return true;
  }

  private tellUsage(total: Usage, ts: number): void {
    this.usage.add({ totals: { [wholeThread]: { usage: total, costBasis: 'unknown' } } });
    if (this.usage.incomplete) {
      this.notice('warning', 'What this run used cannot be told: Codex gives only the total of the whole conversation, and what it was before this run is not known.', ts);
      return;
    }
    this.usageTold = true;
    for (const known of Object.values(this.usage.run)) {
      this.emit({ kind: 'usage', ts, scope: 'run', provider, ...known, ...present({ model: this.options.model }) });
    }
  }
}

function readCodexUsage(value: unknown): Usage | undefined {
  const counts = readCounts(asObject(value) ?? {}, { input: 'input_tokens', cacheRead: 'cached_input_tokens', cacheWrite: 'cache_write_input_tokens', output: 'output_tokens', reasoning: 'reasoning_output_tokens' });
  if (counts?.input === undefined || counts.output === undefined) return undefined;
  return usageOfWholes({ ...counts, input: counts.input, output: counts.output });
}

function errorOf(line: JsonObject): string {
  return plainError(asName(line['message']) ?? asName(asObject(line['error'])?.['message']) ?? 'no reason given');
}
