import { OrchestratorError } from '../base/errors';
import type { PriceList, ServiceTier } from '../model/pricing';
import type { AmpTraceEvent, Attributes } from '../model/span';
import { names, operations } from '../telemetry/semconv';
import type { Attempts } from './attempts';
import { stopped, type CallFailure } from './callErrors';
import { priced, settledUsage, type CallFigures } from './callFigures';
import type { ApiEvent, ModelAnswer, ModelRequest } from './modelProvider';
import type { ModelContext, ProviderProfile } from './providerProfile';
import { mergeUsage } from './reportedUsage';

const attributeLimit = 4096;

export interface CallRecordOptions {
  readonly context: ModelContext;
  readonly profile: ProviderProfile;
  readonly request: ModelRequest;
  readonly streamed: boolean;
  readonly maxTokens: number;
  /** Counted here, before the call. */
  readonly inputTokens: number;
  readonly prices: PriceList;
  readonly attempts: Attempts;
  readonly baseURL: string;
}

/** One call from its start to its end: what has come of the answer, and the span that tells of it. */
export class CallRecord {
  private readonly span: AmpTraceEvent;
  private readonly text: string[] = [];
  private open = true;
  private heard = false;
  private done = false;
  private firstTokenMs: number | undefined;
  private model: string | undefined;
  private responseId: string | undefined;
  private finishReason: string | undefined;
  private serviceTier: ServiceTier | undefined;
  private usage: unknown;

  constructor(private readonly options: CallRecordOptions) {
    const { context, profile, request, streamed, maxTokens, baseURL } = options;
    const { hostname, port, protocol } = new URL(baseURL);
    this.span = context.tracer.startSpan({
      ...request.origin,
      type: 'agent',
      name: `${profile.name}:chat`,
      model: request.model,
      provider: profile.name,
      agent: 'api',
      attrs: {
        [names.operation]: operations.chat,
        [names.provider]: profile.name,
        [names.requestModel]: request.model,
        'gen_ai.request.max_tokens': maxTokens,
        ...(request.temperature === undefined ? {} : { 'gen_ai.request.temperature': request.temperature }),
        'gen_ai.request.stream': streamed,
        'server.address': hostname,
        'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
        'amp.prompt': context.redactor.redact(request.messages.at(-1)?.text ?? '').slice(0, attributeLimit),
      },
    });
  }

  add(event: ApiEvent): void {
    const { context, streamed } = this.options;
    this.heard = true;
    const begins = (event.text !== undefined && event.text !== '') || event.thinking === true;
    if (begins && streamed) this.firstTokenMs ??= Math.max(0, context.clock.now() - this.span.tsStart);
    if (event.text !== undefined) this.text.push(event.text);
    if (event.usage !== undefined) this.usage = mergeUsage(this.usage, event.usage);
    this.model = event.model ?? this.model;
    this.responseId = event.responseId ?? this.responseId;
    this.finishReason = event.finishReason ?? this.finishReason;
    this.serviceTier = event.serviceTier ?? this.serviceTier;
    this.done ||= event.done === true;
  }

  /** @throws OrchestratorError `model-failed` when the answer was cut */
  async finish(): Promise<ModelAnswer> {
    if (!this.done) throw new OrchestratorError('model-failed', `${this.options.profile.title} ended its answer in the middle.`, 'Try again: the connection may have been lost.');
    const figures = await this.figures(true);
    this.close(figures, {});
    return {
      text: this.text.join(''),
      model: this.model ?? this.options.request.model,
      finishReason: this.finishReason ?? 'stop',
      usage: figures.usage,
      estimated: figures.estimated,
      ...(figures.costNano === undefined ? {} : { costNano: figures.costNano }),
      costBasis: figures.costBasis,
      spanId: this.span.id,
    };
  }

  async fail({ error, attrs }: CallFailure): Promise<void> {
    if (!this.open) return;
    const figures = this.mayHaveUsed(error.code === 'stopped') ? await this.figures(false) : undefined;
    const end = { status: error.code === 'stopped' ? 'cancelled' : 'error', errorMessage: error.message, attrs } as const;
    this.close(figures, this.options.attempts.lost && !figures ? { ...end, costBasis: 'unknown' } : end);
  }

  async leave(): Promise<void> {
    if (this.open) await this.fail({ error: stopped(), attrs: { [names.errorType]: 'stopped' } });
  }

  /** A request that the provider refused, or that never reached it, used nothing. */
  private mayHaveUsed(wasStopped: boolean): boolean {
    const { count, status } = this.options.attempts;
    if (this.heard || (status !== undefined && status < 300)) return true;
    return wasStopped && count > 0 && status === undefined;
  }

  private async figures(finished: boolean): Promise<CallFigures> {
    const { context, profile, request, inputTokens, prices } = this.options;
    const read = profile.usageOf(this.usage);
    const outputTokens = finished && read.usage ? 0 : (await context.tokens.countTokens(this.text.join(''), request.model)).tokens;
    const { usage, estimated, attrs } = settledUsage(read, finished, { inputTokens, outputTokens });
    const cost = priced(prices, { model: this.model ?? request.model, requestedModel: request.model, provider: profile.name, tsStart: this.span.tsStart, serviceTier: this.serviceTier ?? request.serviceTier, usage, estimated, caveat: read.caveat });
    return { usage, estimated, ...cost, attrs: { ...attrs, ...cost.attrs } };
  }

  private close(figures: CallFigures | undefined, end: { readonly status?: 'error' | 'cancelled'; readonly errorMessage?: string; readonly attrs?: Attributes; readonly costBasis?: 'unknown' }): void {
    const { context, attempts } = this.options;
    this.open = false;
    const text = context.redactor.redact(this.text.join('')).slice(0, attributeLimit);
    context.tracer.finishSpan(this.span.id, {
      ...end,
      ...(this.model === undefined ? {} : { model: this.model }),
      ...(figures === undefined ? {} : { usage: figures.usage, costBasis: figures.costBasis, costNano: figures.costNano }),
      firstTokenMs: this.firstTokenMs,
      attrs: {
        ...(this.model === undefined ? {} : { [names.responseModel]: this.model }),
        ...(this.responseId === undefined ? {} : { [names.responseId]: this.responseId }),
        ...(this.finishReason === undefined ? {} : { [names.finishReasons]: [this.finishReason] }),
        ...(text === '' ? {} : { 'amp.text': text }),
        ...(attempts.requestId === undefined ? {} : { 'amp.call.request_id': attempts.requestId.slice(0, 200) }),
        ...(attempts.retries === 0 ? {} : { 'amp.call.retries': attempts.retries, 'amp.call.retry_reasons': attempts.failures.slice(0, attempts.retries) }),
        ...figures?.attrs,
        ...end.attrs,
      },
    });
  }
}
