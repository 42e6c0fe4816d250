import { formatCost, formatTokens, isCostUnknown, unknownValue } from '../base/format';
import { importedSessionPrefix } from '../model/importedCall';
import { toUSD } from '../model/money';
import { addUsage, noUsage, tokensIn, tokensOut } from '../model/usage';
import type { CallTotals, UsageDimension, UsageRow } from '../model/usageRow';
import { plainText } from './plainText';

export const costGroups = ['day', 'model', 'session', 'agent'] as const;
export type CostGroup = (typeof costGroups)[number];

/** `here`: run by the product · `imported`: run outside of it, told by an agent's own log. */
export type CostSource = 'here' | 'imported';

export interface CostRow extends CallTotals {
  readonly name: string;
  readonly source: CostSource;
}

const none: CallTotals = { calls: 0, errors: 0, usage: noUsage, costNano: 0, unknownCosts: 0, approximateCosts: 0 };
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
    groups.set(key, { ...added(groups.get(key) ?? none, row), name: nameOf(row, by, sessionName), source });
  }
  const byName = (a: CostRow, b: CostRow): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.source < b.source ? -1 : 1);
  return [...groups.values()].sort((a, b) => (by === 'day' ? byName(a, b) : b.costNano - a.costNano || byName(a, b)));
}

export function totalOf(rows: readonly CallTotals[]): CallTotals {
  return rows.reduce(added, none);
}

export function costTable(rows: readonly CostRow[], by: CostGroup): string[] {
  const header = [by.toUpperCase(), 'SOURCE', 'CALLS', 'INPUT', 'CACHED', 'OUTPUT', 'COST'];
  const cells = [...rows.map((row) => [shortened(row.name), row.source, ...numbers(row)]), ['Total', '', ...numbers(totalOf(rows))]];
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
  if (by === 'day') return row.hour === undefined ? 'unknown' : localDay(row.hour);
  if (by === 'session') return row.sessionId === undefined ? 'unknown' : sessionName(row.sessionId);
  return (by === 'model' ? row.model : row.agent) ?? 'unknown';
}

/** `2026-11-21` in local time, of epoch milliseconds. */
export function localDay(epochMs: number): string {
  const time = new Date(epochMs);
  return [time.getFullYear(), time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

function shortened(name: string): string {
  const plain = plainText(name);
  return plain.length > longestName ? `${plain.slice(0, longestName - 1)}…` : plain;
}

function added(a: CallTotals, b: CallTotals): CallTotals {
  return {
    calls: a.calls + b.calls,
    errors: a.errors + b.errors,
    usage: addUsage(a.usage, b.usage),
    costNano: a.costNano + b.costNano,
    unknownCosts: a.unknownCosts + b.unknownCosts,
    approximateCosts: a.approximateCosts + b.approximateCosts,
  };
}
