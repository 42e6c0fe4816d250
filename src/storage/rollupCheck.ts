import { numberOf, textOf } from './columns';
import type { Row } from './columns';
import type { Statements } from './statements';
import { rollups } from './schema/rollups';
import type { Rollup } from './schema/rollups';
import type { StoreCheck } from './store';
import type { Ask } from './storeProtocol';
import { clearRollups, expectedGroups, fillRollups } from './schema/rollupTriggers';

/**
 * Compares everything with everything. Each table is a read of its own: every reader of the file keeps all other processes out, and the
 * whole takes longer than they wait. Triggers change rows and sums at once, so it does not matter when each is compared.
 */
export async function checkStore(ask: Ask): Promise<Omit<StoreCheck, 'rebuilt'>> {
  const problems: string[] = [];
  for (const [table] of await ask({ name: 'tables' })) problems.push(...(await ask({ name: 'checkTable', table: textOf(table) })).map(([problem]) => textOf(problem)));
  let wrongRollups = 0;
  for (const { table } of rollups) wrongRollups += numberOf((await ask({ name: 'checkRollup', table }))[0]?.[0]);
  const [[spans, importedCalls] = []] = await ask({ name: 'rowCounts' });
  return { problems, wrongRollups, spans: numberOf(spans), importedCalls: numberOf(importedCalls) };
}

/** What SQLite finds wrong in a table and its indexes. */
export function tableProblems(statements: Statements, table: string): Row[] {
  return statements.rows(`PRAGMA quick_check('${table.replaceAll("'", "''")}')`, []).filter(([verdict]) => verdict !== 'ok');
}

/** One row with the number of wrong groups. */
export function rollupProblems(statements: Statements, table: string): Row[] {
  const rollup = rollups.find((one) => one.table === table);
  return [[rollup === undefined ? 0 : wrongGroups(statements, rollup)]];
}

/** Inside the caller's transaction; one row with the number of groups that were wrong before. */
export function rebuildRollups(statements: Statements): Row[] {
  const wrong = rollups.reduce((sum, rollup) => sum + wrongGroups(statements, rollup), 0);
  statements.db.run(clearRollups());
  statements.db.run(fillRollups());
  return [[wrong]];
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
