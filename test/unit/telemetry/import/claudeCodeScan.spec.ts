import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CallWriter, callAt } from '../../../../src/telemetry/import/callColumns';
import { ClaudeCodeLines } from '../../../../src/telemetry/import/claudeCodeLines';
import { LogTimes } from '../../../../src/telemetry/import/logTime';
import { plainTime } from '../../../../src/telemetry/import/jsonBytes';

/** Values that look like the keys and ends that the scan looks for. */
const texts = fc.oneof(fc.string(), fc.constantFrom('"type":"user"', '],"stop_reason":', '"usage":{"input_tokens":9}', '\\', '"', '{', '}', 'é→日', '"message":{"role":"user"'));
const extra = fc.dictionary(fc.constantFrom('type', 'usage', 'input_tokens', 'message', 'id', 'requestId', 'stop_reason', 'content', 'other'), fc.oneof(texts, fc.integer(), fc.constant(null), fc.array(texts, { maxLength: 2 }), fc.record({ input_tokens: fc.nat(), usage: fc.record({ output_tokens: fc.nat() }) })), { maxKeys: 3 });
const usage = fc
  .record({ input_tokens: fc.nat(), cache_creation_input_tokens: fc.nat(), cache_read_input_tokens: fc.nat(), output_tokens: fc.nat(), iterations: fc.constantFrom([], [{ input_tokens: 7, output_tokens: 7 }]), cache_creation: fc.record({ ephemeral_5m_input_tokens: fc.nat(), ephemeral_1h_input_tokens: fc.nat() }), output_tokens_details: fc.record({ thinking_tokens: fc.nat() }), service_tier: fc.constantFrom('standard', 'batch'), later: extra }, { requiredKeys: ['input_tokens', 'output_tokens'] })
  // Thoughts are a part of the output.
  .map((counts) => ({ ...counts, ...(counts.output_tokens_details ? { output_tokens_details: { thinking_tokens: counts.output_tokens_details.thinking_tokens % (counts.output_tokens + 1) } } : {}) }));

const seldom = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: extra });
const call = fc.record({ usage, id: fc.uuid(), requestId: fc.uuid(), model: fc.constantFrom('claude-a', 'claude-b', 'claude-"é'), content: fc.array(fc.oneof(fc.record({ type: fc.constant('text'), text: texts }), fc.record({ type: fc.constant('tool_use'), input: extra })), { maxLength: 3 }), before: seldom, between: seldom, after: extra, order: fc.array(fc.nat(), { minLength: 20, maxLength: 20 }), usual: fc.boolean() });

type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

/** The line in the usual order of its keys, or in any. Keys that mean something are not repeated by what else is in it. */
function lineOf({ usage, id, requestId, model, content, before, between, after, order, usual }: Call): string {
  const arranged = (entries: [string, unknown][]): Record<string, unknown> => Object.fromEntries(usual ? entries : entries.map((entry, index) => ({ entry, rank: order[index] ?? 0 })).sort((a, b) => a.rank - b.rank).map(({ entry }) => entry));
  // Anything nested before the content leaves the line to the parser: most lines have nothing there.
  const among = (key: string, value: object): [string, unknown][] => (Object.keys(value).length === 0 ? [] : [[key, value]]);
  const message = arranged([['id', id], ['type', 'message'], ['role', 'assistant'], ['model', model], ...among('note', between), ['content', content], ['stop_reason', 'end_turn'], ['usage', usage]]);
  return JSON.stringify(arranged([['parentUuid', null], ...among('first', before), ['message', message], ['requestId', requestId], ['type', 'assistant'], ['timestamp', '2026-01-02T03:04:05.678Z'], ...among('last', after), ['cwd', '/repo'], ['sessionId', 's']]));
}

it('reads calls as a parser does, whatever is in the line and in whatever order', () => {
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 5 }), (calls) => {
      const output = { calls: new CallWriter(true), sessions: new Map(), times: new LogTimes(Date.UTC(2027, 0, 1)), problem: (text: string): void => { throw new Error(text); } };
      const reader = new ClaudeCodeLines(undefined, output);
      for (const line of calls) {
        const bytes = Buffer.from(lineOf(line));
        reader.line(bytes, 0, bytes.length);
        reader.settle();
      }
      const columns = output.calls.columns();
      const expected = new Map(
        calls.filter(({ usage: { input_tokens, output_tokens, cache_creation_input_tokens = 0, cache_read_input_tokens = 0, cache_creation } }) => input_tokens + output_tokens + cache_creation_input_tokens + cache_read_input_tokens + (cache_creation?.ephemeral_5m_input_tokens ?? 0) + (cache_creation?.ephemeral_1h_input_tokens ?? 0) > 0).map(({ id, requestId, model, usage }) => {
          const parts = usage.cache_creation;
          const split = (parts?.ephemeral_5m_input_tokens ?? 0) + (parts?.ephemeral_1h_input_tokens ?? 0) > 0;
          const reasoning = usage.output_tokens_details?.thinking_tokens ?? 0;
          const input = { text: usage.input_tokens, cacheRead: usage.cache_read_input_tokens ?? 0, cacheWrite5m: split ? (parts?.ephemeral_5m_input_tokens ?? 0) : (usage.cache_creation_input_tokens ?? 0), cacheWrite1h: split ? (parts?.ephemeral_1h_input_tokens ?? 0) : 0 };
          return [`claude:${id}:${requestId}`, { model, serviceTier: usage.service_tier ?? 'standard', usage: { input, output: { text: usage.output_tokens - reasoning, reasoning } } }];
        }),
      );
      const found = new Map(columns.keys.map((key, row) => {
        const { model, serviceTier, usage } = callAt(columns, row);
        return [key, { model, serviceTier, usage }];
      }));
      expect(found).toEqual(expected);
    }),
    { numRuns: 1_000 },
  );
});

it('reads a time as the engine does, and leaves every other spelling to it', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (date) => {
      const text = Buffer.from(date.toISOString());
      expect(plainTime(text, 0, text.length)).toBe(date.getTime());
    }),
  );
  for (const other of ['2026-01-02T03:04:05Z', '2026-01-02 03:04:05.678Z', '2026-13-02T03:04:05.678Z', '2026-01-02T0x:04:05.678Z', '']) expect(plainTime(Buffer.from(other), 0, other.length), other).toBeNaN();
});
