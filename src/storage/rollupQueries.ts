import { importedSessionPrefix } from '../model/importedCall';
import type { UsageDimension } from '../model/usageRow';
import type { Cell, Row } from './columns';
import type { Statements } from './statements';
import { hourMs } from '../base/localDay';
import { totalColumns, usageRollup } from './schema/rollups';
import type { Period } from './store';

export interface RollupFilter extends Period {
  readonly sessionId?: string;
  readonly sessionIds?: readonly string[];
  readonly executionId?: string;
}

interface Condition {
  readonly sql: readonly string[];
  readonly cells: readonly Cell[];
}

const dimensionColumns: Readonly<Record<UsageDimension, string>> = { hour: 'hour', session: 'session_id', agent: 'agent', provider: 'provider', model: 'model' };
/** The character after the prefix's last one: all imported sessions, and no other, are from the prefix to below this. */
const afterImported = `${importedSessionPrefix.slice(0, -1)};`;
const hoursPerDay = 24;

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
      ...sums(statements, filter, by, between('hour', firstHour, endHour)),
      ...rowSums(statements, filter, by, endHour === undefined ? undefined : endHour * hourMs, toMs),
    ],
    by.length,
  );
}

/** One row for each beginning of `width` cells, with the sums of the others. */
function merged(rows: readonly Row[], width: number): Row[] {
  const groups = new Map<string, Cell[]>();
  for (const row of rows) {
    const key = width === 0 ? '' : JSON.stringify(row.slice(0, width));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [...row]);
    else for (let index = width; index < row.length; index++) group[index] = Number(group[index] ?? 0) + Number(row[index] ?? 0);
  }
  return [...groups.values()];
}

/** From the roll-up without sessions, which has far fewer rows, unless sessions are asked for. */
function sums(statements: Statements, filter: RollupFilter, by: readonly UsageDimension[], hours: Condition): Row[] {
  const columns = by.map((dimension) => dimensionColumns[dimension]);
  const sessions = by.includes('session') || filter.sessionId !== undefined || filter.sessionIds !== undefined || filter.executionId !== undefined;
  const source = sessions ? { table: 'usage_rollups', scope: scopeOf(filter) } : { table: 'hourly_rollups', scope: { sql: withImported(filter) ? [] : ['imported = 0'], cells: [] } };
  return select(statements, `SELECT ${[...columns, ...totalColumns.map(sum)].join(', ')} FROM ${source.table}`, [hours, source.scope], groupBy(columns));
}

/**
 * Whole days from the sums of days, the other hours one by one: provider, model, kind, buckets and their counts, both as lists. The groups are
 * those of the primary key's beginning: SQLite reads them in order, where a sum by bucket would sort every row.
 */
export function latencies(statements: Statements, period: Period): Row[] {
  const [from, to] = hoursOf(period);
  const firstDay = from === undefined ? undefined : Math.ceil(from / hoursPerDay);
  const endDay = to === undefined ? undefined : Math.floor(to / hoursPerDay);
  const read = (hours: number, first: number | undefined, end: number | undefined): Row[] =>
    select(statements, 'SELECT provider, model, kind, group_concat(bucket), group_concat(count) FROM latency_rollups', [{ sql: ['hours = ?'], cells: [hours] }, between('slot', first, end)], 'GROUP BY slot, provider, model, kind');
  if (firstDay !== undefined && endDay !== undefined && firstDay > endDay) return read(1, from, to);
  return [
    ...(firstDay === undefined ? [] : read(1, from, firstDay * hoursPerDay)),
    ...read(hoursPerDay, firstDay, endDay),
    ...(endDay === undefined ? [] : read(1, endDay * hoursPerDay, to)),
  ];
}

export function outcomes(statements: Statements, period: Period): Row[] {
  return select(statements, 'SELECT kind, name, sum(succeeded), sum(failed) FROM outcome_rollups', [touchedHours('hour', period)], 'GROUP BY 1, 2');
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

function hoursOf({ fromMs, toMs }: Period): readonly [number | undefined, number | undefined] {
  return [fromMs === undefined ? undefined : Math.floor(fromMs / hourMs), toMs === undefined ? undefined : Math.ceil(toMs / hourMs)];
}

function touchedHours(column: string, period: Period): Condition {
  return between(column, ...hoursOf(period));
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
