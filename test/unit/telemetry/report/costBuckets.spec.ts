import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumTotals } from '../../../../src/model/callTotals';
import { costBuckets } from '../../../../src/telemetry/report/costBuckets';
import { costPeriod } from '../../../../src/telemetry/report/costPeriod';
import { costCall, type CostCall } from '../../../support/costFixtures';
import { usageRows } from '../../../support/costSums';
import { setTimeZone } from '../../../support/timeZone';

const at = (text: string): number => new Date(text).getTime();
const rows = (...calls: readonly CostCall[]) => usageRows(calls, ['hour']);

describe('buckets of a period', () => {
  it('are hours up to two days, local days beyond, months beyond four hundred days', () => {
    const now = at('2026-11-22T15:30:00');
    const labels = (kind: 'today' | '7d' | 'all', first: string): readonly string[] => costBuckets(costPeriod({ kind }, now).period, rows(costCall('s', at(first)))).map(({ label }) => label);
    expect(labels('today', '2026-11-22T09:10:00')).toEqual(Array.from({ length: 16 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`));
    expect(labels('7d', '2026-11-22T09:10:00')).toEqual(['11-16', '11-17', '11-18', '11-19', '11-20', '11-21', '11-22']);
    expect(labels('all', '2026-11-22T09:10:00')).toHaveLength(7);
    expect(labels('all', '2026-11-02T09:10:00')).toHaveLength(21);
    expect(labels('all', '2025-08-30T09:10:00').slice(0, 2)).toEqual(['2025-08', '2025-09']);
    expect(labels('all', '2025-08-30T09:10:00')).toHaveLength(16);
  });

  it('do not show years in which there was nothing', () => {
    const now = at('2026-11-22T15:30:00');
    const { period } = costPeriod({ kind: 'custom', from: '1990-01-01', to: '2026-11-22' }, now);
    expect(costBuckets(period, rows(costCall('s', at('2026-11-20T10:00:00')))).map(({ label }) => label)).toEqual(['11-20', '11-21', '11-22']);
  });

  it('put a call into its local day when the clocks change', () => {
    setTimeZone('Europe/Berlin');
    const { period } = costPeriod({ kind: 'custom', from: '2026-10-24', to: '2026-10-26' }, at('2026-11-01T00:00:00'));
    // The 25th has 25 hours: half past two comes twice.
    const first = at('2026-10-25T02:30:00+02:00');
    const second = at('2026-10-25T02:30:00+01:00');
    const last = at('2026-10-25T23:59:00');
    const buckets = costBuckets(period, rows(costCall('s', first), costCall('s', second), costCall('s', last), costCall('s', at('2026-10-26T00:00:00'))));
    expect(buckets.map(({ label, totals: { calls } }) => [label, calls])).toEqual([['10-24', 0], ['10-25', 3], ['10-26', 1]]);
    expect((buckets[1]?.toMs ?? 0) - (buckets[1]?.fromMs ?? 0)).toBe(25 * 3_600_000);
  });

  it('cover the period without gap or overlap and lose no call, in any time zone', () => {
    setTimeZone('UTC');
    fc.assert(
      fc.property(
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Santiago', 'Pacific/Apia'),
        fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }),
        fc.constantFrom('today' as const, '7d' as const, '30d' as const, '90d' as const, 'all' as const),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
        (zone, now, kind, places) => {
          process.env['TZ'] = zone;
          const { period } = costPeriod({ kind }, now);
          const from = period.fromMs ?? now - 700 * 86_400_000;
          const calls = places.map((place) => costCall('s', from + Math.floor(place * (now - from - 1))));
          const buckets = costBuckets(period, rows(...calls));
          for (const [index, { fromMs, toMs }] of buckets.entries()) {
            expect(toMs).toBeGreaterThan(fromMs);
            expect(buckets[index + 1]?.fromMs ?? toMs).toBe(toMs);
          }
          expect(buckets.at(-1)?.toMs).toBeGreaterThanOrEqual(now);
          expect(sumTotals(buckets.map(({ totals }) => totals)).calls).toBe(calls.length);
          expect(buckets.length).toBeLessThanOrEqual(402);
        },
      ),
      { numRuns: 300 },
    );
  });
});
