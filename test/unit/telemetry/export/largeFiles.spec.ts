import fc from 'fast-check';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { AmpTraceEvent } from '../../../../src/model/span';
import { inOrderOfEnd } from '../../../../src/telemetry/export/endedSpans';
import { pageSize, type SpanSource } from '../../../../src/telemetry/export/sessionSpans';
import { TelemetryExports } from '../../../../src/telemetry/export/telemetryExports';
import { decodeSpans } from '../../../support/otlpReceiver';
import { expectCode } from '../../../support/expectCode';
import { makeSession, makeSpan, openTestStore } from '../../../support/storageHarness';
import { waitFor } from '../../../support/waitFor';
import { temporaryDirectory } from '../../../support/temporary';
import { plainRedactor, sampleTracer } from './sampleSpans';

const formats = ['json', 'csv', 'perfetto', 'otlp'] as const;
const idOf = (n: number): string => n.toString(16).padStart(16, '0');

/** Many at the same time, so that a page ends in the midst of them. */
const manySpans: readonly AmpTraceEvent[] = Array.from({ length: 3 * pageSize + 7 }, (_, n) => makeSpan(idOf(n), { tsStart: Math.floor(n / 70), tsEnd: Math.floor(n / 70) + (n % 5 === 0 ? 9 : 1) }));

function exportsOf(source: SpanSource): TelemetryExports {
  return new TelemetryExports({ tracer: sampleTracer().tracer, source, redactor: plainRedactor(), clock: { now: () => 0 }, env: {}, log: { warn: () => undefined } });
}

/** One session whose pages the test makes. */
function sourceOf(page: (after: { readonly id: string } | undefined, limit: number) => AmpTraceEvent[]): SpanSource {
  return {
    sessions: { list: () => Promise.resolve([makeSession('s1')]) },
    spans: { bySession: async (id, { after, limit }) => Promise.resolve(id === 's1' ? page(after, limit) : []), byIds: () => Promise.resolve([]) },
  };
}

async function textOf(exports: TelemetryExports, format: (typeof formats)[number]): Promise<string> {
  const pieces: Buffer[] = [];
  const stream = new PassThrough().on('data', (piece: Buffer) => pieces.push(piece));
  await exports.writeTo(stream, { format, content: false });
  return Buffer.concat(pieces).toString();
}

describe('sessions of many pages', () => {
  it('leave whole, each span once', async () => {
    const store = await openTestStore(temporaryDirectory());
    await store.sessions.save(makeSession('s1'));
    for (const span of manySpans) store.spans.write(span);
    const exports = exportsOf(store);
    const ids = manySpans.map(({ id }) => id);
    const { sessions } = JSON.parse(await textOf(exports, 'json')) as { sessions: { spans: { id: string }[] }[] };
    expect(sessions.map(({ spans }) => spans.map(({ id }) => id))).toEqual([ids]);
    expect((await textOf(exports, 'csv')).trim().split('\r\n').slice(1).map((row) => row.split(',')[2])).toEqual(ids);
    const { traceEvents } = JSON.parse(await textOf(exports, 'perfetto')) as { traceEvents: { ph: string; args: { id: string } }[] };
    expect(traceEvents.filter(({ ph }) => ph === 'X').map(({ args }) => args.id).sort()).toEqual(ids);
    const requests = (await textOf(exports, 'otlp')).trim().split('\n').map((line) => decodeSpans(Buffer.from(line), 'application/json').map(({ spanId }) => spanId));
    expect(requests.map(({ length }) => length)).toEqual([256, manySpans.length - 256]);
    expect(requests.flat()).toEqual([...manySpans].sort((a, b) => (a.tsEnd ?? 0) - (b.tsEnd ?? 0) || b.tsStart - a.tsStart || (a.id < b.id ? 1 : -1)).map(({ id }) => id));
  });

  // Laying out tracks needs all spans of a session once, without their contents.
  it.each(formats.filter((format) => format !== 'perfetto'))('are read as %s no faster than they are taken', async (format) => {
    let read = 0;
    const endless = (after: { readonly id: string } | undefined, limit: number): AmpTraceEvent[] => {
      // Whoever does not wait would go on for ever.
      if (++read > 500) throw new Error('read ahead');
      const from = after === undefined ? 0 : Number(`0x${after.id}`) + 1;
      return Array.from({ length: limit }, (_, n) => makeSpan(idOf(from + n), { tsStart: from + n, tsEnd: from + n + 1 }));
    };
    const stopped = new AbortController();
    const stream = new PassThrough();
    const ending = expectCode(exportsOf(sourceOf(endless)).writeTo(stream, { format, content: true }, stopped.signal), 'stopped');
    await waitFor('a stream that is full', () => stream.writableLength > 0 && read > 1);
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(read).toBeLessThan(20);
    expect(stream.writableLength).toBeGreaterThan(0);
    stopped.abort();
    await ending;
  });
});

describe('the order of ends', () => {
  it('is that of all spans sorted at once, however they are paged', async () => {
    const drawn = fc.array(fc.record({ start: fc.nat(30), length: fc.option(fc.nat(20)) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(drawn, fc.integer({ min: 1, max: 7 }), async (times, size) => {
        const spans = times.map(({ start, length }, n): AmpTraceEvent => ({ id: idOf(n), sessionId: 's', type: 'tool', name: 'x', attrs: {}, tsStart: start, status: 'success', ...(length === null ? {} : { tsEnd: start + length }) }));
        const ordered = [...spans].sort((a, b) => a.tsStart - b.tsStart || (a.id < b.id ? -1 : 1));
        let open = 0;
        const found: string[] = [];
        const pages = (async function* () { for (let at = 0; at < ordered.length; at += size) yield await Promise.resolve(ordered.slice(at, at + size)); })();
        for await (const ended of inOrderOfEnd(pages, (count) => { open += count; })) found.push(...ended.map(({ id }) => id));
        const expected = spans.filter(({ tsEnd }) => tsEnd !== undefined).sort((a, b) => (a.tsEnd ?? 0) - (b.tsEnd ?? 0) || b.tsStart - a.tsStart || (a.id < b.id ? 1 : -1));
        expect(found).toEqual(expected.map(({ id }) => id));
        expect(open).toBe(spans.length - expected.length);
      }),
    );
  });
});

describe('a file that cannot be written to its end', () => {
  it.each(formats)('leaves nothing behind as %s, and what was there before stays', async (format) => {
    const folder = temporaryDirectory();
    const file = path.join(folder, 'out');
    writeFileSync(file, 'of yesterday');
    let pages = 0;
    const source = sourceOf((_after, limit) => {
      if (++pages > 3) throw new Error('the store is gone');
      return manySpans.slice(0, limit);
    });
    const error = await expectCode(exportsOf(source).writeFile({ format, content: false }, file), 'export-failed');
    expect(error.message).toContain('the store is gone');
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(file, 'utf8')).toBe('of yesterday');
  });
});
