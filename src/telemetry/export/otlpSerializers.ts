import { SpanKind, SpanStatusCode, TraceFlags, ValueType, type SpanContext } from '@opentelemetry/api';
import { JsonMetricsSerializer, JsonTraceSerializer, ProtobufMetricsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ExportSettings } from '../../model/telemetryExport';
import { metricNames } from '../semconv';
import type { LeavingSpan } from './leavingSpan';
import { secondsAndNanos, type SecondsAndNanos } from './nanoseconds';
import type { OtlpEncoder, PartialSuccess } from './otlpEncoder';
import { durationBounds, tokenBounds, type HistogramSeries, type MetricsSnapshot } from './usageMetrics';

/**
 * Bodies by OpenTelemetry's own serializers, those that its OTLP exporters use. The exporters themselves are left out: their transport
 * retries, times out and follows by rules of its own, and it cannot send a batch in halves.
 */
export function createOtlpEncoder({ protocol, dialect }: Pick<ExportSettings, 'protocol' | 'dialect'>, instanceId: string): OtlpEncoder {
  const json = protocol === 'http/json';
  const traceSerializer = json ? JsonTraceSerializer : ProtobufTraceSerializer;
  const metricsSerializer = json ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  const resource = resourceFromAttributes({ 'service.name': 'amp-session-orchestrator', 'service.instance.id': instanceId });
  const scope = { name: 'amp-session-orchestrator', ...(dialect === 'v1.41' ? { schemaUrl: 'https://opentelemetry.io/schemas/1.41.0' } : {}) };
  return {
    contentType: json ? 'application/json' : 'application/x-protobuf',
    traces: (spans) => encoded(traceSerializer.serializeRequest(spans.map((span) => readableSpan(span, resource, scope)))),
    metrics: (snapshot, nowMs) => encoded(metricsSerializer.serializeRequest(resourceMetrics(snapshot, nowMs, resource, scope))),
    partialSuccess: (body) => partialSuccess(() => traceSerializer.deserializeResponse(body).partialSuccess),
  };
}

type Scope = ReadableSpan['instrumentationScope'];

const kinds = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };
const statusCodes = { unset: SpanStatusCode.UNSET, ok: SpanStatusCode.OK, error: SpanStatusCode.ERROR };

function readableSpan(span: LeavingSpan, resource: Resource, instrumentationScope: Scope): ReadableSpan {
  const context: SpanContext = { traceId: span.traceId, spanId: span.spanId, traceFlags: TraceFlags.SAMPLED };
  return {
    name: span.name,
    kind: kinds[span.kind],
    spanContext: () => context,
    ...(span.parentSpanId === undefined ? {} : { parentSpanContext: { traceId: span.traceId, spanId: span.parentSpanId, traceFlags: TraceFlags.SAMPLED } }),
    startTime: span.start,
    endTime: span.end,
    status: { code: statusCodes[span.status], ...(span.statusMessage === undefined ? {} : { message: span.statusMessage }) },
    attributes: span.attributes,
    links: [],
    events: span.events.map(({ name, at, attributes }) => ({ name, time: at, attributes })),
    duration: [0, 0],
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function resourceMetrics({ startMs, tokens, durations, costs }: MetricsSnapshot, nowMs: number, resource: Resource, scope: Scope): ResourceMetrics {
  const times = { startTime: secondsAndNanos(startMs), endTime: secondsAndNanos(nowMs) };
  const metrics: MetricData[] = [
    histograms({ name: metricNames.tokens, description: 'Tokens of model calls', unit: '{token}' }, tokens, tokenBounds, times),
    histograms({ name: metricNames.duration, description: 'Duration of model calls', unit: 's' }, durations, durationBounds, times),
    {
      descriptor: { name: metricNames.cost, description: 'Known cost of model calls', unit: '{USD}', valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.SUM,
      // A run's own total may take back a part of what its calls seemed to cost.
      isMonotonic: false,
      dataPoints: costs.map(({ attributes, usd }) => ({ ...times, attributes, value: usd })),
    },
  ];
  return { resource, scopeMetrics: [{ scope, metrics: metrics.filter(({ dataPoints }) => dataPoints.length > 0) }] };
}

function histograms(descriptor: { name: string; description: string; unit: string }, series: readonly HistogramSeries[], bounds: readonly number[], times: { startTime: SecondsAndNanos; endTime: SecondsAndNanos }): MetricData {
  return {
    descriptor: { ...descriptor, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: series.map(({ attributes, count, sum, min, max, buckets }) => ({
      ...times,
      attributes,
      value: { count, sum, min, max, buckets: { boundaries: [...bounds], counts: [...buckets] } },
    })),
  };
}

function encoded(body: Uint8Array | undefined): Uint8Array {
  if (body === undefined) throw new Error('the serializer gave nothing');
  return body;
}

function partialSuccess(read: () => { readonly rejectedSpans?: unknown; readonly errorMessage?: unknown } | undefined): PartialSuccess | undefined {
  try {
    const partial = read();
    const rejected = Number(partial?.rejectedSpans ?? 0);
    if (!(rejected > 0)) return undefined;
    return { rejected, message: typeof partial?.errorMessage === 'string' ? partial.errorMessage : '' };
  } catch {
    return undefined;
  }
}
