import type { Row } from './columns';
import type { Statements } from './statements';
import { rollups } from './schema/rollups';
import type { Rollup } from './schema/rollups';
import { clearRollups, expectedGroups, fillRollups } from './schema/rollupTriggers';

/** Inside the caller's transaction: `[wrong groups, spans, imported calls]`, then a row a problem of the file. */
export function checkRollups(statements: Statements, rebuild: boolean): Row[] {
  const problems = statements.rows('PRAGMA quick_check', []).filter(([verdict]) => verdict !== 'ok');
  const wrong = rollups.reduce((sum, rollup) => sum + wrongGroups(statements, rollup), 0);
  if (rebuild) {
    statements.db.run(clearRollups());
    statements.db.run(fillRollups());
  }
  const [counts = []] = statements.rows('SELECT (SELECT count(*) FROM telemetry_events), (SELECT count(*) FROM imported_calls)', []);
  return [[wrong, ...counts], ...problems];
}

function wrongGroups(statements: Statements, rollup: Rollup): number {
  const { table, key } = rollup;
  const actual = `SELECT ${[...key, ...rollup.sums].join(', ')} FROM ${table}`;
  const keys = key.join(', ');
  // A materialised table, so that the rows are read once for both directions.
  const [row] = statements.rows(
    `WITH expected (${[...key, ...rollup.sums].join(', ')}) AS MATERIALIZED (${expectedGroups(rollup)})
     SELECT count(*) FROM (SELECT ${keys} FROM (SELECT * FROM expected EXCEPT ${actual}) UNION SELECT ${keys} FROM (${actual} EXCEPT SELECT * FROM expected))`,
    [],
  );
  return Number(row?.[0]);
}
