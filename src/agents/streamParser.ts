import { parseJsonLine } from '../base/jsonLines';
import type { AgentEvent } from '../model/agentEvent';
import type { Attributes, Provider } from '../model/span';
import { noUsage } from '../model/usage';
import type { UsageByModel } from '../model/usageByModel';
import type { JsonObject } from '../base/jsonShape';
import { asObject, asTime, present } from '../base/jsonShape';
import { OpenTools } from './openTools';
import { StreamCalls } from './streamCalls';

export interface StreamOptions {
  readonly onEvent: (event: AgentEvent) => void;
  /** The run continues an earlier conversation. */
  readonly resumed?: boolean;
  /** What the run before left as `conversationTotals`. */
  readonly mark?: UsageByModel;
  /** The model that was asked for: some programs never say which one they use. */
  readonly model?: string;
  /** Takes the time of arrival for all events instead of the times in the lines: those of a recording are of another day. */
  readonly ignoreLineTimes?: boolean;
  /** Takes secrets out of what is quoted in part. */
  readonly redact?: (text: string) => string;
}

export interface TurnVerdict {
  readonly ok: boolean;
  readonly text?: string;
  readonly errorMessage?: string;
  readonly attrs?: Attributes;
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
const maxUnbelievableNotices = 5;

/**
 * What the parsers of all agents' JSON lines share: one `AgentEvent` stream out of whatever comes in. Times of the events never run
 * backwards, except that a call starts when it was asked for and ends with its own last word, and that a tool starts when its program says.
 */
export abstract class StreamParser {
  protected readonly calls: StreamCalls;
  protected readonly tools: OpenTools;
  protected agentSessionId: string | undefined;
  protected verdict: TurnVerdict | undefined;
  private understoodLines = 0;
  private garbageLines = 0;
  private unbelievable = 0;
  private firstGarbage: string | undefined;
  private lastTs = 0;

  constructor(protected readonly options: StreamOptions) {
    this.calls = new StreamCalls(options.onEvent);
    this.tools = new OpenTools(options.onEvent);
  }

  /** `arrivedAt` is epoch milliseconds. */
  push(line: string, arrivedAt: number): void {
    const parsed = parseJsonLine(line);
    if (parsed.kind === 'blank') return;
    const object = parsed.kind === 'json' ? asObject(parsed.value) : undefined;
    if (!object) {
      this.garbage(line, this.time(undefined, arrivedAt));
      return;
    }
    const ts = this.time(this.timeOf(object), arrivedAt);
    if (this.understand(object, ts)) this.understoodLines++;
    else this.emit({ kind: 'raw', ts, line });
  }

  /** A line that was too long to be kept. */
  pushLongLine(head: string, bytes: number, arrivedAt: number): void {
    this.notice('warning', `A line of ${Math.round(bytes / 1024 / 1024)} MiB was left out: ${this.quote(head)}`, this.time(undefined, arrivedAt));
  }

  /** True once the program has shown that it speaks this protocol. */
  get hasBegun(): boolean {
    return this.agentSessionId !== undefined;
  }

  /** To be called once, after the last line: closes what is open. */
  finish(endedAt: number): StreamSummary {
    const ts = this.time(undefined, endedAt);
    const more = this.garbageLines - maxGarbageNotices;
    if (more > 0) this.notice('warning', `${more} more lines were not understood.`, ts);
    this.close?.(ts);
    this.tools.finishAll(ts);
    this.calls.closeAll(ts, this.verdict ? undefined : 'The run ended before the call did.');
    return present({
      verdict: this.verdict,
      agentSessionId: this.agentSessionId,
      garbage: this.understoodLines === 0 ? this.firstGarbage : undefined,
      conversationTotals: this.conversationTotals(),
    });
  }

  /** Returns false for a line of no known shape. */
  protected abstract understand(line: JsonObject, ts: number): boolean;

  /** What is left to say when no line will come any more. */
  protected close?(ts: number): void;

  protected conversationTotals(): UsageByModel | undefined {
    return undefined;
  }

  /** When the line was written, if it says so. Epoch milliseconds. */
  protected timeOf(line: JsonObject): number | undefined {
    return asTime(line['timestamp']);
  }

  protected emit(event: AgentEvent): void {
    this.options.onEvent(event);
  }

  protected notice(severity: 'info' | 'warning' | 'error', message: string, ts: number): void {
    this.emit({ kind: 'notice', ts, severity, message });
  }

  /** The conversation has an id: told once, and again when it gets another one. */
  protected begin(agentSessionId: string, about: { readonly model?: string | undefined; readonly attrs?: Attributes }, ts: number): void {
    if (agentSessionId === this.agentSessionId) return;
    this.agentSessionId = agentSessionId;
    const { model, attrs = {} } = about;
    this.emit({ kind: 'sessionStarted', ts, agentSessionId, ...present({ model }), ...(Object.keys(attrs).length > 0 && { attrs }) });
  }

  protected decide(verdict: TurnVerdict, ts: number): void {
    this.verdict = verdict;
    this.emit({ kind: 'turnFinished', ts, ...verdict });
  }

  /** There were model calls of which the program did not say what they used. */
  protected usageUntold(provider: Provider, model: string | undefined, ts: number): void {
    this.emit({ kind: 'usage', ts, scope: 'run', provider, usage: noUsage, costBasis: 'unknown', incomplete: true, ...present({ model }) });
  }

  protected usageUnbelievable(value: unknown, ts: number): void {
    if (++this.unbelievable > maxUnbelievableNotices) return;
    this.notice('warning', `These counts of tokens cannot be right, so what was used is unknown: ${this.quote(JSON.stringify(value) ?? '')}`, ts);
  }

  private garbage(line: string, ts: number): void {
    const quoted = this.garbageLines < maxGarbageNotices ? this.quote(line) : '';
    this.firstGarbage ??= quoted;
    if (++this.garbageLines > maxGarbageNotices) return;
    this.notice('warning', `Not understood: ${quoted}`, ts);
  }

  private quote(text: string): string {
    return (this.options.redact?.(text) ?? text).trim().slice(0, quotedCharacters);
  }

  private time(told: number | undefined, arrivedAt: number): number {
    const written = this.options.ignoreLineTimes ? undefined : told;
    // Nothing was written after it arrived, whatever its clock said.
    this.lastTs = Math.max(this.lastTs, Math.min(written ?? arrivedAt, arrivedAt));
    return this.lastTs;
  }
}
