import type { CostGroup, CostRow, CostTable } from '../../model/costReport';
import type { IterationRun } from '../../model/session';
import type { UsageRow } from '../../model/usageRow';
import { groupTotals, sumTotals } from '../../model/callTotals';
import type { CostNames } from './costNames';

/** A page shows no more; a repository with years of sessions has too many for one table. */
const mostRows = 200;

export interface TableRows {
  /** Grouped by provider and model. */
  readonly byModel: readonly UsageRow[];
  /** Grouped by session and agent. */
  readonly bySession: readonly UsageRow[];
  /** Iterations that started in the period, by session. */
  readonly iterations: ReadonlyMap<string, readonly IterationRun[]>;
}

export function costTables(rows: TableRows, names: CostNames): Readonly<Record<CostGroup, CostTable>> {
  const table = (group: CostGroup): CostTable => costTable(group, group === 'model' ? rows.byModel : rows.bySession, names, rows.iterations);
  return { model: table('model'), session: table('session'), agent: table('agent'), branch: table('branch') };
}

/** The agents or branches of which everything was made outside the product. */
export function importedKeys(group: CostGroup, rows: readonly UsageRow[], names: CostNames): ReadonlySet<string> {
  if (group === 'model' || !rows.some(({ sessionId = '' }) => names.isImported(sessionId))) return new Set();
  const keys = new Set<string>();
  for (const row of rows) if (names.isImported(row.sessionId ?? '')) keys.add(names.keyOf(group, row));
  for (const row of rows) if (!names.isImported(row.sessionId ?? '')) keys.delete(names.keyOf(group, row));
  return keys;
}

function costTable(group: CostGroup, rows: readonly UsageRow[], names: CostNames, iterations: ReadonlyMap<string, readonly IterationRun[]>): CostTable {
  const sums = groupTotals(rows, (row) => names.keyOf(group, row));
  const imported = importedKeys(group, rows, names);
  const rest = sums.slice(mostRows);
  return {
    rows: sums.slice(0, mostRows).map(({ key, totals }): CostRow => {
      const { label, detail, imported: isImported, session } = names.nameOf(group, key);
      const runs = session && iterations.get(session.id);
      return {
        key,
        label,
        imported: isImported || imported.has(key),
        totals,
        ...(detail === undefined ? {} : { detail }),
        ...(session ? { sessionId: session.id, status: session.status, lastMs: session.updatedAt } : {}),
        ...(runs ? { iterations: runs.length } : {}),
      };
    }),
    ...(rest.length === 0 ? {} : { rest: { count: rest.length, totals: sumTotals(rest.map(({ totals }) => totals)) } }),
  };
}
