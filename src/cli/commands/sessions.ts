import { formatClock, formatDuration, formatTotalCost, isCostUnknown } from '../../base/format';
import { toUSD } from '../../model/money';
import type { SessionOverview } from '../../orchestrator';
import type { Command } from '../command';
import { plainText } from '../../base/plainText';

export const sessionsCommand: Command = {
  name: 'sessions',
  summary: 'List the sessions of the repository, newest first',
  usage: 'amp-orchestrator sessions [--json]',
  words: 0,
  options: { json: { type: 'boolean' } },
  run: async ({ orchestrator, print, values }) => {
    const sessions = await orchestrator.sessions.overview();
    if (values['json'] === true) {
      print(JSON.stringify(sessions.map(asJson), undefined, 2));
    } else if (sessions.length === 0) {
      print('No sessions yet. Start one with: amp-orchestrator run --agent NAME --prompt TEXT');
    } else {
      for (const row of table(sessions)) print(row);
    }
    return 0;
  },
};

function asJson({ session, iterations, totals }: SessionOverview): object {
  return { ...session, iterations, tokensIn: totals.tokensIn, tokensOut: totals.tokensOut, costUSD: totals.unknownCosts > 0 || isCostUnknown(totals) ? null : toUSD(totals.costNano), knownCostUSD: toUSD(totals.costNano), spans: totals.spans };
}

function table(sessions: readonly SessionOverview[]): string[] {
  const now = Date.now();
  const rows = sessions.map(({ session, iterations, totals }) => [
    session.id.slice(0, 8),
    session.status,
    session.agent,
    formatTotalCost(totals),
    formatDuration(iterations.reduce((sum, { tsStart, tsEnd }) => sum + ((tsEnd ?? now) - tsStart), 0)),
    formatClock(session.createdAt, now),
    plainText(session.name),
  ]);
  const header = ['ID', 'STATUS', 'AGENT', 'COST', 'TIME', 'STARTED', 'NAME'];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [header, ...rows].map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '));
}
