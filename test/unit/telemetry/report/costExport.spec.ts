import { expect, it } from 'vitest';
import { costCsv, costJson, type CostData } from '../../../../src/telemetry/report/costExport';
import { costCall, costSession, emptyCosts } from '../../../support/costFixtures';
import { lastWeek, storyReport, usageRows } from '../../../support/costSums';

const now = Date.UTC(2026, 10, 22, 15, 30);

function data(): CostData {
  const sessions = [costSession('a', { name: '=HYPERLINK("http://x","y")' }), costSession('b', { name: 'Two, "quoted"\nlines' })];
  const { costNano: _costNano, ...unknown } = costCall('b', now - 7_200_000, { costBasis: 'unknown', model: '-1+2' });
  const calls = [costCall('a', now - 3_600_000, { costNano: 1 }), costCall('a', now - 3_600_000, { costNano: 1_234_567_890_123 }), unknown];
  return { report: storyReport({ ...emptyCosts(now), sessions, calls }, lastWeek), rows: usageRows(calls, ['hour', 'session', 'agent', 'provider', 'model']), sessions, importedSessions: [] };
}

it('writes a table that spreadsheets read as it is', () => {
  const [head, ...lines] = costCsv(data()).split('\r\n');
  expect(head?.split(',').slice(0, 4)).toEqual(['hour', 'session_id', 'session', 'branch']);
  expect(lines[0]).toBe(`2026-11-22T13:00:00.000Z,b,"Two, ""quoted""\nlines",amp/b,claudeCode,anthropic,'-1+2,false,1,0,10400,1000,9000,400,0,500,400,100,,1,0`);
  expect(lines[1]).toBe(`2026-11-22T14:00:00.000Z,a,"'=HYPERLINK(""http://x"",""y"")",amp/a,claudeCode,anthropic,claude-sonnet-4-5,false,2,0,20800,2000,18000,800,0,1000,800,200,1234.567890124,0,0`);
  expect(lines.slice(2)).toEqual(['']);
});

it('writes the same as JSON, to the nano-dollar', () => {
  const written = JSON.parse(costJson(data())) as { version: number; from: string; totals: { costUSD: string; unknownCosts: number }; rows: Record<string, unknown>[] };
  expect(written).toMatchObject({ version: 1, totals: { costUSD: '1234.567890124', unknownCosts: 1, calls: 3 } });
  expect(written.rows[0]).toMatchObject({ cost_usd: null, unknown_costs: 1 });
  expect(written.rows[1]).toMatchObject({ session: '=HYPERLINK("http://x","y")', cost_usd: '1234.567890124', calls: 2 });
});

it('says of what nobody knows that it is unknown, not that it was free', () => {
  const { costNano: _costNano, ...unknown } = costCall('a', now - 3_600_000, { costBasis: 'unknown' });
  const report = storyReport({ ...emptyCosts(now), calls: [unknown] }, lastWeek);
  const written = JSON.parse(costJson({ report, rows: usageRows([unknown], ['hour']), sessions: [], importedSessions: [] })) as object;
  expect(written).toMatchObject({ totals: { costUSD: null, unknownCosts: 1 }, rows: [{ cost_usd: null }] });
});
