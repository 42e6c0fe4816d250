import type { AgentEvent } from '../model/agentEvent';
import type { Provider } from '../model/span';
import { present } from '../base/jsonShape';
import type { RawUsage } from './streamUsage';
import { mergeUsage, toUsage } from './streamUsage';

interface Call {
  readonly id: string;
  readonly model?: string;
  readonly thread: string;
  usage: RawUsage;
  reported: string;
  stopReason?: string;
  /** When it was asked for, where that is known. */
  readonly requestedAt?: number;
  firstTokenAt?: number;
  /** When the last line of it came. */
  seenAt: number;
  /** The program told all of what it used. */
  usageIsFinal?: true;
  finished: boolean;
}

export interface CallStart {
  readonly id: string;
  readonly model?: string;
  readonly provider: Provider;
  /** The tool call of the sub-agent that makes the model call; undefined for the main thread. */
  readonly parentToolId?: string;
}

/**
 * The model calls of one run. A call is visible as soon as any line names it; the same call is named by many lines. Each thread (main, and
 * one for each sub-agent) has at most one open call, so a new one or a tool's result closes the one before.
 */
export class StreamCalls {
  private readonly calls = new Map<string, Call>();
  private readonly openByThread = new Map<string, Call>();
  private readonly requestedAt = new Map<string, number>();

  constructor(private readonly emit: (event: AgentEvent) => void) {}

  /** A request to the model starts about now: the program says so, or it just got what it needs for one. */
  requested(parentToolId: string | undefined, ts: number): void {
    this.requestedAt.set(parentToolId ?? '', ts);
  }

  open(start: CallStart, ts: number): void {
    const thread = start.parentToolId ?? '';
    if (this.calls.has(start.id)) return;
    this.close(start.parentToolId, ts);
    const requestedAt = this.requestedAt.get(thread);
    const call: Call = { id: start.id, thread, usage: {}, reported: '', seenAt: requestedAt ?? ts, finished: false, ...present({ model: start.model, requestedAt }) };
    this.calls.set(call.id, call);
    this.openByThread.set(thread, call);
    const { id, ...rest } = start;
    this.emit({ kind: 'callStarted', ts: requestedAt ?? ts, callId: id, ...rest });
    this.requestedAt.delete(thread);
  }

  /** How many there were so far. */
  get count(): number {
    return this.calls.size;
  }

  /** Content of the answer was there at `ts`; the earliest counts. */
  answered(callId: string, ts: number): void {
    const call = this.calls.get(callId);
    if (call) call.firstTokenAt = Math.min(call.firstTokenAt ?? ts, ts);
  }

  /** The call that is open in a thread: what a line without a call id is about. */
  openIn(parentToolId: string | undefined): string | undefined {
    return this.openByThread.get(parentToolId ?? '')?.id;
  }

  seen(callId: string, ts: number): void {
    const call = this.calls.get(callId);
    if (call) call.seenAt = Math.max(call.seenAt, ts);
  }

  learn(callId: string, usage: RawUsage | undefined, provider: Provider, ts: number): void {
    const call = this.calls.get(callId);
    if (!call || !usage) return;
    // A repeated line gives the count at the start again; after the true one it would be a step back.
    const later = call.usage.output !== undefined && (usage.output ?? 0) < call.usage.output ? { ...usage, output: call.usage.output } : usage;
    call.usage = mergeUsage(call.usage, later);
    const known = JSON.stringify(call.usage);
    if (known === call.reported) return;
    call.reported = known;
    this.emit({ kind: 'usage', ts, scope: 'call', callId, provider, usage: toUsage(call.usage), costBasis: 'unknown', ...present({ model: call.model }) });
  }

  /** What was told of its usage last is all of it. */
  toldAll(callId: string): void {
    const call = this.calls.get(callId);
    if (call) call.usageIsFinal = true;
  }

  stopping(callId: string, stopReason: string | undefined): void {
    const call = this.calls.get(callId);
    if (call && stopReason !== undefined) call.stopReason = stopReason;
  }

  /** Ends the open call of a thread because of something after it: it was over with its own last line, unless it was cut off just now. */
  close(parentToolId: string | undefined, ts: number, errorMessage?: string): void {
    const call = this.openByThread.get(parentToolId ?? '');
    if (!call || call.finished) return;
    call.finished = true;
    const endedAt = errorMessage === undefined ? call.seenAt : ts;
    this.openByThread.delete(call.thread);
    const firstTokenMs = call.firstTokenAt === undefined || call.requestedAt === undefined ? undefined : Math.max(0, call.firstTokenAt - call.requestedAt);
    this.emit({ kind: 'callFinished', ts: endedAt, callId: call.id, ...present({ stopReason: call.stopReason, errorMessage, firstTokenMs, usageIsFinal: call.usageIsFinal }) });
  }

  closeAll(ts: number, errorMessage?: string): void {
    for (const thread of [...this.openByThread.keys()]) this.close(thread === '' ? undefined : thread, ts, errorMessage);
  }
}
