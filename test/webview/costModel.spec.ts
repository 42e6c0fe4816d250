import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noCalls } from '../../src/model/callTotals';
import type { CostBucket, CostCell } from '../../src/model/costReport';
import { dayBudgetWords } from '../../webview/costDashboard/cards';
import { costChart, tokenChart } from '../../webview/costDashboard/charts';
import { assignColours, colourCount } from '../../webview/costDashboard/colours';
import { withCorrectionsCarried } from '../../webview/costDashboard/corrections';
import { formatShare } from '../../webview/costDashboard/figures';
import { readPageState } from '../../webview/costDashboard/pageState';
import { readSnapshot } from '../../webview/costDashboard/readSnapshot';
import { nextSort, sorted } from '../../webview/costDashboard/sorting';
import { trend } from '../../webview/costDashboard/trend';
import { busyCosts } from '../support/busyCosts';
import { storyReport } from '../support/costSums';
import { hardNamesCosts } from '../support/costStories';

const now = new Date(2026, 10, 22, 16, 20).getTime();

describe('colours', () => {
  const keys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'constructor', '__proto__x'), { maxLength: colourCount });

  it('differ within a chart, and stay with their key while no other one has them', () => {
    fc.assert(
      fc.property(fc.array(keys, { minLength: 1, maxLength: 12 }), (charts) => {
        let known: Readonly<Record<string, number>> = {};
        for (const chart of charts) {
          const before = known;
          known = assignColours(chart, before);
          const colours = chart.map((key) => known[key]);
          expect(new Set(colours).size).toBe(chart.length);
          for (const [index, key] of chart.entries()) {
            const had = Object.hasOwn(before, key) ? before[key] : undefined;
            const isTaken = chart.slice(0, index).some((other) => Object.hasOwn(before, other) && before[other] === had);
            if (had !== undefined && !isTaken) expect(known[key]).toBe(had);
          }
        }
      }),
    );
  });

  it('are the same object while nothing is new', () => {
    const known = assignColours(['a', 'b'], {});
    expect(assignColours(['b'], known)).toBe(known);
    expect(assignColours(['b', 'a'], known)).toBe(known);
  });

  it('forget the oldest of hundreds', () => {
    let known: Readonly<Record<string, number>> = {};
    for (let index = 0; index < 500; index++) known = assignColours([`key-${index}`], known);
    expect(Object.keys(known)).toHaveLength(200);
    expect(known['key-499']).toBe(0);
  });
});

describe('trends', () => {
  const words = 'the 7 days before';
  it.each([
    [108, 100, { change: '▲ 8 %', spoken: '8 % more', against: 'against $1 the 7 days before' }],
    [92, 100, { change: '▼ 8 %', spoken: '8 % less', against: 'against $1 the 7 days before' }],
    [100.2, 100, { change: '= 0 %', spoken: 'the same', against: 'against $1 the 7 days before' }],
    [0, 100, { change: '▼ 100 %', spoken: '100 % less', against: 'against $1 the 7 days before' }],
    [1_234, 100, { change: '▲ 12 ×', spoken: '12 times as much', against: 'against $1 the 7 days before' }],
    [5, 0, { against: 'nothing the 7 days before' }],
    [undefined, 100, { against: 'against $1 the 7 days before' }],
    [100, undefined, { against: 'against $1 the 7 days before' }],
  ])('of %s after %s', (after, before, expected) => {
    expect(trend({ now: after, before, beforeText: '$1', words })).toEqual(expected);
  });
});

describe('sorting', () => {
  it('puts what nobody knows last, whichever way, and keeps the order of equals', () => {
    const rows = [{ n: 2, k: 'a' }, { n: undefined, k: 'b' }, { n: 1, k: 'c' }, { n: 2, k: 'd' }];
    const order = (descending: boolean): string => sorted(rows, ({ n }) => n, descending).map(({ k }) => k).join('');
    expect(order(true)).toBe('adcb');
    expect(order(false)).toBe('cadb');
    expect(sorted(['Session 10', 'session 9', 'Äpfel'], (text) => text, false)).toEqual(['Äpfel', 'session 9', 'Session 10']);
  });

  it('begins with the largest figure and with A', () => {
    expect(nextSort(undefined, 'cost', true)).toEqual({ column: 'cost', descending: true });
    expect(nextSort({ column: 'cost', descending: true }, 'cost', true)).toEqual({ column: 'cost', descending: false });
    expect(nextSort({ column: 'cost', descending: true }, 'name', false)).toEqual({ column: 'name', descending: false });
  });
});

it.each([[0, 10, '0 %'], [1, 3, '33 %'], [1, 1_000, '<1 %'], [9_999, 10_000, '>99 %'], [10, 10, '100 %'], [1, 0, '—'], [Number.NaN, 1, '—']])('writes the share %s of %s as %s', (part, whole, text) => {
  expect(formatShare(part, whole)).toBe(text);
});

describe('charts', () => {
  it('have gaps where nothing is known', () => {
    const { datasets } = costChart(storyReport(hardNamesCosts(now), { range: { kind: 'today' }, group: 'session', imported: true }), {});
    const unknown = datasets.find(({ label }) => label.includes('invoice')) ?? expect.unreachable();
    expect(unknown.values.every((value) => value === null)).toBe(true);
    expect(unknown.texts.filter((text) => text !== '')).toEqual(['—']);
    expect(unknown.sum?.text).toBe('—');
  });

  const hourCells = fc.array(fc.option(fc.integer({ min: -50, max: 50 })), { minLength: 1, maxLength: 48 });
  const cell = (costNano: number | null): CostCell | null => (costNano === null ? null : { costNano, unknownCosts: 0, approximateCosts: 0, tokens: 0 });
  const hoursFrom = (first: number, count: number): CostBucket[] => Array.from({ length: count }, (_, n) => ({ fromMs: n, toMs: n + 1, label: `${String((first + n) % 24).padStart(2, '0')}:00`, totals: noCalls }));
  const sum = (cells: readonly (CostCell | null)[]): number => cells.reduce((all, one) => all + (one?.costNano ?? 0), 0);

  it('carry what an hour cannot bear to the calls of its day, and keep every sum', () => {
    fc.assert(
      fc.property(hourCells, fc.nat(23), (drawn, first) => {
        const cells = drawn.map(cell);
        const carried = withCorrectionsCarried(cells, hoursFrom(first, cells.length));
        expect(carried.map((one) => one === null)).toEqual(cells.map((one) => one === null));
        for (let from = 0, to = 24 - first; from < cells.length; from = to, to += 24) {
          const day = carried.slice(from, to);
          expect(sum(day)).toBe(sum(cells.slice(from, to)));
          const signs = new Set(day.map((one) => Math.sign(one?.costNano ?? 0)).filter((sign) => sign !== 0));
          expect(signs.size, 'above and below zero in one day').toBeLessThan(2);
        }
      }),
    );
    const days = [-5, 7].map((costNano, n): CostBucket => ({ fromMs: n, toMs: n + 1, label: `11-2${n}`, day: `2026-11-2${n}`, totals: { ...noCalls, costNano } }));
    expect(withCorrectionsCarried([cell(-5), cell(7)], days)).toEqual([cell(-5), cell(7)]);
  });

  it('draw and list an hour below zero as a correction of the hours before it', () => {
    const report = storyReport(busyCosts(now), { range: { kind: 'today' }, group: 'model', imported: true });
    const cells = [3e9, 2e9, null, -4e9].map(cell);
    const model = costChart({ ...report, buckets: hoursFrom(9, 4), series: [{ key: 'a', label: 'a', imported: false, cells }] }, {});
    expect(model.datasets[0]).toMatchObject({ values: [1e9, 0, null, 0], texts: ['$1.00\u00a0*', '$0.00\u00a0*', '', '$0.00\u00a0*'], sum: { text: '$1.00' } });
    expect(model.remark).toMatch(/^\* Corrected/);
    expect(costChart(report, {}).remark).toBeUndefined();
  });

  it('say the tokens of every kind once', () => {
    const report = storyReport(busyCosts(now));
    const { datasets } = tokenChart(report);
    const { input, output } = report.totals.usage;
    const all = datasets.flatMap(({ values }) => values).reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(all).toBe(input.text + input.cacheRead + input.cacheWrite5m + input.cacheWrite1h + output.text + output.reasoning);
  });
});

it('says what a forecast is made of', () => {
  const { day } = storyReport(busyCosts(now)).budgets;
  const { forecast, share } = dayBudgetWords(day, now);
  expect(forecast?.text).toMatch(/^~\$\d+\.\d\d by tonight, \$\d+\.\d\d an hour$/);
  expect(forecast?.title).toMatch(/^If it goes on until midnight as it did since \d\d:00\. Spent so far: \$1\.0164294$/);
  expect(share).toBeCloseTo(0.102, 2);
  expect(dayBudgetWords({ ...day, limitNano: 0 }, now).share).toBe(1);
});

describe('what comes from outside', () => {
  const good = { repositories: [{ id: '/r', name: 'r' }], repository: '/r', takenAt: now, report: storyReport(busyCosts(now, { sessions: 3 })) };

  it('is a snapshot only when all of it is one', () => {
    expect(readSnapshot(good)).toBe(good);
    const damaged = (change: (copy: Record<string, never>) => void): unknown => {
      const copy = structuredClone(good) as unknown as Record<string, never>;
      change(copy);
      return copy;
    };
    for (const key of Object.keys(good.report)) {
      if (key === 'previous' || key === 'compared') continue;
      expect(readSnapshot(damaged((copy) => { Reflect.set(copy['report'] ?? {}, key, 'x'); })), key).toBeUndefined();
    }
  });

  it('never makes it throw', () => {
    fc.assert(fc.property(fc.anything(), (value) => {
      expect(readSnapshot(value)).toBeUndefined();
      expect(readSnapshot({ ...good, report: value }) === undefined || value === undefined).toBe(true);
      expect(readPageState(value).group).toBeDefined();
    }));
  });
});
