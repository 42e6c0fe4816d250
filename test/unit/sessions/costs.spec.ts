import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../src/base/clock';
import { noCalls, sumTotals } from '../../../src/model/callTotals';
import type { CostQuery } from '../../../src/model/costReport';
import { Costs } from '../../../src/sessions/costs';
import { busyCosts } from '../../support/busyCosts';
import { costCall, costIteration, costSession, emptyCosts, spanOf, type CostStory } from '../../support/costFixtures';
import { lastWeek, storyReport } from '../../support/costSums';
import { costSpanId, writeCosts } from '../../support/costStore';
import { setTimeZone } from '../../support/timeZone';
import { expectCode } from '../../support/expectCode';
import { openTestStore, temporaryFolder } from '../../support/storageHarness';

const now = new Date(2026, 10, 22, 15, 30).getTime();

async function costsOf(story: CostStory): Promise<{ costs: Costs; store: Awaited<ReturnType<typeof openTestStore>>; clock: SimulatedClock }> {
  const store = await openTestStore(temporaryFolder());
  await writeCosts(store, story);
  const clock = new SimulatedClock(story.now);
  return { costs: new Costs(store, clock), store, clock };
}

describe('the costs of a repository', () => {
  const queries: readonly CostQuery[] = [
    lastWeek,
    { range: { kind: 'today' }, group: 'session', imported: false },
    { range: { kind: '30d' }, group: 'agent', imported: true },
    { range: { kind: 'all' }, group: 'branch', imported: true },
    { range: { kind: 'custom', from: '2026-11-10', to: '2026-11-16' }, group: 'model', imported: false },
  ];

  it('are what its calls add up to, for every range and group', async () => {
    const story = busyCosts(now);
    const { costs } = await costsOf(story);
    for (const query of queries) {
      const expected = storyReport(story, query);
      expect(await costs.report(query)).toEqual(expected);
      expect(expected.success.iterations.total).toBeGreaterThan(0);
    }
  });

  // Midnight cuts an hour of UTC in two where clocks are not whole hours off; they changed within the month in the last one.
  for (const zone of ['Asia/Kolkata', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin']) {
    it(`add up to the same everywhere in ${zone}`, async () => {
      setTimeZone(zone);
      const at = new Date(2026, 10, 10, 15, 40).getTime();
      const midnight = new Date(2026, 10, 10).getTime();
      const edges = [midnight - 1, midnight, midnight + 600_000, midnight - 600_000, midnight - 3 * 86_400_000 + 60_000, midnight - 16 * 86_400_000 - 1_800_000, at - 1];
      const story = busyCosts(at);
      const long: CostQuery = { range: { kind: 'custom', from: '2026-06-01', to: '2026-11-10' }, group: 'session', imported: true };
      const busy = { ...story, calls: [...story.calls, ...edges.map((ts) => costCall('session-0001', ts, { costNano: 7_000_000 }))] };
      const { costs } = await costsOf(busy);
      for (const query of [...queries, long]) {
        const report = await costs.report(query);
        // How long calls took is known by whole hours only.
        const coarse = { models: [] };
        expect({ ...report, ...coarse }).toEqual({ ...storyReport(busy, query), ...coarse });
        for (const { rows, rest } of Object.values(report.groups)) expect(sumTotals([...rows.map(({ totals }) => totals), rest?.totals ?? noCalls])).toEqual(report.totals);
        expect(sumTotals(report.buckets.map(({ totals }) => totals))).toEqual(report.totals);
      }
    });
  }

  it('follow a session that goes on', async () => {
    const session = costSession('s', { status: 'running', createdAt: now - 10_000, updatedAt: now - 10_000 });
    const { costs, store, clock } = await costsOf({ ...emptyCosts(now), sessions: [session], iterations: new Map([['s', [costIteration('s', 1, now - 9_000)]]]) });
    expect((await costs.report(lastWeek)).totals.calls).toBe(0);
    store.spans.write(spanOf(costCall('s', now - 8_000), costSpanId(now - 8_000, 1)));
    await store.sessions.save({ ...session, status: 'ready', updatedAt: now });
    clock.advance(20_000);
    expect((await costs.report(lastWeek)).totals).toMatchObject({ calls: 1, costNano: 20_000_000 });
    await store.iterations.save(costIteration('s', 2, now + 15_000));
    await store.sessions.save({ ...session, status: 'running', updatedAt: now + 15_000 });
    expect((await costs.report(lastWeek)).iterations.count).toBe(2);
  });

  it('say which range is none', async () => {
    const { costs } = await costsOf(emptyCosts(now));
    await expectCode(costs.report({ ...lastWeek, range: { kind: 'custom', from: '2026-11-20', to: '2026-11-10' } }), 'invalid-argument');
    await expectCode(costs.report({ ...lastWeek, range: { kind: 'custom', from: '2026-02-30', to: '2026-11-10' } }), 'invalid-argument');
  });

  it('are exported by hour and session', async () => {
    const { costs } = await costsOf(busyCosts(now));
    const csv = await costs.export(lastWeek, 'csv');
    const json = JSON.parse(await costs.export(lastWeek, 'json')) as { rows: { cost_usd?: string }[]; totals: { costUSD: string } };
    expect(csv.trimEnd().split('\r\n')).toHaveLength(json.rows.length + 1);
    const sum = json.rows.reduce((nano, row) => nano + BigInt((row.cost_usd ?? '0').replace('.', '')), 0n);
    expect(sum).toBe(BigInt(json.totals.costUSD.replace('.', '')));
    expect(sum).toBeGreaterThan(0n);
  });
});
