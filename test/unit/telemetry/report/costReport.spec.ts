import { describe, expect, it } from 'vitest';
import { costGroups } from '../../../../src/model/costReport';
import { outsideSessions } from '../../../../src/model/session';
import { sumTotals } from '../../../../src/model/callTotals';
import { successMetrics } from '../../../../src/telemetry/report/success';
import { busyCosts } from '../../../support/busyCosts';
import { costCall, costIteration, costSession, emptyCosts, type CostStory } from '../../../support/costFixtures';
import { lastWeek, storyReport } from '../../../support/costSums';
import { hardNamesCosts, thousandSessionCosts } from '../../../support/costStories';

const now = new Date(2026, 10, 22, 15, 30).getTime();

describe('a report of costs', () => {
  it.each(costGroups)('adds up to the same total by %s, in its series and its table', (group) => {
    for (const story of [busyCosts(now), hardNamesCosts(now), thousandSessionCosts(now)]) {
      const report = storyReport(story, { range: { kind: '90d' }, group, imported: true });
      const { rows, rest } = report.groups[group];
      const cells = report.series.flatMap(({ cells: all }) => all.filter((cell) => cell !== null));
      expect(cells.reduce((sum, { costNano }) => sum + costNano, 0)).toBe(report.totals.costNano);
      expect(cells.reduce((sum, { unknownCosts }) => sum + unknownCosts, 0)).toBe(report.totals.unknownCosts);
      expect(sumTotals([...rows.map(({ totals }) => totals), ...(rest ? [rest.totals] : [])])).toEqual(report.totals);
      expect(sumTotals(report.buckets.map(({ totals }) => totals))).toEqual(report.totals);
    }
  });

  it('has at most six series, the last of them the rest', () => {
    const { series } = storyReport(thousandSessionCosts(now), { range: { kind: '90d' }, group: 'session', imported: true });
    expect(series).toHaveLength(6);
    expect(series.map(({ rest }) => rest)).toEqual([undefined, undefined, undefined, undefined, undefined, expect.any(Number)]);
    expect(storyReport(busyCosts(now), { ...lastWeek, group: 'agent' }).series.some(({ rest }) => rest !== undefined)).toBe(false);
  });

  it('leaves a gap where there was no call, and none where a call cost nothing', () => {
    const free = costCall('s', now - 86_400_000, { costNano: 0 });
    const { series } = storyReport({ ...emptyCosts(now), sessions: [costSession('s')], calls: [free] });
    expect(series[0]?.cells.map((cell) => cell?.costNano ?? null)).toEqual([null, null, null, null, null, 0, null]);
  });

  it('leaves imported runs out when asked, and marks them when not', () => {
    const without = storyReport(busyCosts(now), { ...lastWeek, imported: false });
    const together = storyReport(busyCosts(now));
    expect(without.groups.session.rows.some(({ imported }) => imported)).toBe(false);
    expect(together.groups.session.rows.filter(({ imported }) => imported).map(({ label }) => label)).toEqual(['Terminal run 1', 'Terminal run 2', 'Terminal run 3']);
    expect(together.groups.branch.rows.find(({ label }) => label === 'main')?.imported).toBe(true);
    expect(together.groups.agent.rows.find(({ label }) => label === 'claudeCode')?.imported).toBe(false);
    expect(together.totals.costNano - without.totals.costNano).toBe(18 * 61_234_567);
  });

  it('counts for an iteration what sessions spent, not what others did', () => {
    const story: CostStory = {
      ...emptyCosts(now),
      sessions: [costSession('s', { updatedAt: now })],
      iterations: new Map([['s', [costIteration('s', 1, now - 8 * 86_400_000), costIteration('s', 2, now - 3_600_000), costIteration('s', 3, now - 60_000)]]]),
      calls: [costCall('s', now - 3_500_000), costCall(outsideSessions, now - 3_000_000), costCall('import:codex:x', now - 3_000_000), costCall('s', now - 8 * 86_400_000 + 1_000)],
    };
    const { iterations, totals, previous } = storyReport(story);
    expect(totals.calls).toBe(3);
    expect(iterations).toMatchObject({ count: 2, totals: { calls: 1 } });
    expect(previous?.iterations).toMatchObject({ count: 1, totals: { calls: 1 } });
  });

  it('names what has no name', () => {
    const { groups } = storyReport({ ...emptyCosts(now), calls: [costCall('lost', now - 1_000, { model: '' }), costCall('import:amp:1', now - 2_000), costCall(outsideSessions, now - 3_000)] });
    expect(groups.session.rows.map(({ label }) => label).sort()).toEqual(['Outside of sessions', 'import:amp:1', 'lost']);
    expect(groups.model.rows.map(({ label }) => label).sort()).toEqual(['claude-sonnet-4-5', 'unknown']);
    expect(groups.branch.rows.map(({ label }) => label)).toEqual(['No branch']);
  });

  it('tells models of one name from two providers apart', () => {
    const { models, groups } = storyReport({ ...emptyCosts(now), calls: [costCall('s', now - 1_000, { model: 'gpt-oss' }), costCall('s', now - 1_000, { model: 'gpt-oss', provider: 'local' })] });
    expect(groups.model.rows.map(({ label, detail }) => [label, detail])).toEqual([['gpt-oss', 'anthropic'], ['gpt-oss', 'local']]);
    expect(models.map(({ duration }) => duration?.count)).toEqual([1, 1]);
  });
});

describe('success', () => {
  it('asks how a session ended last, and leaves out what still runs', () => {
    const failed = costIteration('a', 1, 0, { status: 'failed' });
    const runs = new Map([
      ['a', [failed, costIteration('a', 2, 1)]],
      ['b', [costIteration('b', 1, 0), costIteration('b', 2, 1, { status: 'stopped' }), costIteration('b', 3, 2, { status: 'running' })]],
      ['c', [costIteration('c', 1, 0, { status: 'running' })]],
    ]);
    const outcomes = [{ kind: 'eval' as const, name: 'tests', succeeded: 3, failed: 1 }, { kind: 'eval' as const, name: 'lint', succeeded: 1, failed: 0 }];
    expect(successMetrics(runs, outcomes)).toEqual({ sessions: { succeeded: 1, total: 2 }, iterations: { succeeded: 2, total: 4 }, evaluations: { succeeded: 4, total: 5 }, workflows: { succeeded: 0, total: 0 } });
  });
});
