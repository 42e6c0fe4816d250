import { hourMs } from '../../base/localDay';
import { latencyBase } from '../../model/usageRow';

/**
 * The tables that hold sums of rows, and what one row adds to them. The triggers, the first filling, the comparison with the rows and a
 * rebuild are all made of these expressions. They are part of migration 2: once released they never change, a later version makes its own.
 */
export interface Rollup {
  readonly table: string;
  readonly key: readonly string[];
  readonly sums: readonly string[];
  /** SQL that is true for a group that no row adds to any more. */
  readonly empty: string;
  readonly shares: readonly Share[];
}

/** What a row of one table adds, as SQL; `row` is an alias, `NEW` or `OLD`. */
export interface Share {
  readonly source: SourceTable;
  /** Cheap, and true whenever `when` is: what a row that adds nothing is asked first. */
  readonly guard: (row: string) => string;
  readonly when: (row: string) => string;
  readonly key: (row: string) => readonly string[];
  readonly sums: (row: string) => readonly string[];
}

export type SourceTable = 'telemetry_events' | 'imported_calls';

export const tokenColumns = ['tokens_input', 'tokens_cache_read', 'tokens_cache_write_5m', 'tokens_cache_write_1h', 'tokens_output', 'tokens_reasoning'] as const;
/** In the order of `CallTotals`. */
export const totalColumns = ['calls', 'errors', ...tokenColumns, 'cost_nano', 'unknown_costs', 'approximate_costs'] as const;

/** Model calls, and the settlements that complete a run's total; for all other spans the triggers end with this look. */
export function isCall(row: string): string {
  const column = row === '' ? '' : `${row}.`;
  return `(${column}provider IS NOT NULL OR ${column}tokens_input IS NOT NULL OR ${column}cost_nano IS NOT NULL OR ${column}cost_basis IS NOT NULL)`;
}

/** A settlement carries tokens and cost, but is no call. Its name tells it: its attributes would have to be parsed. */
function isNoSettlement(row: string): string {
  return `(substr(${row}.name, -10) <> ':run total')`;
}

export function spanTotals(row: string): string[] {
  return [isNoSettlement(row), `(${row}.status = 'error' AND ${isNoSettlement(row)})`, ...moneyAndTokens(row)];
}

export function importTotals(row: string): string[] {
  return ['1', '0', ...moneyAndTokens(row)];
}

function moneyAndTokens(row: string): string[] {
  return [
    ...[...tokenColumns, 'cost_nano'].map((column) => `coalesce(${row}.${column}, 0)`),
    `(${row}.cost_basis IS NOT NULL AND (${row}.cost_basis = 'unknown' OR ${row}.cost_nano IS NULL))`,
    `coalesce(${row}.cost_basis = 'approximate', 0)`,
  ];
}

function slot(time: string, hours: number): string {
  return `CAST(${time} / ${hours * hourMs} AS INTEGER)`;
}

function caller(row: string): string[] {
  return [`coalesce(${row}.agent, 'unknown')`, ...callee(row)];
}

function callee(row: string): string[] {
  return [`coalesce(${row}.provider, 'unknown')`, `coalesce(${row}.model, 'unknown')`];
}

/** `slotName` is the column that counts `hours` from 1970, `second` what the key has behind it: of a span, and of an imported call. */
function callRollup(table: string, slotName: 'hour' | 'day', hours: number, second: string, ofSpan: (row: string) => string, ofImport: (row: string) => string): Rollup {
  return {
    table,
    key: [slotName, second, 'agent', 'provider', 'model'],
    sums: [...totalColumns, 'row_count'],
    empty: 'row_count = 0',
    shares: [
      { source: 'telemetry_events', guard: isCall, when: isCall, key: (row) => [slot(`${row}.ts_start`, hours), ofSpan(row), ...caller(row)], sums: (row) => [...spanTotals(row), '1'] },
      { source: 'imported_calls', guard: () => '1', when: () => '1', key: (row) => [slot(`${row}.ts`, hours), ofImport(row), ...caller(row)], sums: (row) => [...importTotals(row), '1'] },
    ],
  };
}

function sessionOf(row: string): string {
  return `${row}.session_id`;
}

export const usageRollup = callRollup('usage_rollups', 'hour', 1, 'session_id', sessionOf, sessionOf);

/** The same by day (UTC): a session works for some hours of few days, so a month of sessions has a fifth of the rows, or less. */
export const dailyRollup = callRollup('daily_rollups', 'day', 24, 'session_id', sessionOf, sessionOf);

/** Hours without the sessions: a fifth of the rows where some sessions run at a time, for everything that does not ask for one. */
export const hourlyRollup = callRollup('hourly_rollups', 'hour', 1, 'imported', () => '0', () => '1');

const latencies = [
  { kind: 'duration', ms: (row: string) => `(${row}.ts_end - ${row}.ts_start)` },
  { kind: 'firstToken', ms: (row: string) => `${row}.first_token_ms` },
] as const;

function isTimed(row: string): string {
  return `(${row}.status = 'success' AND ${isCall(row)} AND ${isNoSettlement(row)})`;
}

/** There are no negative durations; a clock that says so is counted as the shortest. */
function bucket(ms: string): string {
  return `CASE WHEN ${ms} >= 1 THEN CAST(ln(${ms}) / ln(${latencyBase}) AS INTEGER) ELSE 0 END`;
}

/** Of each hour and of each day (UTC): a month of hours is 100,000 rows and more, its days are some thousand. */
export const latencyRollup: Rollup = {
  table: 'latency_rollups',
  key: ['hours', 'slot', 'provider', 'model', 'kind', 'bucket'],
  sums: ['count'],
  empty: 'count = 0',
  shares: [1, 24].flatMap((hours) =>
    latencies.map(({ kind, ms }): Share => ({
      source: 'telemetry_events',
      guard: isCall,
      when: (row) => `${isTimed(row)} AND ${ms(row)} IS NOT NULL`,
      key: (row) => [String(hours), slot(`${row}.ts_start`, hours), ...callee(row), `'${kind}'`, bucket(ms(row))],
      sums: () => ['1'],
    })),
  ),
};

/** Of evaluations all, of workflows the root span: its nodes are workflow spans too. By hour and by day, as the latencies. */
export const outcomeRollup: Rollup = {
  table: 'outcome_rollups',
  key: ['hours', 'slot', 'kind', 'name'],
  sums: ['succeeded', 'failed'],
  empty: 'succeeded + failed = 0',
  shares: [1, 24].map((hours): Share => ({
    source: 'telemetry_events',
    guard: (row) => `${row}.type IN ('eval', 'workflow')`,
    when: (row) => `((${row}.type = 'eval' OR (${row}.type = 'workflow' AND ${row}.parent_id IS NULL)) AND ${row}.status IN ('success', 'error'))`,
    key: (row) => [String(hours), slot(`${row}.ts_start`, hours), `${row}.type`, `${row}.name`],
    sums: (row) => [`(${row}.status = 'success')`, `(${row}.status = 'error')`],
  })),
};

export const rollups: readonly Rollup[] = [usageRollup, dailyRollup, hourlyRollup, latencyRollup, outcomeRollup];
