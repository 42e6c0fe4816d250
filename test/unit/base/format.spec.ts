import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAge, formatClock, formatCost, formatCount, formatDuration, formatExactCost, formatPlural, formatTimestamp, formatTokens } from '../../../src/base/format';

describe('formatCost', () => {
  it.each([
    [undefined, '—'],
    [Number.NaN, '—'],
    [0, '$0.00'],
    [1, '<$0.0001'],
    [49_999, '<$0.0001'],
    [50_000, '$0.0001'],
    [4_200_000, '$0.0042'],
    [9_949_999, '$0.0099'],
    [9_950_000, '$0.01'],
    [10_000_000, '$0.01'],
    [14_999_999, '$0.01'],
    [12_400_000_000, '$12.40'],
    [1_234_500_000_000, '$1,234.50'],
    [-420_000_000, '−$0.42'],
  ])('%s nano-dollars are %s', (nano, text) => {
    expect(formatCost(nano)).toBe(text);
  });

  it('marks estimates and lower bounds', () => {
    expect(formatCost(21_300_000, { estimate: true })).toBe('~$0.02');
    expect(formatCost(420_000_000, { estimate: true, atLeast: true })).toBe('≥ $0.42');
    expect(formatCost(undefined, { estimate: true })).toBe('—');
  });

  it('shows every digit in tooltips', () => {
    expect(formatExactCost(21_345_000)).toBe('$0.021345');
    expect(formatExactCost(12_400_000_000)).toBe('$12.40');
    expect(formatExactCost(1)).toBe('$0.000000001');
  });
});

describe('formatTokens', () => {
  it.each([
    [undefined, '—'],
    [0, '0'],
    [999, '999'],
    [1000, '1.0k'],
    [12_345, '12.3k'],
    [99_949, '99.9k'],
    [99_950, '100k'],
    [123_456, '123k'],
    [999_499, '999k'],
    [999_500, '1.0M'],
    [4_200_000, '4.2M'],
    [2_000_000_000, '2.0B'],
  ])('%s is %s', (count, text) => {
    expect(formatTokens(count)).toBe(text);
  });

  it('keeps exact counts readable', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatPlural(1, 'step')).toBe('1 step');
    expect(formatPlural(1204, 'step')).toBe('1,204 steps');
  });
});

describe('formatDuration', () => {
  it.each([
    [undefined, '—'],
    [-1, '—'],
    [Number.POSITIVE_INFINITY, '—'],
    [0, '0 ms'],
    [0.4, '<1 ms'],
    [18.2, '18 ms'],
    [999.4, '999 ms'],
    [999.5, '1.0 s'],
    [12_400, '12.4 s'],
    [59_949, '59.9 s'],
    [59_950, '1 m 00 s'],
    [192_000, '3 m 12 s'],
    [3_599_499, '59 m 59 s'],
    [3_599_500, '1 h 00 m'],
    [3_840_000, '1 h 04 m'],
    [86_399_999, '1 d 00 h'],
    [183_600_000, '2 d 03 h'],
  ])('%s ms are %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('never shows sixty of a unit, whatever the number', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (milliseconds) => {
        expect(formatDuration(milliseconds)).not.toMatch(/\b60(\.0)? s|\b60 m|\b24 h|\b1000 ms/);
      }),
    );
  });
});

describe('formatAge', () => {
  it.each([
    [Number.NaN, 'just now'],
    [-5, 'just now'],
    [1_999, 'just now'],
    [2_000, '2 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 m ago'],
    [3_600_000, '1 h ago'],
    [86_400_000, '1 d ago'],
  ])('%s ms is %s', (milliseconds, text) => {
    expect(formatAge(milliseconds)).toBe(text);
  });
});

describe('clock times', () => {
  const now = new Date(2026, 10, 22, 18, 0, 0).getTime();

  it('is the clock today and the date before', () => {
    expect(formatClock(new Date(2026, 10, 22, 4, 3, 9).getTime(), now)).toBe('04:03:09');
    expect(formatClock(new Date(2026, 10, 21, 23, 59, 59).getTime(), now)).toBe('2026-11-21 23:59');
    expect(formatClock(Number.NaN, now)).toBe('—');
  });

  it('is absolute to the millisecond in tooltips', () => {
    expect(formatTimestamp(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('2026-01-02 03:04:05.006');
    expect(formatTimestamp(9e15)).toBe('—');
  });
});
