import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../src/base/clock';
import { newId, spanIds } from '../../../src/base/ids';

describe('newId', () => {
  it('holds nothing that a command line or a file name takes for something else', () => {
    const ids = Array.from({ length: 5_000 }, newId);
    expect(ids.filter((id) => !/^[0-9A-Za-z]{21}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('spanIds', () => {
  it('rise strictly, also in one millisecond and when the clock stands', () => {
    const clock = new SimulatedClock(1_790_000_000_000);
    const nextId = spanIds(clock, 'abc');
    const ids = Array.from({ length: 600 }, nextId);
    clock.advance(1);
    ids.push(nextId());
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids.every((id) => /^[0-9a-f]{11}abc[0-9a-f]{2}$/.test(id))).toBe(true);
  });
});
