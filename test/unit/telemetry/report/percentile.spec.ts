import fc from 'fast-check';
import { expect, it } from 'vitest';
import { latencyBase } from '../../../../src/model/usageRow';
import { percentile, percentiles } from '../../../../src/telemetry/report/percentile';

/** Buckets as a store makes them, in no order, with some of them split. */
function bucketsOf(values: readonly number[]): { bucket: number; count: number }[] {
  return values.map((value) => ({ bucket: Math.max(0, Math.floor(Math.log(value) / Math.log(latencyBase))), count: 1 })).reverse();
}

it('is at most 5 % from the true value of that rank', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1.001, max: 3_600_000, noNaN: true }), { minLength: 1, maxLength: 200 }), fc.constantFrom(0.5, 0.95, 0.99, 1), (values, part) => {
      const ranked = [...values].sort((a, b) => a - b);
      const exact = ranked[Math.max(1, Math.ceil(part * ranked.length)) - 1] ?? 0;
      const found = percentile(bucketsOf(values), part) ?? 0;
      expect(Math.abs(found - exact) / exact).toBeLessThan(0.05);
    }),
    { numRuns: 500 },
  );
});

it('is nothing without values, and says how many there were', () => {
  expect(percentile([], 0.5)).toBeUndefined();
  expect(percentiles([{ bucket: 3, count: 0 }])).toBeUndefined();
  expect(percentiles([{ bucket: 40, count: 99 }, { bucket: 90, count: 1 }])).toEqual({ p50: latencyBase ** 40.5, p95: latencyBase ** 40.5, count: 100 });
  expect(percentile([{ bucket: 0, count: 3 }], 0.95)).toBeCloseTo(1.05, 2);
});
