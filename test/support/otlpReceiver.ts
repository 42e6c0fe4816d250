import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A message type of the official definitions, as protobufjs generates it. */
interface MessageType {
  decode(bytes: Uint8Array): object;
  fromObject(value: object): object;
  toObject(message: object, options: object): Record<string, unknown>;
}

/** `opentelemetry-proto` v1, compiled by the OpenTelemetry authors: the last release of their transformer that shipped it so. */
const definitions = createRequire(import.meta.url)('otlp-definitions/build/src/generated/root.js') as {
  opentelemetry: { proto: { collector: { trace: { v1: { ExportTraceServiceRequest: MessageType } }; metrics: { v1: { ExportMetricsServiceRequest: MessageType } } } } };
};
const { trace, metrics } = definitions.opentelemetry.proto.collector;

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  /** Nanoseconds since 1970. */
  readonly start: string;
  readonly end: string;
  readonly status: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly at: string; readonly attributes: Readonly<Record<string, unknown>> }[];
}

export interface ReceivedPoint {
  readonly metric: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Answer = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Uint8Array } | 'never' | 'cut';

export interface OtlpReceiver {
  readonly endpoint: string;
  readonly requests: readonly ReceivedRequest[];
  /** Of requests that were answered with 200. */
  readonly spans: readonly ReceivedSpan[];
  readonly points: readonly ReceivedPoint[];
  /** How requests are answered, by their number from 0; 200 where it says nothing. */
  answer: (request: ReceivedRequest, number: number) => Answer | undefined;
  stop(): Promise<void>;
}

/** An OTLP receiver on a free port of this machine, stopped with the test. */
export async function otlpReceiver(): Promise<OtlpReceiver> {
  const requests: ReceivedRequest[] = [];
  const spans: ReceivedSpan[] = [];
  const points: ReceivedPoint[] = [];
  const receiver = { answer: (): Answer | undefined => undefined } as Pick<OtlpReceiver, 'answer'>;
  const server = http.createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('error', () => undefined);
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = { path: incoming.url ?? '', headers: incoming.headers, body: Buffer.concat(chunks) };
      requests.push(request);
      const answer = receiver.answer(request, requests.length - 1) ?? { status: 200 };
      if (answer === 'never') return;
      if (answer === 'cut') {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        incoming.socket.destroy();
        return;
      }
      if (answer.status === 200) {
        if (request.path === '/v1/traces') spans.push(...decodeSpans(request.body, request.headers['content-type']));
        if (request.path === '/v1/metrics') points.push(...decodePoints(request.body, request.headers['content-type']));
      }
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => { resolve(); });
      server.closeAllConnections();
    });
  onTestFinished(stop);
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(receiver, { endpoint, requests, spans, points, stop });
}

export function decodeSpans(body: Uint8Array, contentType: string | undefined): ReceivedSpan[] {
  const request = decode(trace.v1.ExportTraceServiceRequest, body, contentType);
  return objects(request['resourceSpans']).flatMap((resource) => objects(resource['scopeSpans'])).flatMap((scope) => objects(scope['spans'])).map((span) => ({
    traceId: hex(span['traceId']),
    spanId: hex(span['spanId']),
    parentSpanId: hex(span['parentSpanId']),
    name: String(span['name']),
    kind: String(span['kind']),
    start: String(span['startTimeUnixNano']),
    end: String(span['endTimeUnixNano']),
    status: String((span['status'] as Record<string, unknown>)['code']),
    message: String((span['status'] as Record<string, unknown>)['message']),
    attributes: attributesOf(span['attributes']),
    events: objects(span['events']).map((event) => ({ name: String(event['name']), at: String(event['timeUnixNano']), attributes: attributesOf(event['attributes']) })),
  }));
}

function decodePoints(body: Uint8Array, contentType: string | undefined): ReceivedPoint[] {
  const request = decode(metrics.v1.ExportMetricsServiceRequest, body, contentType);
  return objects(request['resourceMetrics']).flatMap((resource) => objects(resource['scopeMetrics'])).flatMap((scope) => objects(scope['metrics'])).flatMap((metric) => {
    const data = (metric['histogram'] ?? metric['sum']) as Record<string, unknown>;
    return objects(data['dataPoints']).map((value) => ({
      metric: String(metric['name']),
      unit: String(metric['unit']),
      attributes: attributesOf(value['attributes']),
      value: { ...value, aggregationTemporality: data['aggregationTemporality'] },
    }));
  });
}

function decode(type: MessageType, body: Uint8Array, contentType: string | undefined): Record<string, unknown> {
  const message = contentType === 'application/json' ? type.fromObject(withBinaryIds(JSON.parse(Buffer.from(body).toString('utf8'))) as object) : type.decode(body);
  return type.toObject(message, { longs: String, enums: String, bytes: Array, defaults: true, arrays: true });
}

/** OTLP's JSON writes ids as hex, where protobuf's own mapping has base64. */
function withBinaryIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBinaryIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, /^(traceId|spanId|parentSpanId)$/.test(key) && typeof member === 'string' ? Buffer.from(member, 'hex').toString('base64') : withBinaryIds(member)]));
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}

function hex(bytes: unknown): string {
  return Buffer.from(bytes as number[]).toString('hex');
}

function attributesOf(list: unknown): Record<string, unknown> {
  return Object.fromEntries(objects(list).map(({ key, value }) => [String(key), plainValue(value as Record<string, unknown>)]));
}

function plainValue(value: Record<string, unknown>): unknown {
  if (typeof value['stringValue'] === 'string') return value['stringValue'];
  if (typeof value['boolValue'] === 'boolean') return value['boolValue'];
  if (value['intValue'] !== undefined && value['intValue'] !== null) return Number(value['intValue']);
  if (typeof value['doubleValue'] === 'number') return value['doubleValue'];
  const array = value['arrayValue'] as Record<string, unknown> | undefined;
  return array ? objects(array['values']).map(plainValue) : undefined;
}
