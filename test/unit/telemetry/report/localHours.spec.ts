import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayName, hourMs, startOfDay } from '../../../../src/base/localDay';
import { sumTotals } from '../../../../src/model/callTotals';
import type { CallTotals, UsageDimension, UsageRow } from '../../../../src/model/usageRow';
import { withinLocalDays, type CutPeriod } from '../../../../src/telemetry/report/localHours';
import { costCall, type CostCall } from '../../../support/costFixtures';
import { usageRows } from '../../../support/costSums';
import { setTimeZone } from '../../../support/timeZone';

const groups: readonly UsageDimension[] = ['session', 'model'];

function within(calls: readonly CostCall[], { fromMs = -Infinity, toMs = Infinity }: CutPeriod): readonly CostCall[] {
  return calls.filter(({ ts }) => ts >= fromMs && ts < toMs);
}

interface Cut {
  readonly rows: readonly UsageRow[];
  readonly asked: number;
}

async function cut(calls: readonly CostCall[], period: CutPeriod = {}): Promise<Cut> {
  let asked = 0;
  const rows = await withinLocalDays(usageRows(within(calls, period), ['hour', ...groups]), period, (parts) => {
    asked += parts.length;
    return Promise.resolve(parts.map((part) => usageRows(within(calls, part), groups)));
  });
  return { rows, asked };
}

/** What each day of each group came to, added up from the calls one by one or from the rows. */
function byDay<T extends CallTotals>(rows: readonly T[], timeOf: (row: T) => number, groupOf: (row: T) => string): Record<string, CallTotals> {
  const grouped = Map.groupBy(rows, (row) => `${dayName(timeOf(row))} ${groupOf(row)}`);
  return Object.fromEntries([...grouped].map(([key, all]) => [key, sumTotals(all)]));
}

const ofRows = (rows: readonly UsageRow[]): Record<string, CallTotals> => byDay(rows, ({ hour = 0 }) => hour, ({ sessionId = '', model = '' }) => `${sessionId} ${model}`);
const ofCalls = (calls: readonly CostCall[]): Record<string, CallTotals> => ofRows(usageRows(calls, ['hour', ...groups], hourMs / 4));

describe('hours that a local midnight cuts', () => {
  it('are two, each of its own day', async () => {
    setTimeZone('Asia/Kolkata');
    const midnight = new Date(2026, 10, 22).getTime();
    const before = costCall('s', midnight - 600_000, { costNano: 3_000_000 });
    const after = costCall('s', midnight + 600_000, { costNano: 4_000_000 });
    const { rows } = await cut([before, after]);
    expect(rows.map(({ hour, costNano, calls }) => ({ hour, costNano, calls }))).toEqual([{ hour: midnight - hourMs / 2, costNano: 3_000_000, calls: 1 }, { hour: midnight, costNano: 4_000_000, calls: 1 }]);
    expect((await cut([after])).rows.map(({ hour }) => hour)).toEqual([midnight]);
    expect((await cut([before])).rows.map(({ hour }) => hour)).toEqual([midnight - hourMs / 2]);
    expect(await cut([before, after], { fromMs: midnight })).toMatchObject({ asked: 0, rows: [{ hour: midnight, costNano: 4_000_000 }] });
    expect(await cut([before, after], { toMs: midnight })).toMatchObject({ asked: 0, rows: [{ hour: midnight - hourMs / 2, costNano: 3_000_000 }] });
  });

  it('are not asked for where there are none', async () => {
    setTimeZone('Europe/Berlin');
    const calls = Array.from({ length: 100 }, (_, hour) => costCall('s', new Date(2026, 9, 24, hour, 10).getTime()));
    expect(await cut(calls)).toMatchObject({ asked: 0, rows: usageRows(calls, ['hour', ...groups]) });
  });

  it('keep the sum of what was read first when a call is written meanwhile', async () => {
    setTimeZone('Asia/Kolkata');
    const midnight = new Date(2026, 10, 22).getTime();
    const rows = usageRows([costCall('s', midnight - 1), costCall('s', midnight + 1)], ['hour', ...groups]);
    const late = await withinLocalDays(rows, {}, (parts) => Promise.resolve(parts.map((part) => usageRows(within([costCall('s', midnight - 1), costCall('other', midnight - 2)], part), groups))));
    expect(sumTotals(late)).toEqual(sumTotals(rows));
  });

  it('give each local day what its calls came to, in every zone and period', async () => {
    setTimeZone('UTC');
    const day = new Date(2026, 9, 1).getTime();
    const minute = fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 1439 }));
    const call = fc.record({ session: fc.constantFrom('a', 'b'), day: fc.integer({ min: 0, max: 60 }), minute, model: fc.constantFrom('m', 'n'), costNano: fc.integer({ min: 0, max: 9_000_000 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe', 'Europe/Berlin', 'America/Santiago'),
        fc.array(call, { maxLength: 40 }),
        fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
        fc.option(fc.integer({ min: 30, max: 60 }), { nil: undefined }),
        async (zone, made, first, last) => {
          process.env['TZ'] = zone;
          const calls = made.map(({ session, day: days, minute: minutes, ...rest }) => costCall(session, startOfDay(addDays(day, days)) + minutes * 60_000, rest));
          const period: CutPeriod = { ...(first === undefined ? {} : { fromMs: startOfDay(addDays(day, first)) }), ...(last === undefined ? {} : { toMs: startOfDay(addDays(day, last)) }) };
          const { rows } = await cut(calls, period);
          expect(ofRows(rows)).toEqual(ofCalls(within(calls, period)));
        },
      ),
      { numRuns: 300 },
    );
  });
});
