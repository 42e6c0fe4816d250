import type { AmpTracer, SpanUpdate } from '../telemetry/tracer';
import type { AgentEvent, UsageEvent } from '../model/agentEvent';
import type { AmpTraceEvent, AttributeValue, Attributes, Provider } from '../model/span';
import { addUsage, isNoUsage, noUsage, usageBeyond, type Usage } from '../model/usage';
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
  settlement: 'amp.usage.settlement',
  notice: 'amp.notice',
} as const;

interface OpenCall {
  readonly span: AmpTraceEvent;
  text: string;
  thought: string;
}

interface KnownCall {
  readonly model: string | undefined;
  readonly provider: Provider;
  usage: Usage;
  costNano: number | undefined;
}

/**
 * Turns the events of one agent run into spans under the run's own span: a span a model call, which alone carries usage, and a span a
 * tool call. What the agent reports for the whole run beyond its single calls (their final output tokens, its cost) goes to one
 * settlement span a model, so the sum over the spans is exactly what was reported.
 */
export class AgentSpans {
  private readonly calls = new Map<string, OpenCall>();
  private readonly tools = new Map<string, AmpTraceEvent>();
  private readonly known = new Map<string, KnownCall>();
  /** The run's own totals by model; a later word replaces an earlier one. */
  private readonly totals = new Map<string, UsageEvent>();

  constructor(
    private readonly tracer: AmpTracer,
    private readonly run: AmpTraceEvent,
    private readonly worktree: string,
  ) {}

  handle(event: AgentEvent): void {
    switch (event.kind) {
      case 'sessionStarted':
        this.tracer.updateSpan(this.run.id, { model: event.model, attrs: { [attribute.conversation]: event.agentSessionId, ...event.attrs } });
        return;
      case 'callStarted':
        this.startCall(event);
        return;
      case 'callFinished':
        this.finishCall(event.callId, event.ts, event.stopReason, event.errorMessage);
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
        if (event.scope === 'call') this.countCall(event);
        else this.totals.set(event.model ?? '', event);
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
  close(outcome: 'succeeded' | 'failed' | 'stopped'): void {
    const status = outcome === 'succeeded' ? 'success' : 'cancelled';
    this.settle();
    for (const span of this.tools.values()) this.tracer.finishSpan(span.id, { status });
    this.tools.clear();
    for (const [callId, call] of this.calls) {
      this.tracer.finishSpan(call.span.id, { status, attrs: said(call) });
      this.calls.delete(callId);
    }
  }

  private start(event: { readonly ts: number; readonly parentToolId?: string }, rest: { readonly type: 'agent' | 'tool'; readonly name: string; readonly attrs: Attributes; readonly model?: string | undefined; readonly provider?: AmpTraceEvent['provider'] }): AmpTraceEvent {
    const parent = event.parentToolId === undefined ? undefined : this.tools.get(event.parentToolId);
    return this.tracer.startSpan({ sessionId: this.run.sessionId, iterationId: this.run.iterationId, parentId: parent?.id ?? this.run.id, tsStart: Math.max(event.ts, this.run.tsStart), ...rest });
  }

  private startCall(event: Extract<AgentEvent, { kind: 'callStarted' }>): void {
    if (this.calls.has(event.callId) || this.known.has(event.callId)) return;
    const span = this.start(event, { type: 'agent', name: `${event.provider}:chat`, attrs: { [attribute.call]: event.callId }, model: event.model, provider: event.provider });
    this.calls.set(event.callId, { span, text: '', thought: '' });
    this.known.set(event.callId, { model: event.model, provider: event.provider, usage: noUsage, costNano: undefined });
  }

  private finishCall(callId: string, ts: number, stopReason: string | undefined, errorMessage: string | undefined): void {
    const call = this.calls.get(callId);
    if (!call) return;
    this.calls.delete(callId);
    this.tracer.finishSpan(call.span.id, {
      status: errorMessage === undefined ? 'success' : 'error',
      errorMessage,
      tsEnd: ts,
      attrs: { ...said(call), ...(stopReason === undefined ? {} : { [attribute.finishReason]: [stopReason] }) },
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
    this.tools.set(event.toolId, this.start(event, { type: 'tool', name: toolTitle(event.name, event.input, this.worktree), attrs }));
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

  private countCall(event: UsageEvent): void {
    const callId = event.callId ?? '';
    const known = this.known.get(callId);
    const call = this.calls.get(callId);
    if (!known || !call) return;
    known.usage = event.usage;
    known.costNano = event.costNano;
    // Without a cost of its own, a call's cost is part of the run's: the settlement says what is known of that.
    this.tracer.updateSpan(call.span.id, { usage: event.usage, model: event.model, ...(event.costNano === undefined ? {} : { costNano: event.costNano, costBasis: event.costBasis }) });
  }

  /** One settlement a model that the run reported a total for; calls that fit no total count towards the first. */
  private settle(): void {
    const totals = [...this.totals.values()];
    const calls = [...this.known.values()];
    if (totals.length === 0) {
      this.settleAsUnknown(calls);
      return;
    }
    for (const total of totals) {
      const own = calls.filter((call) => (totals.find(({ model }) => sameModel(model, call.model)) ?? totals[0]) === total);
      const counted = own.reduce((sum, { usage }) => addUsage(sum, usage), noUsage);
      const countedCost = own.reduce((sum, { costNano }) => sum + (costNano ?? 0), 0);
      const usage = usageBeyond(total.usage, counted);
      const costNano = total.costNano === undefined ? undefined : Math.max(0, total.costNano - countedCost);
      const costUnknown = costNano === undefined && !(isNoUsage(total.usage) && isNoUsage(counted));
      if (isNoUsage(usage) && !costNano && !costUnknown) continue;
      this.writeSettlement(total, { usage, costNano, costBasis: costNano === undefined ? 'unknown' : total.costBasis });
    }
  }

  /** A run that was cut before its total: what its calls cost is unknown, and that has to be seen. */
  private settleAsUnknown(calls: readonly KnownCall[]): void {
    const first = calls.find(({ costNano, usage }) => costNano === undefined && !isNoUsage(usage));
    if (first) this.writeSettlement({ ts: 0, model: first.model, provider: first.provider }, { usage: noUsage, costNano: undefined, costBasis: 'unknown' });
  }

  private writeSettlement(of: { readonly ts: number; readonly model?: string | undefined; readonly provider: Provider }, cost: Pick<SpanUpdate, 'usage' | 'costNano' | 'costBasis'>): void {
    const span = this.start(of, { type: 'agent', name: `${of.provider}:run total`, attrs: { [attribute.settlement]: true }, model: of.model, provider: of.provider });
    this.tracer.finishSpan(span.id, { ...cost, tsEnd: span.tsStart });
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

/** Programs name one model in several ways: with a date, with its context size (`model[1m]`). */
function sameModel(one: string | undefined, other: string | undefined): boolean {
  return plainModel(one) === plainModel(other);
}

function plainModel(model: string | undefined): string | undefined {
  return model?.replace(/\[[^\]]*\]$/, '').replace(/-\d{8}$/, '');
}

/** Long texts are kept whole in the run's recording; spans hold their beginning. */
function bounded(text: string, limit = attributeLimit): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters in the recording)`;
}

function boundedValue(value: AttributeValue): AttributeValue {
  const json = JSON.stringify(value);
  return json.length <= attributeLimit ? value : bounded(json);
}
