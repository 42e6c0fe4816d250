import { EventEmitter } from 'eventemitter3';
import type { Clock } from '../base/clock';
import { errorMessage } from '../base/errors';
import type { CostBasis, NanoDollars } from '../model/money';
import type { AmpTraceEvent, Attributes, Provider, SpanStatus, SpanType } from '../model/span';
import type { Usage } from '../model/usage';

export interface SpanStart {
  readonly sessionId: string;
  readonly type: SpanType;
  readonly name: string;
  readonly parentId?: string | undefined;
  readonly iterationId?: string | undefined;
  readonly attrs?: Attributes;
  readonly model?: string | undefined;
  readonly provider?: Provider | undefined;
  readonly agent?: string | undefined;
  /** Epoch milliseconds; now, if absent. */
  readonly tsStart?: number;
}

/** What becomes known of a span after its start. Attributes are added to those it has. */
export interface SpanUpdate {
  readonly name?: string;
  readonly attrs?: Attributes;
  readonly model?: string | undefined;
  readonly provider?: Provider | undefined;
  readonly firstTokenMs?: number | undefined;
  readonly usage?: Usage | undefined;
  readonly costNano?: NanoDollars | undefined;
  readonly costBasis?: CostBasis | undefined;
}

export interface SpanFinish extends SpanUpdate {
  /** `success`, if absent. */
  readonly status?: Exclude<SpanStatus, 'running'>;
  readonly errorMessage?: string | undefined;
  readonly stackTrace?: string | undefined;
  readonly tsEnd?: number;
}

/** How certain a finished span's cost is in the end. Its tokens and its cost stay as they were, so nothing that was summed changes. */
export interface SpanAmendment {
  /** Undefined: the cost is part of what its run reports as a whole. */
  readonly costBasis: CostBasis | undefined;
  /** Added to those it has. */
  readonly attrs?: Attributes;
}

interface TracerEvents {
  'span:start': (span: AmpTraceEvent) => void;
  /** Of an open span, or (with `tsEnd`) of a finished one that was amended. */
  'span:update': (span: AmpTraceEvent) => void;
  'span:finish': (span: AmpTraceEvent) => void;
}

/** Where spans go: `write` is called with each new state of a span and returns at once. */
export interface SpanSink {
  write(span: AmpTraceEvent): void;
}

type OpenSpan = { -readonly [K in keyof AmpTraceEvent]: AmpTraceEvent[K] };

const noAttributes: Attributes = Object.freeze({});

/**
 * Times the steps of sessions. Every state of a span (started, updated, finished) goes to the sink and to the listeners as a
 * record that never changes afterwards, so a span is visible from the moment it starts and a crash leaves it behind.
 */
export class AmpTracer extends EventEmitter<TracerEvents> {
  private readonly open = new Map<string, AmpTraceEvent>();

  constructor(
    private readonly sink: SpanSink,
    private readonly nextId: () => string,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** The ids of spans that have started and not finished. */
  get openSpanIds(): readonly string[] {
    return [...this.open.keys()];
  }

  startSpan(start: SpanStart): AmpTraceEvent {
    const span: OpenSpan = {
      id: this.nextId(),
      sessionId: start.sessionId,
      tsStart: start.tsStart ?? this.clock.now(),
      type: start.type,
      name: start.name,
      attrs: start.attrs ?? noAttributes,
      status: 'running',
    };
    if (start.parentId !== undefined) span.parentId = start.parentId;
    if (start.iterationId !== undefined) span.iterationId = start.iterationId;
    if (start.model !== undefined) span.model = start.model;
    if (start.provider !== undefined) span.provider = start.provider;
    if (start.agent !== undefined) span.agent = start.agent;
    this.open.set(span.id, span);
    this.sink.write(span);
    this.emit('span:start', span);
    return span;
  }

  /** The updated span; undefined if it is not open. */
  updateSpan(id: string, update: SpanUpdate): AmpTraceEvent | undefined {
    const before = this.open.get(id);
    if (!before) return undefined;
    const span = apply(before, update);
    this.open.set(id, span);
    this.sink.write(span);
    this.emit('span:update', span);
    return span;
  }

  /** The finished span; undefined if it is not open, so finishing twice changes nothing. */
  finishSpan(id: string, finish: SpanFinish = {}): AmpTraceEvent | undefined {
    const before = this.open.get(id);
    if (!before) return undefined;
    this.open.delete(id);
    const span = apply(before, finish);
    span.status = finish.status ?? 'success';
    span.tsEnd = Math.max(span.tsStart, finish.tsEnd ?? this.clock.now());
    if (finish.errorMessage !== undefined) span.errorMessage = finish.errorMessage;
    if (finish.stackTrace !== undefined) span.stackTrace = finish.stackTrace;
    this.sink.write(span);
    this.emit('span:finish', span);
    return span;
  }

  /** Writes a finished span again, as it was given out, with what became certain or doubtful of its cost. */
  amendSpan(finished: AmpTraceEvent, { costBasis, attrs }: SpanAmendment): AmpTraceEvent {
    const { costBasis: _before, ...kept } = finished;
    const span: AmpTraceEvent = { ...kept, ...(costBasis === undefined ? {} : { costBasis }), attrs: { ...finished.attrs, ...attrs } };
    this.sink.write(span);
    this.emit('span:update', span);
    return span;
  }

  /** Runs `work` inside a span: an error (or an abort) that leaves it is recorded and thrown on. */
  async trace<T>(start: SpanStart, work: (span: AmpTraceEvent) => Promise<T>, describe?: (result: T) => SpanFinish): Promise<T> {
    const span = this.startSpan(start);
    try {
      const result = await work(span);
      this.finishSpan(span.id, describe?.(result) ?? {});
      return result;
    } catch (error) {
      this.finishSpan(span.id, failure(error));
      throw error;
    }
  }
}

/** How a span that ends with this error is finished. */
export function failure(error: unknown): SpanFinish {
  const stopped = error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'stopped'));
  return {
    status: stopped ? 'cancelled' : 'error',
    errorMessage: errorMessage(error),
    stackTrace: error instanceof Error ? error.stack : undefined,
  };
}

function apply(before: AmpTraceEvent, update: SpanUpdate): OpenSpan {
  const span: OpenSpan = { ...before };
  if (update.name !== undefined) span.name = update.name;
  if (update.attrs !== undefined) span.attrs = before.attrs === noAttributes ? update.attrs : { ...before.attrs, ...update.attrs };
  if (update.model !== undefined) span.model = update.model;
  if (update.provider !== undefined) span.provider = update.provider;
  if (update.firstTokenMs !== undefined) span.firstTokenMs = update.firstTokenMs;
  if (update.usage !== undefined) span.usage = update.usage;
  if (update.costNano !== undefined) span.costNano = update.costNano;
  if (update.costBasis !== undefined) span.costBasis = update.costBasis;
  return span;
}
