import { Ajv } from 'ajv';
import fc from 'fast-check';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../../src/model/session';
import type { AmpTraceEvent } from '../../../../src/model/span';
import { csvCell } from '../../../../src/telemetry/csvCell';
import { exportFileSchema } from '../../../../src/telemetry/export/jsonFile';
import { TrackLayout } from '../../../../src/telemetry/export/perfettoTracks';
import { TelemetryExports, type FileExport } from '../../../../src/telemetry/export/telemetryExports';
import { decodeSpans, otlpReceiver } from '../../../support/otlpReceiver';
import { expectCode } from '../../../support/expectCode';
import { makeSession, openTestStore } from '../../../support/storageHarness';
import { temporaryDirectory } from '../../../support/temporary';
import { plainRedactor, plantedSecret, runSampleSession, sampleSessionId, sampleSpans, sampleTracer, written } from './sampleSpans';

const later: AmpTraceEvent = { id: 'fedcba9876543210', sessionId: 'later', tsStart: 1_790_000_100_000, type: 'tool', name: 'Read', attrs: {}, status: 'running' };

/** The sample session and one that still runs, in a real store. */
async function exportsOfSample(): Promise<TelemetryExports> {
  const store = await openTestStore(temporaryDirectory());
  const session = (id: string, createdAt: number): Session => makeSession(id, { name: `${written} name`, prompt: `${written} ${plantedSecret}`, branch: `amp/${written}`, createdAt });
  await store.sessions.save(session('later', 2));
  await store.sessions.save(session(sampleSessionId, 1));
  for (const span of [...sampleSpans(), later]) store.spans.write(span);
  return new TelemetryExports({ tracer: sampleTracer().tracer, source: store, redactor: plainRedactor(plantedSecret), clock: { now: () => 1_790_000_200_000 }, env: {}, log: { warn: () => undefined } });
}

async function textOf(exports: TelemetryExports, request: Partial<FileExport> & Pick<FileExport, 'format'>): Promise<string> {
  const stream = new PassThrough();
  const read = text(stream);
  await exports.writeTo(stream, { content: false, ...request }).finally(() => { stream.end(); });
  return read;
}

describe('export files', () => {
  it.each(['json', 'csv', 'perfetto', 'otlp'] as const)('hold as %s nothing that was written, unless that was asked for, and never secrets', async (format) => {
    const exports = await exportsOfSample();
    const plain = await textOf(exports, { format });
    expect(plain).not.toContain(written);
    expect(plain).toContain('claude-sonnet-4-5');
    const full = await textOf(exports, { format, content: true });
    expect(full).toContain(written);
    for (const file of [plain, full]) expect(file).not.toContain(plantedSecret);
  });

  it('are valid as JSON, with and without content', async () => {
    const exports = await exportsOfSample();
    const validate = new Ajv({ strict: true }).compile(exportFileSchema);
    for (const content of [false, true]) {
      const file: unknown = JSON.parse(await textOf(exports, { format: 'json', content }));
      expect(validate(file), JSON.stringify(validate.errors)).toBe(true);
      expect(file).toMatchObject({ content, sessions: [{ id: sampleSessionId, agent: 'replay' }, { id: 'later', spans: [{ id: later.id, status: 'running' }] }] });
    }
    const { sessions } = JSON.parse(await textOf(exports, { format: 'json' })) as { sessions: { spans: { costNano?: number; costUSD?: number }[] }[] };
    const costs = sessions.flatMap(({ spans }) => spans).filter(({ costNano }) => costNano !== undefined);
    expect(costs.map(({ costNano }) => costNano)).toEqual([12_345_678, 1, 1_000]);
    expect(costs.map(({ costUSD }) => costUSD)).toEqual([0.012345678, 1e-9, 0.000001]);
  });

  it('are what was asked for: one session, or from a time on', async () => {
    const exports = await exportsOfSample();
    const ids = async (request: Partial<FileExport>): Promise<string[]> => (JSON.parse(await textOf(exports, { format: 'json', ...request })) as { sessions: { id: string }[] }).sessions.map(({ id }) => id);
    expect(await ids({})).toEqual([sampleSessionId, 'later']);
    expect(await ids({ sessionId: sampleSessionId })).toEqual([sampleSessionId]);
    expect(await ids({ since: later.tsStart })).toEqual(['later']);
    await expectCode(textOf(exports, { format: 'json', sessionId: 'nobody' }), 'session-missing');
  });

  it('hold each span as a row of CSV that reads back', async () => {
    const [header, ...rows] = readCsv(await textOf(await exportsOfSample(), { format: 'csv', content: true }));
    const cells = rows.map((row) => Object.fromEntries(row.map((cell, column) => [header?.[column] ?? '', cell])));
    expect(cells.map(({ span_id }) => span_id).sort()).toEqual([...sampleSpans(), later].map(({ id }) => id).sort());
    expect(cells.find(({ cost_usd }) => cost_usd !== '')).toMatchObject({ name: 'anthropic:chat', input_tokens: '2350', output_tokens: '100', cache_read_tokens: '2000', cost_usd: '0.012345678', duration_ms: '1500.125', started_at: '2026-09-21T14:13:20.020Z' });
    expect(cells.find(({ cost_basis }) => cost_basis === 'unknown')?.['cost_usd']).toBe('');
  });

  it('open in Perfetto: a process a session, a track an iteration and a sub-agent', async () => {
    const trace = await textOf(await exportsOfSample(), { format: 'perfetto' });
    JSON.parse(trace);
    await expect(trace).toMatchFileSnapshot('../../../golden/export/perfetto.json');
  });

  it('hold as OTLP a request a line, without what has not ended', async () => {
    const exports = await exportsOfSample();
    const lines = (await textOf(exports, { format: 'otlp' })).trim().split('\n');
    const spans = lines.flatMap((line) => decodeSpans(Buffer.from(line), 'application/json'));
    expect(spans.map(({ spanId }) => spanId).sort()).toEqual(sampleSpans().filter(({ type }) => type !== 'ui').map(({ id }) => id).sort());
    expect(spans.find(({ name }) => name.startsWith('invoke_agent'))?.attributes).toMatchObject({ 'amp.rollup.calls': 3 });
  });

  it('appear whole, or not at all', async () => {
    const exports = await exportsOfSample();
    const folder = temporaryDirectory();
    const file = path.join(folder, 'out.csv');
    expect(await exports.writeFile({ format: 'csv', content: false }, file)).toEqual({ sessions: 2, spans: sampleSpans().length + 1, leftOut: 0 });
    expect(readFileSync(file, 'utf8')).toBe(await textOf(exports, { format: 'csv' }));
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
    expect(await exports.writeFile({ format: 'otlp', content: false }, path.join(folder, 'out.jsonl'))).toEqual({ sessions: 2, spans: sampleSpans().length - 1, leftOut: 1 });
    await expectCode(exports.writeFile({ format: 'json', content: false }, path.join(folder, 'missing', 'out.json')), 'export-failed');
    await expectCode(exports.writeFile({ format: 'json', content: false, sessionId: 'nobody' }, path.join(folder, 'nobody.json')), 'session-missing');
    expect(readdirSync(folder).sort()).toEqual(['out.csv', 'out.jsonl']);
  });
});

describe('sending what is on record', () => {
  it('sends it once, with the consent that was given', async () => {
    const receiver = await otlpReceiver();
    const exports = await exportsOfSample();
    expect(await exports.send({ endpoint: receiver.endpoint, content: true }, {}, new AbortController().signal)).toEqual({ sessions: 2, spans: sampleSpans().length - 1, leftOut: 1 });
    expect(receiver.spans).toHaveLength(sampleSpans().length - 1);
    expect(receiver.spans.find(({ name }) => name === 'iteration 1')?.attributes['amp.prompt']).toBe(`${written} prompt [redacted]`);
  });

  it('fails when the receiver refuses', async () => {
    const receiver = await otlpReceiver();
    receiver.answer = () => ({ status: 401 });
    const error = await expectCode((await exportsOfSample()).send({ endpoint: receiver.endpoint }, {}, new AbortController().signal), 'export-failed');
    expect(error.message).toContain('refuses access (401)');
  });
});

describe('the exports of a store', () => {
  it('start with what the environment says, and tell at their end what was lost', async () => {
    const receiver = await otlpReceiver();
    const sample = sampleTracer();
    const warnings: string[] = [];
    const env: NodeJS.ProcessEnv = {};
    const exports = new TelemetryExports({ tracer: sample.tracer, source: await openTestStore(temporaryDirectory()), redactor: plainRedactor(), clock: sample.clock, env, log: { warn: (message) => warnings.push(message) } });
    expect(await exports.startFromEnvironment()).toBeUndefined();
    env['AMP_ORCHESTRATOR_OTLP_ENDPOINT'] = receiver.endpoint;
    await exports.startFromEnvironment();
    runSampleSession(sample);
    await exports.close();
    expect(receiver.spans).toHaveLength(sampleSpans().length - 1);
    expect(warnings).toEqual([]);
    receiver.answer = () => ({ status: 401 });
    await exports.startFromEnvironment();
    runSampleSession(sample);
    expect(exports.status()).toMatchObject([{ endpoint: receiver.endpoint, queued: sampleSpans().length - 1 }]);
    await exports.close();
    expect(warnings).toEqual([expect.stringMatching(/^Telemetry export: 11 of 11 spans did not reach http:.*401/)]);
    await expectCode(exports.startLive({ endpoint: receiver.endpoint, headers: { authorization: '${env:NOT_SET}' } }), 'key-missing');
  });
});

describe('a cell of CSV', () => {
  it('is never a formula, and reads back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r'), fc.string()).map((parts) => parts.join('')), fc.constantFrom('=1+1', '=cmd|\' /C calc\'!A0', '"', 'a,b', 'a\r\nb', '')), (text) => {
        const [[read] = []] = readCsv(`${csvCell(text)}\r\n`);
        expect(read).toBe(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
        expect(read ?? '').not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});

describe('tracks', () => {
  it('hold every span once, slices beside or within each other and never across', () => {
    const span = fc.record({ parent: fc.option(fc.nat(20)), start: fc.nat(50), length: fc.option(fc.nat(30)), kind: fc.constantFrom('call', 'tool', 'iteration') });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 25 }), (drawn) => {
        const spans = drawn.map(({ parent, start, length, kind }, n): AmpTraceEvent => ({
          id: String(n),
          ...(parent === null ? {} : { parentId: String(parent) }),
          sessionId: 's',
          tsStart: start,
          ...(length === null ? {} : { tsEnd: start + length }),
          type: kind === 'tool' ? 'tool' : 'agent',
          name: kind,
          attrs: kind === 'iteration' ? { 'amp.iteration': n } : {},
          status: length === null ? 'running' : 'success',
        }));
        const layout = new TrackLayout();
        for (const each of spans) layout.add(each);
        const tracks = layout.tracks();
        expect(tracks.flatMap(({ slices }) => slices.map(({ id }) => id)).sort()).toEqual(spans.map(({ id }) => id).sort());
        for (const { slices } of tracks) {
          for (const [n, a] of slices.entries()) {
            for (const b of slices.slice(n + 1)) expect(b.start >= a.end || (b.start >= a.start && b.end <= a.end)).toBe(true);
          }
        }
      }),
    );
  });
});

/** Rows of RFC 4180, read by its grammar. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}

