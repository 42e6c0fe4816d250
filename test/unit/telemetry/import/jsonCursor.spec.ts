import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonCursor } from '../../../../src/telemetry/import/jsonCursor';
import { JsonNames } from '../../../../src/telemetry/import/jsonNames';
import { openBrace } from '../../../../src/telemetry/import/jsonBytes';

const names = ['id', 'at', 'type', 'usage', 'user'] as const;
const keys = new JsonNames(names);

it('recognizes its names and nothing that is like them', () => {
  for (const name of names) expect(keys.at(Buffer.from(`"${name}"`), 1, name.length + 1)).toBe(name);
  for (const other of ['', 'ie', 'used', 'types', 'Type', 'typ', 'usage_of_something_long']) expect(keys.at(Buffer.from(other), 0, other.length), other).toBe('');
});

const text = fc.oneof(fc.string(), fc.constantFrom('"', '\\', '\\"', '{', '}', ']', ',"id":', 'é→日'));
const plain = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
const nested = fc.letrec((tie) => ({ value: fc.oneof({ depthSize: 'small' }, plain, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(text, tie('value'), { maxKeys: 3 })) })).value;

it('meets the members of any object in their order, whatever is in them', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...names), text), nested, { maxKeys: 6 }), (object) => {
      const bytes = Buffer.from(`${JSON.stringify(object)},`);
      const cursor = new JsonCursor(keys);
      cursor.goTo(bytes, 1, bytes.length - 1);
      const met: unknown[] = [];
      while (cursor.next()) {
        const { key, valueStart, valueEnd } = cursor;
        cursor.skip();
        // What is nested ends where it was skipped to; a text is told without its quotes.
        const value = bytes.toString('utf8', valueStart, Math.max(valueEnd, cursor.first === 0x22 ? 0 : cursor.at));
        met.push([key, JSON.parse(cursor.first === 0x22 ? `"${value}"` : value)]);
      }
      const known: readonly string[] = names;
      expect(met).toEqual(Object.entries(object).map(([key, value]) => [known.includes(key) ? key : '', JSON.parse(JSON.stringify(value))]));
      expect(cursor.leave() && cursor.at).toBe(bytes.length - 1);
    }),
    { numRuns: 500 },
  );
});

it('goes into an object, and out of it only at its end', () => {
  const bytes = Buffer.from('{"usage":{"id":7,"at":"x"},"type":"a"}');
  const cursor = new JsonCursor(keys);
  cursor.goTo(bytes, 1, bytes.length);
  expect([cursor.next(), cursor.key, cursor.first]).toEqual([true, 'usage', openBrace]);
  cursor.enter();
  expect([cursor.next(), cursor.key, cursor.count(), cursor.leave()]).toEqual([true, 'id', 7, false]);
  expect([cursor.next(), cursor.key, cursor.next(), cursor.leave()]).toEqual([true, 'at', false, true]);
  expect([cursor.next(), cursor.key, cursor.next(), cursor.leave(), cursor.at]).toEqual([true, 'type', false, true, bytes.length]);
});

it('stops at what is not written as usual', () => {
  for (const line of ['{ "id":1}', '{"id" :1}', '{id:1}', '{"id', '{', '{"id"']) {
    const cursor = new JsonCursor(keys);
    cursor.goTo(Buffer.from(line), 1, line.length);
    expect(cursor.next(), line).toBe(false);
  }
});
