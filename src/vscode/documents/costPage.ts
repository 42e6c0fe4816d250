import { formatCost, formatCount, formatDuration, formatTotalCost } from '../../base/format';
import type { SpanTotals } from '../../model/session';
import type { SessionItem } from '../views/sessionNodes';

/** The page of one repository. `periods` are today, the last seven days, and all time. */
export function costPage(repository: string, periods: readonly SpanTotals[], sessions: readonly SessionItem[]): string {
  const labels = ['Today', 'Last 7 days', 'All time'];
  const unknown = periods.some(({ unknownCosts }) => unknownCosts > 0);
  return [
    `# Costs of ${cell(repository)}`,
    '',
    '| | Cost | Tokens in | Tokens out | Errors |',
    '|:--|--:|--:|--:|--:|',
    ...periods.map((totals, index) => `| ${labels[index] ?? ''} | ${cost(totals)} | ${formatCount(totals.tokensIn)} | ${formatCount(totals.tokensOut)} | ${formatCount(totals.errors)} |`),
    '',
    '## By session',
    '',
    '| Session | Agent | Status | Iterations | Time | Tokens | Cost |',
    '|:--|:--|:--|--:|--:|--:|--:|',
    ...sessions.map(({ session, iterations, totals }) => {
      const time = iterations.reduce((sum, { tsStart, tsEnd }) => sum + ((tsEnd ?? tsStart) - tsStart), 0);
      return `| ${cell(session.name)} | ${session.agent} | ${session.status} | ${iterations.length} | ${formatDuration(time).replaceAll(' ', '\u00A0')} | ${formatCount(totals.tokensIn + totals.tokensOut)} | ${cost(totals)} |`;
    }),
    '',
    'Costs are what the agents reported for their model calls.',
    ...(unknown ? ['', '`≥` and `—`: some agents do not say what their calls cost.'] : []),
    '',
  ].join('\n');
}

/** The day's and week's sums are zero when nothing ran; a session's cost without any reported call is unknown. */
function cost(totals: SpanTotals): string {
  return totals.spans === 0 ? formatCost(0) : formatTotalCost(totals);
}

function cell(text: string): string {
  return text.replace(/[\\|`*_[\]<>]/g, '\\$&').replace(/\s+/g, ' ');
}
