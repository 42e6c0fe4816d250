import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, parseJsonLine } from '../../../src/base/jsonLines';

function split(chunks: readonly Uint8Array[], maxLineBytes?: number): { lines: string[]; long: [string, number][] } {
  const lines: string[] = [];
  const long: [string, number][] = [];
  const splitter = new LineSplitter((line) => lines.push(line), {
    ...(maxLineBytes !== undefined && { maxLineBytes }),
    onLongLine: (head, bytes) => long.push([head, bytes]),
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return { lines, long };
}

/** The bytes cut at the given fractions of their length. */
function cut(bytes: Uint8Array, fractions: readonly number[]): Uint8Array[] {
  const borders = [0, ...fractions.map((fraction) => Math.floor(fraction * bytes.length)).sort((a, b) => a - b), bytes.length];
  return borders.slice(1).map((border, index) => bytes.subarray(borders[index], border));
}

const text = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '\r\n', '\r', '"ü€😀"'))).map((parts) => parts.join(''));
const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }));

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(text, fractions, fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }), (whole, borders, maxLineBytes) => {
        const bytes = new TextEncoder().encode(whole);
        expect(split(cut(bytes, borders), maxLineBytes)).toEqual(split([bytes], maxLineBytes));
      }),
    );
  });

  it('gives the lines that splitting the whole text gives', () => {
    fc.assert(
      fc.property(text, fractions, (whole, borders) => {
        const expected = whole.split('\n').map((line) => line.replace(/\r$/, ''));
        if (whole === '' || whole.endsWith('\n')) expected.pop();
        expect(split(cut(new TextEncoder().encode(whole), borders)).lines).toEqual(expected);
      }),
    );
  });

  it('keeps lines that are longer than any chunk', () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `${index}ü`).join(' ');
    const bytes = new TextEncoder().encode(`${long}\n${long}\n`);
    expect(split(cut(bytes, Array.from({ length: 500 }, (_, index) => index / 500))).lines).toEqual([long, long]);
  });

  it('drops the rest of a line that is too long, says so, and goes on', () => {
    const bytes = Buffer.from(`12345\r\n${'x'.repeat(5000)}\n123456\nend`);
    expect(split(cut(bytes, [0.1, 0.5]), 5)).toEqual({ lines: ['12345', 'end'], long: [['x'.repeat(4096), 5000], ['123456', 6]] });
  });
});

describe('parseJsonLine', () => {
  it.each([
    ['{"a":1}', { kind: 'json', value: { a: 1 } }],
    ['\uFEFF[]\r', { kind: 'json', value: [] }],
    ['  ', { kind: 'blank' }],
    ['{"a":', { kind: 'text' }],
    ['Please log in', { kind: 'text' }],
  ])('%j', (line, expected) => {
    expect(parseJsonLine(line)).toEqual(expected);
  });
});
