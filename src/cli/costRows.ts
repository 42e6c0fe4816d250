import { dayName } from '../base/localDay';
import { formatCost, formatTokens, isCostUnknown, unknownValue } from '../base/format';
import { addTotals, noCalls, sumTotals } from '../model/callTotals';
import { importedSessionPrefix } from '../model/importedCall';
import { toUSD } from '../model/money';
import { tokensIn, tokensOut } from '../model/usage';
import type { CallTotals, UsageDimension, UsageRow } from '../model/usageRow';
import { plainText } from '../base/plainText';

export const costGroups = ['day', 'model', 'session', 'agent'] as const;
export type CostGroup = (typeof costGroups)[number];

/** `here`: run by the product · `imported`: run outside of it, told by an agent's own log. */
export type CostSource = 'here' | 'imported';

export interface CostRow extends CallTotals {
  readonly name: string;
  readonly source: CostSource;
}

const longestName = 48;

/** What has to be asked for: the session tells what was imported. */
export const dimensionsOf: Readonly<Record<CostGroup, readonly UsageDimension[]>> = {
  day: ['hour', 'session'],
  model: ['model', 'session'],
  session: ['session'],
  agent: ['agent', 'session'],
};

/** One row for each group and source: days in their order, anything else by cost. `sessionName` names a session for people. */
export function costRows(rows: readonly UsageRow[], by: CostGroup, sessionName: (id: string) => string): CostRow[] {
  const groups = new Map<string, CostRow>();
  for (const row of rows) {
    const source = row.sessionId?.startsWith(importedSessionPrefix) === true ? 'imported' : 'here';
    // Sessions may have the same name; they stay apart.
    const key = `${source} ${by === 'session' ? (row.sessionId ?? '') : nameOf(row, by, sessionName)}`;
    groups.set(key, { ...addTotals(groups.get(key) ?? noCalls, row), name: nameOf(row, by, sessionName), source });
  }
  const byName = (a: CostRow, b: CostRow): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.source < b.source ? -1 : 1);
  return [...groups.values()].sort((a, b) => (by === 'day' ? byName(a, b) : b.costNano - a.costNano || byName(a, b)));
}

export function costTable(rows: readonly CostRow[], by: CostGroup): string[] {
  const header = [by.toUpperCase(), 'SOURCE', 'CALLS', 'INPUT', 'CACHED', 'OUTPUT', 'COST'];
  const cells = [...rows.map((row) => [shortened(row.name), row.source, ...numbers(row)]), ['Total', '', ...numbers(sumTotals(rows))]];
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  return [header, ...cells].map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '));
}

/** A cost of which a part is unknown is null: its known part is a lower bound, not the cost. */
export function costJson(totals: CallTotals): object {
  const { calls, usage, costNano, unknownCosts, approximateCosts } = totals;
  return { calls, tokensIn: tokensIn(usage), tokensOut: tokensOut(usage), usage, costUSD: isUnknown(totals) || unknownCosts > 0 ? null : toUSD(costNano), knownCostUSD: toUSD(costNano), unknownCosts, approximateCosts };
}

function numbers(totals: CallTotals): string[] {
  const { calls, usage, costNano, unknownCosts, approximateCosts } = totals;
  const cost = isUnknown(totals) ? unknownValue : formatCost(costNano, { atLeast: unknownCosts > 0, estimate: approximateCosts > 0 });
  return [String(calls), formatTokens(tokensIn(usage)), formatTokens(usage.input.cacheRead), formatTokens(tokensOut(usage)), cost];
}

function isUnknown({ costNano, unknownCosts, usage }: CallTotals): boolean {
  return isCostUnknown({ costNano, unknownCosts, tokensIn: tokensIn(usage), tokensOut: tokensOut(usage) });
}

function nameOf(row: UsageRow, by: CostGroup, sessionName: (id: string) => string): string {
  if (by === 'day') return row.hour === undefined ? 'unknown' : dayName(row.hour);
  if (by === 'session') return row.sessionId === undefined ? 'unknown' : sessionName(row.sessionId);
  return (by === 'model' ? row.model : row.agent) ?? 'unknown';
}

function shortened(name: string): string {
  const plain = plainText(name);
  return plain.length > longestName ? `${plain.slice(0, longestName - 1)}…` : plain;
}
