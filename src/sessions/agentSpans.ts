import type { AmpTracer, SpanFinish, SpanUpdate } from '../telemetry/tracer';
import type { AgentEvent, UsageEvent } from '../model/agentEvent';
import { priceAttributes, settledAttribute, settledWholeAttribute, settlementAttribute } from '../model/explainCost';
import type { PriceList } from '../model/pricing';
import type { AmpTraceEvent, AttributeValue, Attributes } from '../model/span';
import { isNoUsage } from '../model/usage';
import { cutOff, type RunEnd } from './callCorrections';
import { isInDoubt, type Figures } from './runCall';
import { RunCosts, type Settlement } from './runCosts';
import { toolTitle } from './toolTitle';

const attributeLimit = 4096;

/** Attributes that the orchestrator adds to those of OpenTelemetry's GenAI conventions. */
const attribute = {
  tool: 'gen_ai.tool.name',
  toolCall: 'gen_ai.tool.call.id',
  toolInput: 'gen_ai.tool.call.arguments',
  toolOutput: 'gen_ai.tool.call.result',
  conversation: 'gen_ai.conversation.id',
  finishReason: 'gen_ai.response.finish_reasons',
  call: 'gen_ai.response.id',
  text: 'amp.text',
  thought: 'amp.thought',
  denied: 'amp.tool.denied',
  /** The settlement is below zero. */
  adjustment: 'amp.cost.adjustment',
  notice: 'amp.notice',
} as const;

interface OpenCall {
  readonly span: AmpTraceEvent;
  text: string;
  thought: string;
}

export interface AgentSpansOptions {
  readonly tracer: AmpTracer;
  /** The run's own span. */
  readonly run: AmpTraceEvent;
  readonly worktree: string;
  /** Who makes the model calls. */
  readonly agent: string;
  readonly prices: PriceList;
  /** The run's: what breaks off once it is aborted was cancelled, and failed at nothing. */
  readonly signal?: AbortSignal;
}

/**
 * Turns the events of one agent run into spans under the run's own span: a span a model call, which alone carries usage and cost, and a
 * span a tool call. What the agent reports for the whole run beyond its single calls (their final output tokens, its cost) goes to one
 * settlement span a model, so the sum over the spans is exactly what was reported.
 */
export class AgentSpans {
  private readonly tracer: AmpTracer;
  private readonly run: AmpTraceEvent;
  private readonly calls = new Map<string, OpenCall>();
  /** Finished spans of calls whose cost is not certain: the end of the run may tell. */
  private readonly uncertain = new Map<string, AmpTraceEvent>();
  private readonly tools = new Map<string, AmpTraceEvent>();
  private readonly costs: RunCosts;
  private saidUncountable = false;

  constructor(private readonly options: AgentSpansOptions) {
    this.tracer = options.tracer;
    this.run = options.run;
    this.costs = new RunCosts(options.prices);
  }

  handle(event: AgentEvent): void {
    switch (event.kind) {
      case 'sessionStarted':
        this.tracer.updateSpan(this.run.id, { model: event.model, attrs: { [attribute.conversation]: event.agentSessionId, ...event.attrs } });
        return;
      case 'callStarted':
        this.startCall(event);
        return;
      case 'callFinished':
        this.finishCall(event);
        return;
      case 'text':
      case 'thought':
        this.say(event);
        return;
      case 'toolStarted':
        this.startTool(event);
        return;
      case 'toolFinished':
        this.finishTool(event);
        return;
      case 'usage':
        this.count(event);
        return;
      case 'notice':
        this.notice(event);
        return;
      case 'turnFinished':
        if (event.attrs) this.tracer.updateSpan(this.run.id, { attrs: event.attrs });
        return;
      case 'raw':
        return;
    }
  }

  /** Closes what the stream left open: successful runs only forgot to say so, others were cut. */
  close(outcome: RunEnd): void {
    const status = outcome === 'succeeded' ? 'success' : 'cancelled';
    for (const settlement of this.costs.settlements(outcome)) this.settle(settlement);
    for (const span of this.tools.values()) this.tracer.finishSpan(span.id, { status });
    this.tools.clear();
    for (const [callId, call] of this.calls) this.end(callId, call, { status });
    for (const [callId, correction] of this.costs.corrections(outcome)) {
      const span = this.uncertain.get(callId);
      if (span) this.tracer.amendSpan(span, correction);
    }
    this.uncertain.clear();
  }

  /** Ends a call's span, and keeps it while its cost may still be corrected. */
  private end(callId: string, call: OpenCall, finish: SpanFinish): void {
    this.calls.delete(callId);
    const span = this.tracer.finishSpan(call.span.id, { ...finish, attrs: { ...said(call), ...finish.attrs } });
    const known = this.costs.call(callId);
    const isCertain = known?.final === true && !isInDoubt(known) && (span?.costBasis === 'computed' || span?.costBasis === 'reported');
    if (span?.usage && !isCertain) this.uncertain.set(callId, span);
  }

  private start(event: { readonly ts: number; readonly parentToolId?: string }, rest: { readonly type: 'agent' | 'tool'; readonly name: string; readonly attrs: Attributes; readonly model?: string | undefined; readonly provider?: AmpTraceEvent['provider']; readonly agent?: string }): AmpTraceEvent {
    const parent = event.parentToolId === undefined ? undefined : this.tools.get(event.parentToolId);
    return this.tracer.startSpan({ sessionId: this.run.sessionId, iterationId: this.run.iterationId, parentId: parent?.id ?? this.run.id, tsStart: Math.max(event.ts, this.run.tsStart), ...rest });
  }

  private startCall(event: Extract<AgentEvent, { kind: 'callStarted' }>): void {
    const tsStart = Math.max(event.ts, this.run.tsStart);
    const known = this.costs.start(event.callId, { model: event.model, provider: event.provider, tsStart });
    if (!known) return;
    const span = this.start(event, { type: 'agent', name: `${event.provider}:chat`, attrs: { [attribute.call]: event.callId }, model: event.model, provider: event.provider, agent: this.options.agent });
    this.calls.set(event.callId, { span, text: '', thought: '' });
    if (!isNoUsage(known.counted.usage)) this.tracer.updateSpan(span.id, asUpdate(known.counted));
  }

  private finishCall({ callId, ts, stopReason, errorMessage, firstTokenMs, usageIsFinal }: Extract<AgentEvent, { kind: 'callFinished' }>): void {
    const call = this.calls.get(callId);
    if (!call) return;
    const known = this.costs.call(callId);
    if (known) {
      known.open = false;
      known.final = usageIsFinal === true;
    }
    const cut = errorMessage === undefined || !known ? undefined : cutOff(known);
    if (known && cut) known.estimated = true;
    this.end(callId, call, {
      status: errorMessage === undefined ? 'success' : this.options.signal?.aborted ? 'cancelled' : 'error',
      errorMessage,
      tsEnd: ts,
      firstTokenMs,
      costBasis: cut?.costBasis,
      attrs: { ...(stopReason === undefined ? {} : { [attribute.finishReason]: [stopReason] }), ...cut?.attrs },
    });
  }

  private say({ kind, text, callId }: Extract<AgentEvent, { kind: 'text' | 'thought' }>): void {
    const call = callId === undefined ? undefined : this.calls.get(callId);
    if (call) call[kind] = bounded(call[kind] === '' ? text : `${call[kind]}\n${text}`);
    else this.notice({ severity: 'info', message: text, ts: undefined });
  }

  private startTool(event: Extract<AgentEvent, { kind: 'toolStarted' }>): void {
    if (this.tools.has(event.toolId)) return;
    const attrs = { [attribute.tool]: event.name, [attribute.toolCall]: event.toolId, [attribute.toolInput]: boundedValue(event.input) };
    this.tools.set(event.toolId, this.start(event, { type: 'tool', name: toolTitle(event.name, event.input, this.options.worktree), attrs }));
  }

  private finishTool(event: Extract<AgentEvent, { kind: 'toolFinished' }>): void {
    const span = this.tools.get(event.toolId);
    if (!span) return;
    this.tools.delete(event.toolId);
    this.tracer.finishSpan(span.id, {
      status: event.isError ? 'error' : 'success',
      tsEnd: event.ts,
      attrs: { [attribute.toolOutput]: bounded(event.output), ...(event.denied ? { [attribute.denied]: true } : {}) },
      errorMessage: event.isError ? bounded(event.output, 500) || 'the tool failed' : undefined,
    });
  }

  private count(event: UsageEvent): void {
    const sound = event.scope === 'call' ? this.costs.learn(event) : this.costs.total(event);
    if (!sound) this.sayUncountable(event);
    if (!sound || event.scope !== 'call' || event.incomplete === true) return;
    const call = this.calls.get(event.callId ?? '');
    const known = this.costs.call(event.callId ?? '');
    if (call && known) this.tracer.updateSpan(call.span.id, { ...asUpdate(known.counted), model: event.model });
  }

  private sayUncountable({ ts, model }: UsageEvent): void {
    if (this.saidUncountable) return;
    this.saidUncountable = true;
    this.notice({ severity: 'warning', message: `The agent told tokens or a cost of ${model ?? 'a model'} that are no counts (negative, too large or no numbers). They are not counted.`, ts });
  }

  private settle(settlement: Settlement): void {
    const { ts, model, provider, costNano, settledNano, wholeNano } = settlement;
    const adjusts = costNano !== undefined && costNano < 0;
    const attrs: Attributes = { [settlementAttribute]: true, ...(settledNano === undefined ? {} : { [settledAttribute]: settledNano }), ...(wholeNano === undefined ? {} : { [settledWholeAttribute]: wholeNano }), ...(adjusts ? { [attribute.adjustment]: true } : {}) };
    const span = this.start({ ts }, { type: 'agent', name: `${provider}${adjusts ? ':adjustment' : ''}:run total`, attrs, model, provider, agent: this.options.agent });
    this.tracer.finishSpan(span.id, { ...asUpdate(settlement), tsEnd: span.tsStart });
  }

  private notice({ severity, message, ts }: { severity: 'info' | 'warning' | 'error'; message: string; ts: number | undefined }): void {
    const span = this.tracer.startSpan({
      sessionId: this.run.sessionId,
      iterationId: this.run.iterationId,
      parentId: this.run.id,
      type: 'ui',
      name: bounded(message.split('\n')[0] ?? '', 200),
      attrs: { [attribute.notice]: severity, [attribute.text]: bounded(message) },
      ...(ts === undefined ? {} : { tsStart: ts }),
    });
    this.tracer.finishSpan(span.id, { tsEnd: span.tsStart, ...(severity === 'error' ? { status: 'error', errorMessage: bounded(message, 500) } : {}) });
  }
}

function said({ text, thought }: OpenCall): Attributes {
  return { ...(text === '' ? {} : { [attribute.text]: text }), ...(thought === '' ? {} : { [attribute.thought]: thought }) };
}

function asUpdate({ usage, costNano, costBasis, price }: Figures): SpanUpdate {
  return { usage, costNano, costBasis, ...(price === undefined ? {} : { attrs: priceAttributes(price) }) };
}

/** Long texts are kept whole in the run's recording; spans hold their beginning. */
function bounded(text: string, limit = attributeLimit): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters in the recording)`;
}

function boundedValue(value: AttributeValue): AttributeValue {
  const json = JSON.stringify(value);
  return json.length <= attributeLimit ? value : bounded(json);
}
