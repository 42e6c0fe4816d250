import type { ModelQuality } from '../../model/costReport';
import type { LatencyRow, UsageRow } from '../../model/usageRow';
import { groupTotals } from '../../model/callTotals';
import type { CostNames } from './costNames';
import { percentiles } from './percentile';

/** How well each model answered, dearest first. Rows are grouped by provider and model. */
export function modelQuality(rows: readonly UsageRow[], latencies: readonly LatencyRow[], names: CostNames): readonly ModelQuality[] {
  const keyOf = (row: Pick<UsageRow, 'provider' | 'model'>): string => names.keyOf('model', row as UsageRow);
  const histogram = (key: string, kind: LatencyRow['kind']): LatencyRow['buckets'] => latencies.filter((row) => row.kind === kind && keyOf(row) === key).flatMap(({ buckets }) => buckets);
  return groupTotals(rows, keyOf).map(({ key, totals }) => {
    const { label, detail } = names.nameOf('model', key);
    const duration = percentiles(histogram(key, 'duration'));
    const firstToken = percentiles(histogram(key, 'firstToken'));
    return { key, model: label, provider: detail ?? 'unknown', totals, ...(duration ? { duration } : {}), ...(firstToken ? { firstToken } : {}) };
  });
}
