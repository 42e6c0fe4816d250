import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src/base/clock';
import { spanIds } from '../../../../src/base/ids';
import type { ExportSettings } from '../../../../src/model/telemetryExport';
import { exportSettings } from '../../../../src/telemetry/export/exportSettings';
import { defaultLiveExportLimits, LiveExport, type LiveExportLimits } from '../../../../src/telemetry/export/liveExport';
import { createOtlpEncoder } from '../../../../src/telemetry/export/otlpSerializers';
import { AmpTracer } from '../../../../src/telemetry/tracer';
import { otlpReceiver, type OtlpReceiver } from '../../../support/otlpReceiver';
import { waitFor } from '../../../support/waitFor';
import { plainRedactor, plantedSecret, runSampleSession, sampleTracer, written } from './sampleSpans';

const limits: LiveExportLimits = {
  ...defaultLiveExportLimits,
  batch: 8,
  delayMs: 5,
  send: { timeoutMs: 150, attempts: 3, firstDelayMs: 5, longestDelayMs: 20, longestRetryAfterMs: 400 },
};

interface Started {
  readonly live: LiveExport;
  readonly tracer: AmpTracer;
  /** Starts and finishes that many spans. */
  readonly trace: (count: number) => void;
}

const rejections: unknown[] = [];
const note = (reason: unknown): void => { rejections.push(reason); };
beforeEach(() => { process.on('unhandledRejection', note); });
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(rejections.splice(0)).toEqual([]);
});

function start(endpoint: string, { settings = {}, changes = {}, env = {} }: { settings?: Partial<ExportSettings>; changes?: Partial<LiveExportLimits>; env?: NodeJS.ProcessEnv } = {}): Started {
  const tracer = new AmpTracer({ write: () => undefined }, spanIds(systemClock, 'abc'), systemClock);
  const full = exportSettings({ endpoint, metrics: false, ...settings });
  const live = new LiveExport({ tracer, settings: full, encoder: createOtlpEncoder(full, 'instance'), redactor: plainRedactor(plantedSecret), env, clock: systemClock, limits: { ...limits, ...changes } });
  onTestFinished(() => live.close());
  const trace = (count: number): void => {
    for (let n = 0; n < count; n++) tracer.finishSpan(tracer.startSpan({ sessionId: 's', type: 'tool', name: 'Read', attrs: { 'gen_ai.tool.name': 'Read', n } }).id);
  };
  return { live, tracer, trace };
}

function settled({ live }: Started, count: number): Promise<true> {
  return waitFor(`${count} spans to be sent or dropped`, () => live.status().sent + live.status().dropped === count && live.status().queued === 0 ? (true as const) : undefined);
}

/** Spans that went through, each counted once. */
function arrived({ spans }: OtlpReceiver): number {
  return new Set(spans.map(({ spanId }) => spanId)).size;
}

describe('the live export', () => {
  it('sends spans as they end, in batches', async () => {
    const receiver = await otlpReceiver();
    const started = start(receiver.endpoint);
    started.trace(20);
    await settled(started, 20);
    expect(arrived(receiver)).toBe(20);
    expect(receiver.requests.length).toBeLessThan(6);
    expect(receiver.requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'content-type': 'application/x-protobuf' } });
    expect(started.live.status()).toMatchObject({ sent: 20, dropped: 0, queued: 0 });
    expect(started.live.status().lastError).toBeUndefined();
  });

  it('sends a whole session without what was written in it', async () => {
    const receiver = await otlpReceiver();
    const sample = sampleTracer();
    const settings = exportSettings({ endpoint: receiver.endpoint, protocol: 'http/json' });
    const live = new LiveExport({ tracer: sample.tracer, settings, encoder: createOtlpEncoder(settings, 'instance'), redactor: plainRedactor(), env: {}, clock: sample.clock, limits });
    runSampleSession(sample);
    await live.close();
    expect(receiver.spans).toHaveLength(sample.finished.length - 1);
    expect(receiver.spans.find(({ name }) => name.startsWith('invoke_agent'))?.attributes).toMatchObject({ 'amp.rollup.calls': 3 });
    const bodies = Buffer.concat(receiver.requests.map(({ body }) => body)).toString('latin1');
    expect(bodies).toContain('invoke_agent');
    expect(bodies).not.toContain(written);
    expect(bodies).not.toContain(plantedSecret);
  });

  it('sends headers, with what the environment says at that time, and makes them known as secrets', async () => {
    const receiver = await otlpReceiver();
    const env: NodeJS.ProcessEnv = { KEY: 'first-key-of-some-length' };
    const started = start(receiver.endpoint, { settings: { headers: { authorization: 'Bearer ${env:KEY}', 'x-team': 'blue' } }, env });
    started.trace(1);
    await settled(started, 1);
    env['KEY'] = 'second-key-of-some-length';
    started.trace(1);
    await settled(started, 2);
    expect(receiver.requests.map(({ headers }) => [headers.authorization, headers['x-team']])).toEqual([['Bearer first-key-of-some-length', 'blue'], ['Bearer second-key-of-some-length', 'blue']]);
  });

  it('says which variable a header misses, and sends nothing', async () => {
    const receiver = await otlpReceiver();
    const started = start(receiver.endpoint, { settings: { headers: { authorization: '${env:MISSING_KEY}' } } });
    started.trace(1);
    await settled(started, 1);
    expect(receiver.requests).toEqual([]);
    expect(started.live.status()).toMatchObject({ dropped: 1, lastError: expect.stringContaining('MISSING_KEY') as string });
  });

  it('tries again after 429, when the receiver wants it', async () => {
    const receiver = await otlpReceiver();
    const times: number[] = [];
    receiver.answer = (_request, number) => {
      times.push(performance.now());
      return number === 0 ? { status: 429, headers: { 'retry-after': '60' } } : undefined;
    };
    const started = start(receiver.endpoint);
    started.trace(3);
    await settled(started, 3);
    expect(started.live.status()).toMatchObject({ sent: 3, dropped: 0 });
    // A minute is asked for, and the policy of this test waits 400 ms at most.
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(390);
  });

  it.each([502, 503, 504])('tries again after %i, with growing delays, and then gives up', async (status) => {
    const receiver = await otlpReceiver();
    receiver.answer = () => ({ status });
    const started = start(receiver.endpoint);
    started.trace(3);
    await settled(started, 3);
    expect(receiver.requests).toHaveLength(limits.send.attempts);
    expect(started.live.status()).toMatchObject({ sent: 0, dropped: 3, lastError: expect.stringContaining(String(status)) as string });
  });

  it.each([400, 401, 404, 500])('never tries again after %i', async (status) => {
    const receiver = await otlpReceiver();
    receiver.answer = () => ({ status });
    const started = start(receiver.endpoint);
    started.trace(3);
    await settled(started, 3);
    expect(receiver.requests).toHaveLength(1);
    expect(started.live.status()).toMatchObject({ sent: 0, dropped: 3, lastError: expect.stringContaining(String(status)) as string });
  });

  it('halves a batch that is too large, also for later ones', async () => {
    const receiver = await otlpReceiver();
    receiver.answer = ({ body }) => (body.length > 900 ? { status: 413 } : undefined);
    const started = start(receiver.endpoint);
    started.trace(32);
    await settled(started, 32);
    expect(arrived(receiver)).toBe(32);
    expect(receiver.spans).toHaveLength(32);
    expect(started.live.status()).toMatchObject({ sent: 32, dropped: 0 });
    const refused = receiver.requests.filter(({ body }) => body.length > 900).length;
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(4);
  });

  it('gives up on a single span that is too large', async () => {
    const receiver = await otlpReceiver();
    receiver.answer = () => ({ status: 413 });
    const started = start(receiver.endpoint);
    started.trace(2);
    await settled(started, 2);
    expect(started.live.status()).toMatchObject({ sent: 0, dropped: 2, lastError: expect.stringContaining('413') as string });
  });

  it('follows no redirect, and says so', async () => {
    const [receiver, elsewhere] = [await otlpReceiver(), await otlpReceiver()];
    receiver.answer = () => ({ status: 307, headers: { location: `${elsewhere.endpoint}/v1/traces?key=secret` } });
    const started = start(receiver.endpoint, { settings: { headers: { authorization: 'Bearer key-of-some-length' } } });
    started.trace(1);
    await settled(started, 1);
    expect(elsewhere.requests).toEqual([]);
    expect(started.live.status().lastError).toContain(`redirects (307) to ${elsewhere.endpoint}, and redirects are not followed`);
    expect(started.live.status().lastError).not.toContain('key=secret');
  });

  it.each([
    ['refuses connections', async (receiver: OtlpReceiver) => receiver.stop()],
    ['never answers', (receiver: OtlpReceiver) => { receiver.answer = () => 'never'; }],
    ['cuts its answers off', (receiver: OtlpReceiver) => { receiver.answer = () => 'cut'; }],
  ])('counts what is lost when the receiver %s', async (_what, prepare) => {
    const receiver = await otlpReceiver();
    await prepare(receiver);
    const started = start(receiver.endpoint);
    started.trace(3);
    await settled(started, 3);
    expect(started.live.status()).toMatchObject({ sent: 0, dropped: 3, lastError: expect.stringContaining('cannot be reached') as string });
  });

  it('counts what a receiver took but did not keep', async () => {
    const receiver = await otlpReceiver();
    receiver.answer = () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ partialSuccess: { rejectedSpans: '2', errorMessage: 'too old' } }) });
    const started = start(receiver.endpoint, { settings: { protocol: 'http/json' } });
    started.trace(5);
    await settled(started, 5);
    expect(started.live.status()).toMatchObject({ sent: 3, dropped: 2, lastError: expect.stringContaining('too old') as string });
  });

  it('holds no more than its queue, counts the rest, and tells of it', async () => {
    const receiver = await otlpReceiver();
    receiver.answer = () => 'never';
    const started = start(receiver.endpoint, { changes: { queue: { spans: 50, bytes: 1e6 }, send: { ...limits.send, timeoutMs: 60_000 } } });
    const told: number[] = [];
    started.live.onDidChange(({ dropped }) => told.push(dropped));
    started.trace(200);
    expect(started.live.status()).toMatchObject({ queued: 50, dropped: 150, lastError: expect.stringContaining('full') as string });
    await waitFor('word of the drops', () => told.includes(150));
    expect(told.length).toBeLessThan(5);
  });

  it('bounds the queue by bytes too', async () => {
    const receiver = await otlpReceiver();
    receiver.answer = () => 'never';
    const { live, tracer } = start(receiver.endpoint, { changes: { queue: { spans: 1_000, bytes: 100_000 } } });
    for (let n = 0; n < 100; n++) tracer.finishSpan(tracer.startSpan({ sessionId: 's', type: 'tool', name: 'Read', attrs: { text: 'x'.repeat(10_000) } }).id);
    expect(live.status()).toMatchObject({ queued: 9, dropped: 91 });
  });

  it('does not keep the tracer waiting for a receiver that never answers', async () => {
    const receiver = await otlpReceiver();
    receiver.answer = () => 'never';
    const started = start(receiver.endpoint, { settings: { metrics: true }, changes: { send: { ...limits.send, timeoutMs: 60_000 } } });
    const begun = performance.now();
    started.trace(10_000);
    // 15 µs a span is far above what it takes, and far below anything that waits.
    expect(performance.now() - begun).toBeLessThan(150 * 5);
    const closing = performance.now();
    await started.live.close();
    expect(performance.now() - closing).toBeLessThan(3_000);
    const { sent, dropped, queued } = started.live.status();
    expect({ sent, dropped, queued }).toEqual({ sent: 0, dropped: 10_000, queued: 0 });
  });

  it('sends what is queued when it closes, and nothing after that', async () => {
    const receiver = await otlpReceiver();
    const started = start(receiver.endpoint, { changes: { delayMs: 60_000 } });
    started.trace(3);
    await started.live.close();
    expect(receiver.spans).toHaveLength(3);
    started.trace(3);
    await started.live.close();
    expect(receiver.spans).toHaveLength(3);
    expect(started.live.status()).toMatchObject({ sent: 3, dropped: 0, queued: 0 });
  });

  it('closes at once when the receiver is gone', async () => {
    const receiver = await otlpReceiver();
    await receiver.stop();
    const started = start(receiver.endpoint, { changes: { delayMs: 60_000, send: { ...defaultLiveExportLimits.send } } });
    started.trace(3);
    const begun = performance.now();
    await started.live.close();
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(started.live.status()).toMatchObject({ dropped: 3 });
  });
});
