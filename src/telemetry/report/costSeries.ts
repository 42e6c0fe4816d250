import type { CostBucket, CostCell, CostGroup, CostSeries } from '../../model/costReport';
import type { CallTotals, UsageRow } from '../../model/usageRow';
import { addTotals, allTokens, groupTotals } from '../../model/callTotals';
import { bucketAt } from './costBuckets';
import type { CostNames } from './costNames';

const mostSeries = 6;
const restKey = '\u0000rest';

/** Cost over time of the dearest groups; when there are more than six, the sixth is the rest of them together. */
export function costSeries(rows: readonly UsageRow[], group: CostGroup, buckets: readonly CostBucket[], names: CostNames, importedKeys: ReadonlySet<string>): readonly CostSeries[] {
  const ranked = groupTotals(rows, (row) => names.keyOf(group, row)).map(({ key }) => key);
  const alone = ranked.length <= mostSeries ? ranked : ranked.slice(0, mostSeries - 1);
  const shown = new Map(alone.map((key, index) => [key, index]));
  const sums = Array.from({ length: Math.min(ranked.length, mostSeries) }, () => new Array<CallTotals | undefined>(buckets.length).fill(undefined));
  for (const row of rows) {
    const cells = sums[shown.get(names.keyOf(group, row)) ?? alone.length];
    const at = bucketAt(buckets, row.hour ?? 0);
    if (cells) cells[at] = cells[at] === undefined ? row : addTotals(cells[at], row);
  }
  return sums.map((cells, index) => {
    const key = alone[index];
    const shared = { cells: cells.map(costCell) };
    if (key === undefined) return { key: restKey, label: 'Other', imported: false, rest: ranked.length - alone.length, ...shared };
    const { label, imported } = names.nameOf(group, key);
    return { key, label, imported: imported || importedKeys.has(key), ...shared };
  });
}

function costCell(totals: CallTotals | undefined): CostCell | null {
  if (totals === undefined) return null;
  const { costNano, unknownCosts, approximateCosts } = totals;
  return { costNano, unknownCosts, approximateCosts, tokens: allTokens(totals) };
}
