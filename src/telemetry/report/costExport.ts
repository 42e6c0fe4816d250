import { tokensIn, tokensOut } from '../../model/usage';
import type { CallTotals, UsageRow } from '../../model/usageRow';
import type { CostReport } from '../../model/costReport';
import type { ImportedSession } from '../../model/importedCall';
import type { SessionSummary } from '../../model/session';
import { csvCell } from '../csvCell';
import { CostNames } from './costNames';

export interface CostData {
  readonly report: CostReport;
  /** Grouped by hour, session, agent, provider and model. */
  readonly rows: readonly UsageRow[];
  readonly sessions: readonly SessionSummary[];
  readonly importedSessions: readonly ImportedSession[];
}

type Line = Readonly<Record<string, string | number | boolean | null>>;

const columns = [
  'hour', 'session_id', 'session', 'branch', 'agent', 'provider', 'model', 'imported', 'calls', 'errors', 'input_tokens', 'input_uncached', 'cache_read', 'cache_write_5m',
  'cache_write_1h', 'output_tokens', 'output_text', 'reasoning', 'cost_usd', 'unknown_costs', 'approximate_costs',
] as const;

/** RFC 4180 with a line of names. Where `unknown_costs` is above zero, `cost_usd` is what is known; it is empty where nothing is. */
export function costCsv(data: CostData): string {
  return [columns.join(','), ...lines(data).map((line) => columns.map((column) => csvCell(line[column] ?? '')).join(','))].map((line) => `${line}\r\n`).join('');
}

/** The report's sums and the rows that they sum up. Costs are as in the table: the known part beside `unknownCosts`, null where nothing is known. */
export function costJson(data: CostData): string {
  const { query, period, totals, takenAt } = data.report;
  const iso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
  const { usage, costNano: _costNano, ...counts } = totals;
  const shown = { version: 1, takenAt: iso(takenAt), query, from: iso(period.fromMs), to: iso(period.toMs), totals: { ...counts, usage, costUSD: knownUSD(totals) }, rows: lines(data) };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}

function lines({ rows, sessions, importedSessions }: CostData): readonly Line[] {
  const names = new CostNames(sessions, importedSessions);
  return [...rows].sort(byTime).map((row) => {
    const { hour = 0, sessionId = '', agent = '', provider = '', model = '', usage } = row;
    return {
      hour: new Date(hour).toISOString(),
      session_id: sessionId,
      session: names.nameOf('session', sessionId).label,
      branch: names.keyOf('branch', row),
      agent,
      provider,
      model,
      imported: names.isImported(sessionId),
      calls: row.calls,
      errors: row.errors,
      input_tokens: tokensIn(usage),
      input_uncached: usage.input.text,
      cache_read: usage.input.cacheRead,
      cache_write_5m: usage.input.cacheWrite5m,
      cache_write_1h: usage.input.cacheWrite1h,
      output_tokens: tokensOut(usage),
      output_text: usage.output.text,
      reasoning: usage.output.reasoning,
      cost_usd: knownUSD(row),
      unknown_costs: row.unknownCosts,
      approximate_costs: row.approximateCosts,
    };
  });
}

function byTime(a: UsageRow, b: UsageRow): number {
  const keyOf = ({ sessionId = '', agent = '', provider = '', model = '' }: UsageRow): string => [sessionId, agent, provider, model].join('\u0000');
  return (a.hour ?? 0) - (b.hour ?? 0) || (keyOf(a) < keyOf(b) ? -1 : 1);
}

function knownUSD({ costNano, unknownCosts }: CallTotals): string | null {
  return costNano === 0 && unknownCosts > 0 ? null : usd(costNano);
}

/** All nine digits: a number would lose the last ones of large sums. */
function usd(costNano: number): string {
  const digits = String(Math.abs(costNano)).padStart(10, '0');
  return `${costNano < 0 ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
