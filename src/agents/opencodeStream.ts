import type { Provider } from '../model/span';
import { isNoUsage } from '../model/usage';
import type { JsonObject } from '../base/jsonShape';
import { asAttribute } from './attributeValue';
import { asName, asNumber, asObject, asText, present } from '../base/jsonShape';
import { readModelName, readStepTokens, readToolEnd, unfinishedBy } from './opencodeParts';
import { plainError } from './plainError';
import type { StreamOptions } from './streamParser';
import { StreamParser } from './streamParser';
import { readCost } from './tokenCounts';

const subagentTool = 'task';

/** How the turn stands; the stream has no word for its end. */
type Turn = { readonly state: 'open' } | { readonly state: 'waiting'; readonly denied: string | undefined } | { readonly state: 'done' } | { readonly state: 'failed'; readonly message: string };

/**
 * Turns the lines of `opencode run --format json` into agent events: https://opencode.ai/docs/cli. A step is a model call, told in parts of which
 * each comes when it is complete. Nothing says that the run is over: the last step does, and an error after it.
 */
export class OpencodeParser extends StreamParser {
  private readonly provider: Provider;
  private readonly model: string | undefined;
  private readonly seenParts = new Set<string>();
  private turn: Turn = { state: 'open' };
  private denied: string | undefined;
  private lastText: string | undefined;
  private steps = 0;
  /** The open step has parts, whose times say when the model was done. */
  private hasParts = false;
  private untold = false;
  /** No part of the step is older. The first one's parts may be older than its own line: the program starts slowly. */
  private notBefore = 0;

  constructor(options: StreamOptions) {
    super(options);
    const { provider, model } = readModelName(options.model);
    this.provider = provider;
    this.model = model;
  }

  protected understand(line: JsonObject, ts: number): boolean {
    const id = asName(line['sessionID']);
    if (id === undefined) return false;
    if (this.agentSessionId === undefined) this.begin(id, { model: this.options.model }, ts);
    const part = asObject(line['part']) ?? {};
    const partId = asName(part['id']);
    if (partId !== undefined && this.seenParts.has(partId)) return true;
    if (partId !== undefined) this.seenParts.add(partId);
    switch (line['type']) {
      case 'step_start':
        this.turn = { state: 'open' };
        this.denied = undefined;
        this.calls.close(undefined, ts);
        if (this.options.ignoreLineTimes && this.steps === 0) this.notBefore = ts;
        this.call(part, ts);
        return true;
      case 'text':
      case 'reasoning':
        return this.said(line, part, ts);
      case 'tool_use':
        return this.tool(line, part, ts);
      case 'step_finish':
        return this.stepFinished(part, ts);
      case 'error':
        return this.failed(line, ts);
      default:
        return false;
    }
  }

  protected override close(ts: number): void {
    // A call that was cut off was paid for as well.
    if (this.untold || this.calls.openIn(undefined) !== undefined) this.usageUntold(this.provider, this.model, ts);
    if (this.turn.state === 'failed') this.decide({ ok: false, errorMessage: this.turn.message }, ts);
    if (this.turn.state === 'waiting' && this.turn.denied !== undefined) this.decide({ ok: false, errorMessage: `It stopped because it was not allowed to use ${this.turn.denied}.` }, ts);
    if (this.turn.state === 'done') this.decide({ ok: true, ...present({ text: this.lastText }) }, ts);
  }

  protected override timeOf(line: JsonObject): number | undefined {
    return asNumber(line['timestamp']);
  }

  /** The call of the step that a part belongs to. */
  private call(part: JsonObject, ts: number): string {
    const open = this.calls.openIn(undefined);
    if (open !== undefined) return open;
    this.hasParts = false;
    const callId = `${asName(part['messageID']) ?? this.agentSessionId ?? 'call'}#${++this.steps}`;
    this.calls.open({ id: callId, provider: this.provider, ...present({ model: this.model }) }, ts);
    return callId;
  }

  private said(line: JsonObject, part: JsonObject, ts: number): boolean {
    const text = asName(part['text']);
    if (text === undefined) return true;
    if (part['synthetic'] === true) {
      // The program speaks in the person's place, and the model goes on.
      this.turn = { state: 'open' };
      this.notice('info', text, ts);
      return true;
    }
    const callId = this.call(part, ts);
    this.hasParts = true;
    const time = asObject(part['time']);
    this.calls.answered(callId, this.inside(line, time?.['start'], ts));
    this.calls.seen(callId, this.inside(line, time?.['end'], ts));
    if (line['type'] === 'text') this.lastText = text;
    this.emit({ kind: line['type'] === 'text' ? 'text' : 'thought', ts, text, callId });
    return true;
  }

  private tool(line: JsonObject, part: JsonObject, ts: number): boolean {
    const toolId = asName(part['callID']);
    const name = asName(part['tool']);
    const state = asObject(part['state']);
    if (toolId === undefined || name === undefined || !state) return false;
    if (this.tools.wasStarted(toolId)) return true;
    const time = asObject(state['time']);
    const callId = this.call(part, ts);
    this.hasParts = true;
    const startedAt = this.inside(line, time?.['start'], ts);
    this.calls.seen(callId, startedAt);
    const end = readToolEnd(toolId, state);
    if (end.denied) this.denied = name;
    this.tools.start({ toolId, name, input: asAttribute(state['input'] ?? {}), callId }, startedAt);
    this.tools.finish(end, Math.max(startedAt, this.inside(line, time?.['end'], ts)));
    if (name === subagentTool && !this.untold) {
      this.untold = true;
      this.notice('info', 'opencode does not tell what its sub-agents use: tokens and cost of this run are at least what is shown.', ts);
    }
    return true;
  }

  private stepFinished(part: JsonObject, ts: number): boolean {
    const callId = this.call(part, ts);
    if (!this.hasParts) this.calls.seen(callId, ts);
    this.tellUsage(part, callId, ts);
    const reason = asText(part['reason']) ?? 'unknown';
    this.calls.stopping(callId, reason);
    this.calls.close(undefined, ts);
    this.calls.requested(undefined, ts);
    this.notBefore = ts;
    const problem = unfinishedBy(reason);
    if (problem !== undefined) this.turn = { state: 'failed', message: problem };
    else this.turn = reason === 'tool-calls' ? { state: 'waiting', denied: this.denied } : { state: 'done' };
    return true;
  }

  private tellUsage(part: JsonObject, callId: string, ts: number): void {
    const usage = readStepTokens(part['tokens']);
    if (!usage) {
      this.untold = true;
      this.usageUnbelievable(part['tokens'], ts);
      return;
    }
    // Models without prices in its configuration cost nothing there: that is no price.
    const costNano = readCost(part['cost']) || undefined;
    const cost = costNano === undefined || isNoUsage(usage) ? { costBasis: 'unknown' as const } : { costNano, costBasis: 'reported' as const };
    this.emit({ kind: 'usage', ts, scope: 'call', callId, provider: this.provider, usage, ...cost, ...present({ model: this.model }) });
    this.calls.toldAll(callId);
  }

  /** Not the end: a conversation that got too long is shortened, and goes on. */
  private failed(line: JsonObject, ts: number): boolean {
    const error = asObject(line['error']);
    const message = plainError(asName(asObject(error?.['data'])?.['message']) ?? asName(error?.['message']) ?? asName(error?.['name']) ?? 'no reason given');
    if (this.calls.openIn(undefined) !== undefined) this.untold = true;
    this.calls.close(undefined, ts, message);
    this.turn = { state: 'failed', message };
    this.notice('warning', message, ts);
    return true;
  }

  /** A time inside a part, which is told by the clock of its line and never later than that. */
  private inside(line: JsonObject, time: unknown, ts: number): number {
    const written = asNumber(line['timestamp']);
    const at = asNumber(time);
    if (written === undefined || at === undefined) return ts;
    return Math.min(ts, Math.max(this.notBefore, ts - Math.max(0, written - at)));
  }
}
