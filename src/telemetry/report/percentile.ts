import type { Percentiles } from '../../model/costReport';
import { latencyBase, type LatencyRow } from '../../model/usageRow';

type Buckets = LatencyRow['buckets'];

/**
 * The value that so much of all values do not exceed (0 to 1, nearest rank), in milliseconds. It is the geometric middle of its bucket,
 * which no value in the bucket is more than 5 % away from; interpolating would assume how they lie in it and could be off by its whole
 * width. Undefined without values.
 */
export function percentile(buckets: Buckets, part: number): number | undefined {
  const filled = buckets.filter(({ count }) => count > 0).sort((a, b) => a.bucket - b.bucket);
  const total = filled.reduce((sum, { count }) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(part * total));
  let seen = 0;
  for (const { bucket, count } of filled) {
    seen += count;
    if (seen >= rank) return latencyBase ** (bucket + 0.5);
  }
  return undefined;
}

export function percentiles(buckets: Buckets): Percentiles | undefined {
  const p50 = percentile(buckets, 0.5);
  const p95 = percentile(buckets, 0.95);
  if (p50 === undefined || p95 === undefined) return undefined;
  return { p50, p95, count: buckets.reduce((sum, { count }) => sum + count, 0) };
}
