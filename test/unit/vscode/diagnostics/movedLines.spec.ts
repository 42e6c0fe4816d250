import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shiftOf } from '../../../../src/vscode/diagnostics/movedLines';

/** Applies an edit of whole lines to a list of lines, each named by its number. */
function edited(count: number, start: number, end: number, added: number): string[] {
  const lines = Array.from({ length: count }, (_value, index) => String(index));
  lines.splice(start, end - start + 1, ...Array.from({ length: added + 1 }, () => 'new'));
  return lines;
}

describe('the lines of a finding', () => {
  it('stay above an edit, move below it, and are gone where they were edited', () => {
    const edit = { start: 5, end: 6, addedBreaks: 3 };
    expect(shiftOf({ start: 2, end: 4 }, edit)).toBe(0);
    expect(shiftOf({ start: 7, end: 7 }, edit)).toBe(2);
    expect(shiftOf({ start: 4, end: 5 }, edit)).toBeUndefined();
    expect(shiftOf({ start: 6, end: 9 }, edit)).toBeUndefined();
  });

  it('are where the text of the line went', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(5), fc.nat(5), fc.nat(40), (start, height, addedBreaks, line) => {
        const shift = shiftOf({ start: line, end: line }, { start, end: start + height, addedBreaks });
        const after = edited(60, start, start + height, addedBreaks);
        expect(after.indexOf(String(line))).toBe(shift === undefined ? -1 : line + shift);
      }),
    );
  });
});
