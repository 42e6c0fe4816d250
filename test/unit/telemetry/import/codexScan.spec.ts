import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CallWriter, callAt } from '../../../../src/telemetry/import/callColumns';
import { hashOfKey } from '../../../../src/telemetry/import/callLedger';
import { CodexLines } from '../../../../src/telemetry/import/codexLines';
import type { LogOutput } from '../../../../src/telemetry/import/logReader';
import { LogTimes } from '../../../../src/telemetry/import/logTime';

const fileMs = Date.UTC(2027, 0, 1);
/** Values that look like the keys and ends that the scan looks for. */
const texts = fc.oneof(fc.string(), fc.constantFrom('"type":"token_usage_record"', '"usage":{"input_tokens":9}', '},"turn_token_usage":', '\\', '"', '{', '}', 'é→日'));
const extra = fc.dictionary(fc.constantFrom('note', 'ordinal', 'thread_id'), fc.oneof(texts, fc.integer(), fc.constant(null), fc.boolean(), fc.array(texts, { maxLength: 2 }), fc.record({ input_tokens: fc.nat(), usage: fc.record({ output_tokens: fc.nat() }) })), { maxKeys: 2 });
const count = fc.oneof(fc.nat(), fc.nat({ max: 3 }), fc.constantFrom(-1, 1.5, 1e11, '7', null));
const usage = fc.record({ input_tokens: count, cached_input_tokens: fc.oneof(fc.nat({ max: 3 }), count), cache_write_input_tokens: fc.nat({ max: 3 }), output_tokens: count, reasoning_output_tokens: fc.oneof(fc.nat({ max: 3 }), count), total_tokens: fc.nat() }, { requiredKeys: ['input_tokens', 'output_tokens'] });
const response = fc.oneof(fc.uuid(), fc.constantFrom('resp_"é', 'a\\b'));
const record = fc.record({ id: response, usage, before: extra, inside: extra, isUsual: fc.boolean(), timestamp: fc.constantFrom('2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05Z', '1999-01-01T00:00:00.000Z', 'never') });

type Entry = typeof record extends fc.Arbitrary<infer T> ? T : never;

/** `isParsed`: with a space before the type, which leaves the line to the parser. */
function lineOf({ id, usage: told, before, inside, isUsual, timestamp }: Entry, isParsed: boolean): Buffer {
  const payload = isUsual ? { ...inside, response_id: id, usage: told, turn_token_usage: told, thread_token_usage: told } : { usage: told, ...inside, response_id: id };
  const text = JSON.stringify({ timestamp, ...before, type: 'token_usage_record', payload });
  return Buffer.from(isParsed ? text.replace('{', '{ ') : text);
}

function read(entries: readonly Entry[], isParsed: boolean): unknown {
  const problems: string[] = [];
  const output: LogOutput = { calls: new CallWriter(true), sessions: new Map(), times: new LogTimes(fileMs), problem: (text) => problems.push(text) };
  const reader = new CodexLines({ thread: 't', root: 't', provider: 'openai', model: 'gpt-5', records: true }, output, 'file');
  for (const entry of entries) {
    const bytes = lineOf(entry, isParsed);
    reader.line(bytes, 0, bytes.length);
  }
  const columns = output.calls.columns();
  return { problems, calls: columns.keys.map((_, row) => callAt(columns, row)), hashes: [...columns.hashes] };
}

it('reads records as a parser does, whatever is in them and in whatever order', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (entries) => {
      expect(read(entries, false)).toEqual(read(entries, true));
    }),
    { numRuns: 1_000 },
  );
});

it('reads the usual record without the parser, to the hash of its key', () => {
  const parse = JSON.parse;
  const line = { id: 'resp_1', usage: { input_tokens: 9, cached_input_tokens: 4, cache_write_input_tokens: 1, output_tokens: 7, reasoning_output_tokens: 2 }, before: {}, inside: {}, isUsual: true, timestamp: '2026-01-02T03:04:05.678Z' } as const;
  try {
    JSON.parse = () => { throw new Error('it was parsed'); };
    expect(read([line], false)).toMatchObject({
      problems: [],
      hashes: [hashOfKey('codex:resp_1')],
      calls: [{ key: 'codex:resp_1', session: 't', ts: Date.UTC(2026, 0, 2, 3, 4, 5, 678), model: 'gpt-5', usage: { input: { text: 4, cacheRead: 4, cacheWrite5m: 1, cacheWrite1h: 0 }, output: { text: 5, reasoning: 2 } } }],
    });
  } finally {
    JSON.parse = parse;
  }
});
