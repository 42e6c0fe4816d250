import { importedSessionPrefix } from '../model/importedCall';
import type { UsageDimension } from '../model/usageRow';
import type { Cell, Row } from './columns';
import type { Statements } from './statements';
import { hourMs } from '../base/localDay';
import { totalColumns, usageRollup } from './schema/rollups';
import type { Period, TimeSpan } from './store';

export interface RollupFilter extends Period {
  readonly sessionId?: string;
  readonly sessionIds?: readonly string[];
  readonly executionId?: string;
}

interface Condition {
  readonly sql: readonly string[];
  readonly cells: readonly Cell[];
}

/** From the first to below the second; open where there is none. */
type Range = readonly [number | undefined, number | undefined];

const dimensionColumns: Readonly<Record<UsageDimension, string>> = { hour: 'hour', session: 'session_id', agent: 'agent', provider: 'provider', model: 'model' };
/** The character after the prefix's last one: all imported sessions, and no other, are from the prefix to below this. */
const afterImported = `${importedSessionPrefix.slice(0, -1)};`;
const hoursPerDay = 24;
/** A list of one number each is made faster than two lists. No number is as large as that its bucket would reach this. */
export const packedBuckets = 8192;

/** One row of `totalColumns`, exact to the millisecond. */
export function totals(statements: Statements, filter: RollupFilter): Row {
  return usage(statements, filter, [])[0] ?? totalColumns.map(() => 0);
}

/**
 * The dimensions in the order asked for, then `totalColumns`. Whole hours are read from the roll-ups; of the hours that the period cuts,
 * the rows themselves.
 */
export function usage(statements: Statements, filter: RollupFilter, by: readonly UsageDimension[]): Row[] {
  const { fromMs, toMs } = filter;
  const firstHour = fromMs === undefined ? undefined : Math.ceil(fromMs / hourMs);
  const endHour = toMs === undefined ? undefined : Math.floor(toMs / hourMs);
  if (firstHour !== undefined && endHour !== undefined && firstHour > endHour) return merged(rowSums(statements, filter, by, fromMs, toMs), by.length);
  return merged(
    [
      ...rowSums(statements, filter, by, fromMs, firstHour === undefined ? undefined : firstHour * hourMs),
      ...sums(statements, filter, by, [firstHour, endHour]),
      ...rowSums(statements, filter, by, endHour === undefined ? undefined : endHour * hourMs, toMs),
    ],
    by.length,
  );
}

/** The number of the part, then what `usage` gives of it. */
export function usageOfParts(statements: Statements, parts: readonly TimeSpan[], filter: RollupFilter, by: readonly UsageDimension[]): Row[] {
  return parts.flatMap((part, index) => usage(statements, { ...filter, ...part }, by).map((row) => [index, ...row]));
}

/** One row for each beginning of `width` cells, with the sums of the others. */
function merged(rows: readonly Row[], width: number): Row[] {
  const groups = new Map<string, Cell[]>();
  for (const row of rows) {
    let key = '';
    for (let index = 0; index < width; index++) key += `${String(row[index]).length} ${row[index]}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [...row]);
    else for (let index = width; index < row.length; index++) group[index] = Number(group[index] ?? 0) + Number(row[index] ?? 0);
  }
  return [...groups.values()];
}

/**
 * From the roll-up without sessions, which has far fewer rows, unless sessions are asked for. Those come from whole days where no hour is
 * asked for, and as they are: a session's day is nearly the group already, and SQLite would sort all of them to add up a few.
 */
function sums(statements: Statements, filter: RollupFilter, by: readonly UsageDimension[], hours: Range): Row[] {
  const columns = by.map((dimension) => dimensionColumns[dimension]);
  const sessions = by.includes('session') || filter.sessionId !== undefined || filter.sessionIds !== undefined || filter.executionId !== undefined;
  if (!sessions) {
    const scope = { sql: withImported(filter) ? [] : ['imported = 0'], cells: [] };
    return select(statements, `SELECT ${[...columns, ...totalColumns.map(sum)].join(', ')} FROM hourly_rollups`, [between('hour', ...hours), scope], groupBy(columns));
  }
  const selected = [...columns, ...(columns.length === 0 ? totalColumns.map(sum) : totalColumns)].join(', ');
  const read = (table: string, slot: string, range: Range): Row[] => select(statements, `SELECT ${selected} FROM ${table}`, [between(slot, ...range), scopeOf(filter)]);
  if (by.includes('hour')) return read('usage_rollups', 'hour', hours);
  const parts = wholeDays(hours);
  return [...parts.days.flatMap((days) => read('daily_rollups', 'day', days)), ...parts.hours.flatMap((rest) => read('usage_rollups', 'hour', rest))];
}

/** The whole days (UTC) of some hours, if there are any, and the hours that are left at either end. */
function wholeDays([from, to]: Range): { readonly days: readonly Range[]; readonly hours: readonly Range[] } {
  const firstDay = from === undefined ? undefined : Math.ceil(from / hoursPerDay);
  const endDay = to === undefined ? undefined : Math.floor(to / hoursPerDay);
  if (firstDay !== undefined && endDay !== undefined && firstDay >= endDay) return { days: [], hours: [[from, to]] };
  const before: readonly Range[] = from === undefined || firstDay === undefined || from === firstDay * hoursPerDay ? [] : [[from, firstDay * hoursPerDay]];
  const after: readonly Range[] = to === undefined || endDay === undefined || to === endDay * hoursPerDay ? [] : [[endDay * hoursPerDay, to]];
  return { days: [[firstDay, endDay]], hours: [...before, ...after] };
}

/**
 * Whole days from the sums of days, the other hours one by one: provider, model, kind, and a list of counts with their buckets. The groups are
 * those of the primary key's beginning: SQLite reads them in order, where a sum by bucket would sort every row.
 */
export function latencies(statements: Statements, period: Period): Row[] {
  return daysAndHours(statements, `SELECT provider, model, kind, group_concat(count * ${packedBuckets} + bucket) FROM latency_rollups`, period, 'GROUP BY slot, provider, model, kind');
}

export function outcomes(statements: Statements, period: Period): Row[] {
  return merged(daysAndHours(statements, 'SELECT kind, name, succeeded, failed FROM outcome_rollups', period), 2);
}

/** Of a table that has hours and days (UTC): all that the period touches. */
function daysAndHours(statements: Statements, sql: string, { fromMs, toMs }: Period, rest = ''): Row[] {
  const parts = wholeDays([fromMs === undefined ? undefined : Math.floor(fromMs / hourMs), toMs === undefined ? undefined : Math.ceil(toMs / hourMs)]);
  const read = (hours: number, range: Range): Row[] => select(statements, sql, [{ sql: ['hours = ?'], cells: [hours] }, between('slot', ...range)], rest);
  return [...parts.days.flatMap((days) => read(hoursPerDay, days)), ...parts.hours.flatMap((hours) => read(1, hours))];
}

function rowSums(statements: Statements, filter: RollupFilter, by: readonly UsageDimension[], from: number | undefined, to: number | undefined): Row[] {
  if (from === undefined || to === undefined || from >= to) return [];
  const scope = scopeOf(filter);
  return usageRollup.shares
    .filter(({ source }) => source === 'telemetry_events' || withImported(filter))
    .flatMap(({ source, when, key, sums: added }) => {
      const keys = key(source);
      const columns = by.map((dimension) => keys[usageRollup.key.indexOf(dimensionColumns[dimension])] ?? 'NULL');
      const time = source === 'telemetry_events' ? 'ts_start' : 'ts';
      const selected = [...columns, ...added(source).slice(0, totalColumns.length).map(sum)].join(', ');
      return select(statements, `SELECT ${selected} FROM ${source}`, [{ sql: [when(source)], cells: [] }, between(time, from, to), scope], groupBy(columns));
    });
}

function groupBy(columns: readonly string[]): string {
  return columns.length === 0 ? '' : `GROUP BY ${columns.map((_, index) => index + 1).join(', ')}`;
}

/** A session that is asked for by its name may be an imported one. */
function withImported({ imported, sessionId }: RollupFilter): boolean {
  return imported === true || sessionId?.startsWith(importedSessionPrefix) === true;
}

function scopeOf(filter: RollupFilter): Condition {
  const { sessionId, sessionIds, executionId } = filter;
  const sql: string[] = [];
  const cells: Cell[] = [];
  if (sessionId !== undefined) {
    sql.push('session_id = ?');
    cells.push(sessionId);
  }
  if (sessionIds !== undefined) {
    sql.push('session_id IN (SELECT value FROM json_each(?))');
    cells.push(JSON.stringify(sessionIds));
  }
  if (executionId !== undefined) {
    sql.push('session_id IN (SELECT id FROM sessions WHERE execution_id = ?)');
    cells.push(executionId);
  }
  if (!withImported(filter)) {
    sql.push('NOT (session_id >= ? AND session_id < ?)');
    cells.push(importedSessionPrefix, afterImported);
  }
  return { sql, cells };
}

function between(column: string, from: number | undefined, to: number | undefined): Condition {
  return {
    sql: [...(from === undefined ? [] : [`${column} >= ?`]), ...(to === undefined ? [] : [`${column} < ?`])],
    cells: [...(from === undefined ? [] : [from]), ...(to === undefined ? [] : [to])],
  };
}

function select(statements: Statements, sql: string, conditions: readonly Condition[], rest = ''): Row[] {
  const all = conditions.flatMap((condition) => condition.sql);
  return statements.rows(`${sql} ${all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`} ${rest}`, conditions.flatMap(({ cells }) => cells));
}

function sum(expression: string): string {
  return `coalesce(sum(${expression}), 0)`;
}
