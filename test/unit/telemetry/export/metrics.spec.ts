import { expect, it } from 'vitest';
import { otlpProtocols } from '../../../../src/model/telemetryExport';
import { exportSettings } from '../../../../src/telemetry/export/exportSettings';
import { defaultLiveExportLimits, LiveExport } from '../../../../src/telemetry/export/liveExport';
import { createOtlpEncoder } from '../../../../src/telemetry/export/otlpSerializers';
import { durationBounds, tokenBounds } from '../../../../src/telemetry/export/usageMetrics';
import { otlpReceiver } from '../../../support/otlpReceiver';
import { waitFor } from '../../../support/waitFor';
import { plainRedactor, runSampleSession, sampleTracer } from './sampleSpans';

it.each(otlpProtocols)('sends what model calls add up to, cumulative, as %s', async (protocol) => {
  const receiver = await otlpReceiver();
  const sample = sampleTracer();
  const settings = exportSettings({ endpoint: receiver.endpoint, protocol });
  const live = new LiveExport({ tracer: sample.tracer, settings, encoder: createOtlpEncoder(settings, 'instance'), redactor: plainRedactor(), env: {}, clock: sample.clock, limits: { ...defaultLiveExportLimits, metricsIntervalMs: 20 } });
  runSampleSession(sample);
  await waitFor('metrics of the timer', () => receiver.points.length > 0);
  await live.close();
  const last = receiver.requests.findLast(({ path }) => path === '/v1/metrics');
  expect(last).toBeDefined();
  const point = (metric: string, type?: string): (typeof receiver.points)[number] | undefined => receiver.points.findLast(({ metric: name, attributes }) => name === metric && (type === undefined || attributes['gen_ai.token.type'] === type));
  const input = point('gen_ai.client.token.usage', 'input');
  expect(input).toMatchObject({ unit: '{token}', attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'anthropic', 'gen_ai.request.model': 'claude-sonnet-4-5' }, value: { count: '4', sum: 7_051, min: 1, max: 2_350, explicitBounds: tokenBounds, startTimeUnixNano: '1790000000000250000', aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE' } });
  const counts = (input?.value['bucketCounts'] as string[]).map(Number);
  expect(counts).toHaveLength(tokenBounds.length + 1);
  expect(counts[0]).toBe(1);
  expect(counts[tokenBounds.indexOf(4_096)]).toBe(3);
  expect(point('gen_ai.client.token.usage', 'output')?.value).toMatchObject({ count: '4', sum: 302 });
  // The settlement of a run is no call and has no duration.
  expect(point('gen_ai.client.operation.duration')).toMatchObject({ unit: 's', value: { count: '3', explicitBounds: durationBounds } });
  expect(point('gen_ai.client.operation.duration')?.value['sum']).toBeCloseTo(1.500125 + 0.7 + 1, 9);
  expect(point('amp.cost.usd')?.value).toMatchObject({ asDouble: 0.012346679, aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE' });
});
