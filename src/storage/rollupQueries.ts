import { importedSessionPrefix } from '../model/importedCall';
import type { UsageDimension } from '../model/usageRow';
import type { Cell, Row } from './columns';
import type { Statements } from './statements';
import { hourMs, importTotals, isCall, spanTotals, totalColumns } from './schema/rollups';
import type { Period } from './store';

export interface RollupFilter extends Period {
  readonly sessionId?: string;
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

/** Whole hours from the roll-ups, and of the hours that the period cuts the rows themselves: one row of `totalColumns`. */
export function totals(statements: Statements, filter: RollupFilter): Row {
  const { fromMs, toMs } = filter;
  const firstHour = fromMs === undefined ? undefined : Math.ceil(fromMs / hourMs);
  const endHour = toMs === undefined ? undefined : Math.floor(toMs / hourMs);
  const scope = scopeOf(filter);
  const within = firstHour !== undefined && endHour !== undefined && firstHour > endHour;
  const rows = within
    ? rowTotals(statements, filter, scope, fromMs, toMs)
    : [
        ...rowTotals(statements, filter, scope, fromMs, firstHour === undefined ? undefined : firstHour * hourMs),
        ...sums(statements, filter, [], between('hour', firstHour, endHour)),
        ...rowTotals(statements, filter, scope, endHour === undefined ? undefined : endHour * hourMs, toMs),
      ];
  return totalColumns.map((_, index) => rows.reduce((sum, row) => sum + Number(row[index] ?? 0), 0));
}

/** The dimensions in the order asked for, then `totalColumns`. */
export function usage(statements: Statements, filter: RollupFilter, by: readonly UsageDimension[]): Row[] {
  return sums(statements, filter, by, touchedHours('hour', filter));
}

/** From the roll-up without sessions, which has far fewer rows, unless sessions are asked for. */
function sums(statements: Statements, filter: RollupFilter, by: readonly UsageDimension[], hours: Condition): Row[] {
  const columns = by.map((dimension) => dimensionColumns[dimension]);
  const sessions = by.includes('session') || filter.sessionId !== undefined || filter.executionId !== undefined;
  const source = sessions ? { table: 'usage_rollups', scope: scopeOf(filter) } : { table: 'hourly_rollups', scope: { sql: withImported(filter) ? [] : ['imported = 0'], cells: [] } };
  const grouping = columns.length === 0 ? '' : `GROUP BY ${columns.join(', ')}`;
  return select(statements, `SELECT ${[...columns, ...totalColumns.map(sum)].join(', ')} FROM ${source.table}`, [hours, source.scope], grouping);
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

function rowTotals(statements: Statements, filter: RollupFilter, scope: Condition, from: number | undefined, to: number | undefined): Row[] {
  if (from === undefined || to === undefined || from >= to) return [];
  const spans = select(statements, `SELECT ${spanTotals('telemetry_events').map(sum).join(', ')} FROM telemetry_events`, [{ sql: [isCall('')], cells: [] }, between('ts_start', from, to), scope]);
  if (!withImported(filter)) return spans;
  return [...spans, ...select(statements, `SELECT ${importTotals('imported_calls').map(sum).join(', ')} FROM imported_calls`, [between('ts', from, to), scope])];
}

/** A session that is asked for by its name may be an imported one. */
function withImported({ imported, sessionId }: RollupFilter): boolean {
  return imported === true || sessionId?.startsWith(importedSessionPrefix) === true;
}

function scopeOf(filter: RollupFilter): Condition {
  const { sessionId, executionId } = filter;
  const sql: string[] = [];
  const cells: Cell[] = [];
  if (sessionId !== undefined) {
    sql.push('session_id = ?');
    cells.push(sessionId);
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
