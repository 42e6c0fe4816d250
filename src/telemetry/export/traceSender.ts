import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../base/clock';
import { errorMessage, explain, isOrchestratorError } from '../../base/errors';
import type { ExportSettings } from '../../model/telemetryExport';
import { ExportHeaders } from './exportHeaders';
import { signalUrl } from './exportSettings';
import type { LeavingSpan } from './leavingSpan';
import type { OtlpEncoder } from './otlpEncoder';
import { post } from './post';
import type { ExportRedactor } from './redactor';
import type { MetricsSnapshot } from './usageMetrics';
import { verdictOn, type Verdict } from './verdict';

export interface SendPolicy {
  readonly timeoutMs: number;
  /** Tries of one batch, the first included. */
  readonly attempts: number;
  /** Before the second try; doubled for each further one, up to `longestDelayMs`, and spread by half. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** A `Retry-After` beyond this is not waited for that long. */
  readonly longestRetryAfterMs: number;
}

export const defaultSendPolicy: SendPolicy = { timeoutMs: 10_000, attempts: 5, firstDelayMs: 1_000, longestDelayMs: 30_000, longestRetryAfterMs: 60_000 };

const takenBeforeLarger = 20;

export interface SenderContext {
  readonly settings: ExportSettings;
  readonly encoder: OtlpEncoder;
  readonly redactor: ExportRedactor;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly policy: SendPolicy;
  /** Aborted when nothing may be sent any longer. */
  readonly signal: AbortSignal;
}

export interface SendOutcome {
  readonly sent: number;
  readonly dropped: number;
  /** Why some were dropped. */
  readonly reason?: string;
}

/** Sends batches, one at a time. Never rejects: what went wrong is in the outcome. */
export class TraceSender {
  private largest = Infinity;
  private takenSinceHalved = 0;
  private readonly hurried = new AbortController();

  private readonly headers: ExportHeaders;

  constructor(private readonly context: SenderContext) {
    this.headers = new ExportHeaders(context.settings.headers, context.env, context.redactor);
  }

  /** Batches are to be no larger than this: less once a receiver said that one was too large. */
  get largestBatch(): number {
    return this.largest;
  }

  /** From now on one more try a batch, soon: the program is about to close. */
  hurry(): void {
    this.hurried.abort();
  }

  async send(spans: readonly LeavingSpan[]): Promise<SendOutcome> {
    if (spans.length === 0) return { sent: 0, dropped: 0 };
    let body: Uint8Array;
    try {
      body = this.context.encoder.traces(spans);
    } catch (error) {
      return { sent: 0, dropped: spans.length, reason: `the spans could not be encoded: ${errorMessage(error)}` };
    }
    const { verdict, answer } = await this.deliver('traces', body);
    if (verdict.kind === 'taken') {
      this.noteTaken();
      const partial = answer && this.context.encoder.partialSuccess(answer);
      const rejected = Math.min(partial?.rejected ?? 0, spans.length);
      return { sent: spans.length - rejected, dropped: rejected, ...(partial ? { reason: this.shown(`the receiver did not keep ${partial.rejected} spans: ${partial.message.slice(0, 200)}`) } : {}) };
    }
    if (verdict.kind === 'tooLarge' && spans.length > 1) return this.sendInParts(spans);
    return { sent: 0, dropped: spans.length, reason: this.shown(verdict.reason) };
  }

  /** Sums are sent again with the next ones: a failure loses nothing. The reason, or undefined when they were taken. */
  async sendMetrics(snapshot: MetricsSnapshot): Promise<string | undefined> {
    try {
      const { verdict } = await this.attempt('metrics', this.context.encoder.metrics(snapshot, this.context.clock.now()));
      return verdict.kind === 'taken' ? undefined : this.shown(verdict.reason);
    } catch (error) {
      return errorMessage(error);
    }
  }

  /** Parts as large as the receiver takes, found by halving: each further refusal makes the parts that are left smaller too. */
  private async sendInParts(spans: readonly LeavingSpan[]): Promise<SendOutcome> {
    this.largest = Math.ceil(spans.length / 2);
    this.takenSinceHalved = 0;
    let total: SendOutcome = { sent: 0, dropped: 0 };
    for (let at = 0; at < spans.length; ) {
      const part = spans.slice(at, at + this.largest);
      const { sent, dropped, reason = total.reason } = await this.send(part);
      total = { sent: total.sent + sent, dropped: total.dropped + dropped, ...(reason === undefined ? {} : { reason }) };
      at += part.length;
    }
    return total;
  }

  /** One huge span must not make all later batches small for ever. */
  private noteTaken(): void {
    if (this.largest === Infinity || ++this.takenSinceHalved < takenBeforeLarger) return;
    this.largest *= 2;
    this.takenSinceHalved = 0;
  }

  private async deliver(signal: 'traces' | 'metrics', body: Uint8Array): Promise<{ verdict: Verdict; answer?: Uint8Array }> {
    const { policy } = this.context;
    for (let attempt = 1; ; attempt++) {
      const result = await this.attempt(signal, body);
      const last = attempt >= policy.attempts || (this.hurried.signal.aborted && attempt > 1);
      if (result.verdict.kind !== 'again' || last || this.context.signal.aborted) return result;
      await this.pause(this.delayMs(attempt, result.verdict.afterMs));
    }
  }

  private async attempt(signal: 'traces' | 'metrics', body: Uint8Array): Promise<{ verdict: Verdict; answer?: Uint8Array }> {
    const { settings, encoder, policy, clock } = this.context;
    try {
      const headers = { ...this.headers.resolve(), 'content-type': encoder.contentType };
      const answer = await post({ url: signalUrl(settings, signal), headers, body, timeoutMs: policy.timeoutMs, signal: this.context.signal });
      return { verdict: verdictOn(answer, clock.now()), answer: answer.body };
    } catch (error) {
      if (isOrchestratorError(error)) return { verdict: { kind: 'refused', reason: explain(error) } };
      return { verdict: { kind: 'again', reason: `the receiver cannot be reached: ${errorMessage(error)}` } };
    }
  }

  private delayMs(attempt: number, asked: number | undefined): number {
    const { firstDelayMs, longestDelayMs, longestRetryAfterMs } = this.context.policy;
    if (asked !== undefined) return Math.min(asked, longestRetryAfterMs);
    return Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs) * (0.5 + Math.random() / 2);
  }

  /** Ends early when the program closes. */
  private async pause(milliseconds: number): Promise<void> {
    const early = AbortSignal.any([this.context.signal, this.hurried.signal]);
    if (early.aborted) return;
    await delay(milliseconds, undefined, { signal: early, ref: false }).catch(() => undefined);
  }

  private shown(reason: string): string {
    return this.context.redactor.redact(reason);
  }
}
