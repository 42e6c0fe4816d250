import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingsFromEnvironment } from '../../../../src/telemetry/export/environmentSettings';
import { ExportHeaders, parseHeaders } from '../../../../src/telemetry/export/exportHeaders';
import { exportSettings, signalUrl } from '../../../../src/telemetry/export/exportSettings';
import { secondsAndNanos } from '../../../../src/telemetry/export/nanoseconds';
import { retryAfterMs } from '../../../../src/telemetry/export/post';
import { expectCode } from '../../../support/expectCode';
import { plainRedactor } from './sampleSpans';

function code(run: () => unknown, expected: Parameters<typeof expectCode>[1]): ReturnType<typeof expectCode> {
  return expectCode(Promise.resolve().then(run), expected);
}

describe('settings of the export', () => {
  it('take an endpoint alone, and send no content then', () => {
    expect(exportSettings({ endpoint: 'http://localhost:4318' })).toEqual({ endpoint: 'http://localhost:4318', protocol: 'http/protobuf', headers: {}, content: false, dialect: 'v1.41', metrics: true });
  });

  it.each([
    ['http://localhost:4318/', 'http://localhost:4318/v1/traces'],
    ['https://cloud.langfuse.com/api/public/otel', 'https://cloud.langfuse.com/api/public/otel/v1/traces'],
    ['http://localhost:6006/v1/traces', 'http://localhost:6006/v1/traces'],
    [' https://api.honeycomb.io// ', 'https://api.honeycomb.io/v1/traces'],
  ])('send traces of %s to %s', (endpoint, url) => {
    expect(signalUrl(exportSettings({ endpoint }), 'traces')).toBe(url);
  });

  it.each(['', 'localhost:4318', 'ftp://localhost', 'file:///etc/passwd', 'http://', 'javascript:alert(1)', 'http://me:hunter2@localhost', 'http://localhost?key=hunter2', 'http://localhost#hunter2'])('refuse the endpoint %j, and do not repeat it', async (endpoint) => {
    const error = await code(() => exportSettings({ endpoint }), 'endpoint-invalid');
    expect(error.message).not.toContain('hunter2');
  });

  it.each([
    [undefined],
    [{}],
    [{ endpoint: 1 }],
    [{ endpoint: 'http://localhost', protocol: 'grpc' }],
    [{ endpoint: 'http://localhost', content: 'yes' }],
    [{ endpoint: 'http://localhost', dialect: 'v2' }],
    [{ endpoint: 'http://localhost', unknown: true }],
    [{ endpoint: 'http://localhost', headers: { a: 1 } }],
    [{ endpoint: 'http://localhost', headers: { 'a b': 'c' } }],
    [{ endpoint: 'http://localhost', headers: { a: 'b\r\nc: d' } }],
    [{ endpoint: 'http://localhost', headers: { Host: 'elsewhere' } }],
  ])('refuse %j', async (given) => {
    await code(() => exportSettings(given), 'invalid-argument');
  });
});

describe('the environment', () => {
  it('turns the export on with our variables, and never with those of OpenTelemetry', () => {
    expect(settingsFromEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', AMP_ORCHESTRATOR_OTLP_CONTENT: '1' })).toBeUndefined();
    expect(settingsFromEnvironment({ AMP_ORCHESTRATOR_OTLP_ENDPOINT: 'http://localhost:4318', AMP_ORCHESTRATOR_OTLP_PROTOCOL: 'http/json', AMP_ORCHESTRATOR_OTLP_HEADERS: 'authorization=Basic%20YTpi=, x-team=blue', AMP_ORCHESTRATOR_OTLP_CONTENT: 'true' })).toMatchObject({
      protocol: 'http/json',
      headers: { authorization: 'Basic YTpi=', 'x-team': 'blue' },
      content: true,
    });
    expect(settingsFromEnvironment({ AMP_ORCHESTRATOR_OTLP_ENDPOINT: 'http://localhost:4318' })).toMatchObject({ content: false });
  });

  it('is refused where it says what nobody can read', async () => {
    await code(() => settingsFromEnvironment({ AMP_ORCHESTRATOR_OTLP_ENDPOINT: 'localhost' }), 'endpoint-invalid');
    await code(() => settingsFromEnvironment({ AMP_ORCHESTRATOR_OTLP_ENDPOINT: 'http://localhost', AMP_ORCHESTRATOR_OTLP_CONTENT: 'perhaps' }), 'invalid-argument');
    await code(() => settingsFromEnvironment({ AMP_ORCHESTRATOR_OTLP_ENDPOINT: 'http://localhost', AMP_ORCHESTRATOR_OTLP_HEADERS: 'nothing' }), 'invalid-argument');
  });
});

describe('headers', () => {
  it('take values from the environment and make them known as secrets, once', async () => {
    const redactor = plainRedactor();
    const headers = new ExportHeaders({ authorization: 'Bearer ${env:KEY}', 'x-scope': '1' }, { KEY: ' a-long-enough-key ' }, redactor);
    expect(headers.resolve()).toEqual({ authorization: 'Bearer a-long-enough-key', 'x-scope': '1' });
    headers.resolve();
    expect(redactor.secrets).toEqual(['Bearer a-long-enough-key', 'a-long-enough-key']);
    await code(() => new ExportHeaders({ a: '${env:NONE}' }, {}, redactor).resolve(), 'key-missing');
    await code(() => new ExportHeaders({ a: '${env:BAD}' }, { BAD: 'a\nb: c' }, redactor).resolve(), 'invalid-argument');
  });

  it('keep percent signs that encode nothing', () => {
    expect(parseHeaders('a=100%')).toEqual({ a: '100%' });
  });
});

describe('times', () => {
  it('are exact to the nanosecond, whatever fraction a double holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4e12 }), fc.integer({ min: 0, max: 4095 }), (ms, fraction) => {
        // A double of this size holds milliseconds in steps of 1/4096 (1/1024 past 2 ** 42).
        const time = ms + fraction / 4096;
        const [seconds, nanos] = secondsAndNanos(time);
        const exact = BigInt(Math.floor(time)) * 1_000_000n + BigInt(Math.round((time - Math.floor(time)) * 1e6));
        expect(BigInt(seconds) * 1_000_000_000n + BigInt(nanos) - exact).toBe(0n);
        expect(nanos).toBeLessThan(1e9);
      }),
    );
  });

  it('of Retry-After are seconds or dates', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(retryAfterMs('3', now)).toBe(3_000);
    expect(retryAfterMs('Sun, 22 Nov 2026 12:00:05 GMT', now)).toBe(5_000);
    expect(retryAfterMs('Sun, 22 Nov 2026 11:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
  });
});
