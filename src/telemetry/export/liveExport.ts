import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../base/clock';
import { errorMessage } from '../../base/errors';
import { Emitter, type Listen } from '../../base/events';
import type { AmpTraceEvent } from '../../model/span';
import type { ExportSettings, ExportStatus } from '../../model/telemetryExport';
import type { AmpTracer } from '../tracer';
import { leavingSpan } from './leavingSpan';
import type { OtlpEncoder } from './otlpEncoder';
import type { ExportRedactor } from './redactor';
import { Rollups } from './rollups';
import { defaultQueueLimits, SpanQueue, type QueuedSpan, type QueueLimits } from './spanQueue';
import { defaultSendPolicy, TraceSender, type SendPolicy } from './traceSender';
import { UsageMetrics } from './usageMetrics';

export interface LiveExportLimits {
  readonly queue: QueueLimits;
  /** Spans of one request; up to twice as many when more wait. */
  readonly batch: number;
  /** How long a span waits for others to share a request with. */
  readonly delayMs: number;
  readonly metricsIntervalMs: number;
  readonly closeMs: number;
  readonly send: SendPolicy;
}

export const defaultLiveExportLimits: LiveExportLimits = { queue: defaultQueueLimits, batch: 256, delayMs: 1_000, metricsIntervalMs: 60_000, closeMs: 2_000, send: defaultSendPolicy };

export interface LiveExportContext {
  readonly tracer: Pick<AmpTracer, 'on' | 'off'>;
  readonly settings: ExportSettings;
  readonly encoder: OtlpEncoder;
  readonly redactor: ExportRedactor;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly limits: LiveExportLimits;
}

/**
 * Sends spans as they end. The tracer pays for a push into a bounded queue; the rest happens in turns of the event loop of their own,
 * one request at a time. Whatever the receiver does, nothing waits for it and nothing is thrown: what it does not take is counted.
 */
export class LiveExport {
  private readonly queue: SpanQueue;
  private readonly rollups = new Rollups();
  private readonly metrics: UsageMetrics | undefined;
  private readonly sender: TraceSender;
  private readonly givenUp = new AbortController();
  private readonly changed = new Emitter<ExportStatus>();
  private draining: Promise<void> | undefined;
  private waiting: NodeJS.Timeout | undefined;
  private readonly metricsTimer: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;
  private telling = false;
  private inFlight = 0;
  private sent = 0;
  private dropped = 0;
  private lastError: string | undefined;
  private lastSuccessAt: number | undefined;
  /** After each request, and when spans were dropped. */
  readonly onDidChange: Listen<ExportStatus> = this.changed.listen;

  constructor(private readonly context: LiveExportContext) {
    const { settings, limits, clock, tracer } = context;
    this.queue = new SpanQueue(limits.queue);
    this.metrics = settings.metrics ? new UsageMetrics(clock.now()) : undefined;
    this.sender = new TraceSender({ ...context, policy: limits.send, signal: this.givenUp.signal });
    if (this.metrics) this.metricsTimer = setInterval(() => { void this.sendMetrics(); }, limits.metricsIntervalMs).unref();
    tracer.on('span:finish', this.push);
  }

  status(): ExportStatus {
    return {
      endpoint: this.context.settings.endpoint,
      queued: this.queue.length + this.inFlight,
      sent: this.sent,
      dropped: this.dropped,
      ...(this.lastError === undefined ? {} : { lastError: this.lastError }),
      ...(this.lastSuccessAt === undefined ? {} : { lastSuccessAt: this.lastSuccessAt }),
    };
  }

  /** Sends what is queued, for `closeMs` at most; what is left then counts as dropped. Never rejects. */
  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  /** On the path of the tracer. */
  private readonly push = (span: AmpTraceEvent): void => {
    if (span.type === 'ui') return;
    const below = this.rollups.add(span);
    this.metrics?.record(span);
    if (!this.queue.push(span, below)) this.drop(1, 'more spans end than the receiver takes: the queue is full');
    this.schedule();
  };

  private schedule(): void {
    if (this.draining || this.closing) return;
    if (this.queue.length >= this.context.limits.batch) this.drain();
    else this.waiting ??= setTimeout(() => { this.drain(); }, this.context.limits.delayMs).unref();
  }

  private drain(): void {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    if (this.draining) return;
    this.draining = this.sendAll()
      .catch((error: unknown) => { this.lastError = `the export failed: ${errorMessage(error)}`; })
      .finally(() => {
        this.draining = undefined;
        if (this.queue.length > 0) this.schedule();
      });
  }

  private async sendAll(): Promise<void> {
    do {
      await turn();
      await this.sendBatch(this.queue.take(this.batchSize()));
    } while (this.queue.length > 0 && !this.givenUp.signal.aborted && (this.closing !== undefined || this.queue.length >= this.context.limits.batch));
  }

  /** Twice as many when the receiver does not keep up: an answer's time is paid once a request. */
  private batchSize(): number {
    const { batch } = this.context.limits;
    return Math.min(this.queue.length > 2 * batch ? 2 * batch : batch, this.sender.largestBatch);
  }

  private async sendBatch(batch: readonly QueuedSpan[]): Promise<void> {
    this.inFlight = batch.length;
    try {
      const { settings, redactor } = this.context;
      const spans = batch.flatMap(({ span, below }) => leavingSpan(span, below, { content: settings.content, dialect: settings.dialect, redactor }) ?? []);
      // Encoding comes in a turn of its own: both together would hold the event loop for longer than anyone should.
      await turn();
      const outcome = await this.sender.send(spans);
      this.sent += outcome.sent;
      if (outcome.sent > 0) this.lastSuccessAt = this.context.clock.now();
      if (outcome.dropped > 0) this.drop(outcome.dropped, outcome.reason ?? 'the receiver did not take them');
    } catch (error) {
      this.drop(batch.length, `the spans could not be encoded: ${errorMessage(error)}`);
    } finally {
      this.inFlight = 0;
      this.tell();
    }
  }

  private async sendMetrics(): Promise<void> {
    const snapshot = this.metrics?.snapshot();
    if (!snapshot) return;
    const problem = await this.sender.sendMetrics(snapshot);
    if (problem !== undefined) this.lastError = `metrics: ${problem}`;
    this.tell();
  }

  private async finish(): Promise<void> {
    this.context.tracer.off('span:finish', this.push);
    clearTimeout(this.waiting);
    clearInterval(this.metricsTimer);
    this.sender.hurry();
    // Not unref'd: a program that waits for this and has nothing else to do must not end meanwhile.
    const limit = setTimeout(() => { this.givenUp.abort(); }, this.context.limits.closeMs);
    await this.draining;
    if (this.queue.length > 0 && !this.givenUp.signal.aborted) await this.sendAll().catch((error: unknown) => { this.lastError = errorMessage(error); });
    if (!this.givenUp.signal.aborted) await this.sendMetrics();
    clearTimeout(limit);
    this.givenUp.abort();
    const left = this.queue.clear();
    if (left > 0) this.drop(left, 'the program closed before they could be sent');
    this.changed.fire(this.status());
    this.changed.dispose();
  }

  private drop(count: number, reason: string): void {
    this.dropped += count;
    this.lastError = reason;
    this.tell();
  }

  /** Once a turn, however many spans are dropped in it. */
  private tell(): void {
    if (this.telling) return;
    this.telling = true;
    setImmediate(() => {
      this.telling = false;
      this.changed.fire(this.status());
    });
  }
}
