import type { MetricsSnapshot } from './usageMetrics';
import type { LeavingSpan } from './leavingSpan';

/** What a receiver says it did not keep of a request that it took (`partial_success` of OTLP). */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

/** Turns spans and sums into bodies of OTLP requests. Its implementation is large and is loaded at first use. */
export interface OtlpEncoder {
  readonly contentType: string;
  traces(spans: readonly LeavingSpan[]): Uint8Array;
  /** `nowMs`: epoch milliseconds up to which the sums go. */
  metrics(snapshot: MetricsSnapshot, nowMs: number): Uint8Array;
  /** Undefined where everything was kept. Never throws: an answer that cannot be read says nothing. */
  partialSuccess(body: Uint8Array): PartialSuccess | undefined;
}
