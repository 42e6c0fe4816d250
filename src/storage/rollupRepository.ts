import type { LatencyKind, LatencyRow, OutcomeRow, UsageDimension, UsageRow } from '../model/usageRow';
import { usageDimensions } from '../model/usageRow';
import { callTotals } from './callTotalsRow';
import { numberOf, textOf } from './columns';
import type { Row } from './columns';
import { packedBuckets } from './rollupQueries';
import { hourMs } from '../base/localDay';
import type { RollupRepository } from './store';
import type { Ask } from './storeProtocol';

export function rollupRepository(ask: Ask): RollupRepository {
  return {
    totals: async (filter) => callTotals((await ask({ name: 'rollupTotals', filter }))[0] ?? [], 0),
    usage: async (filter, by) => {
      const dimensions = inOrder(by);
      return (await ask({ name: 'usage', filter, by: dimensions })).map((row) => usageRow(row, dimensions, 0));
    },
    usageOfParts: async (parts, filter, by) => {
      const dimensions = inOrder(by);
      const lists = parts.map((): UsageRow[] => []);
      for (const row of await ask({ name: 'usageOfParts', parts, filter, by: dimensions })) lists[numberOf(row[0])]?.push(usageRow(row, dimensions, 1));
      return lists;
    },
    latencies: async (period) => latencyRows(await ask({ name: 'latencies', period })),
    outcomes: async (period) => (await ask({ name: 'outcomes', period })).map(outcomeRow),
  };
}

function inOrder(by: readonly UsageDimension[]): readonly UsageDimension[] {
  return usageDimensions.filter((dimension) => by.includes(dimension));
}

/** Of the cells from `at` on, which are those of `totalColumns`. */
/** The dimensions lie before the totals, from `at` on. Made in one piece: there are thousands of them in a report. */
function usageRow(row: Row, by: readonly UsageDimension[], at: number): UsageRow {
  const made: { -readonly [K in keyof UsageRow]: UsageRow[K] } = callTotals(row, at + by.length);
  for (const [index, dimension] of by.entries()) {
    const cell = row[at + index];
    if (dimension === 'hour') made.hour = numberOf(cell) * hourMs;
    else if (dimension === 'session') made.sessionId = textOf(cell);
    else made[dimension] = textOf(cell);
  }
  return made;
}

/** A model comes once a day and once an hour beside them. */
function latencyRows(rows: readonly Row[]): LatencyRow[] {
  const histograms = new Map<string, { readonly provider: string; readonly model: string; readonly kind: LatencyKind; readonly counts: Map<number, number> }>();
  for (const [provider, model, kind, packed] of rows) {
    const key = JSON.stringify([provider, model, kind]);
    const histogram = histograms.get(key) ?? { provider: textOf(provider), model: textOf(model), kind: kind === 'firstToken' ? 'firstToken' : 'duration', counts: new Map<number, number>() };
    histograms.set(key, histogram);
    for (const number of textOf(packed).split(',').map(Number)) {
      const bucket = number % packedBuckets;
      histogram.counts.set(bucket, (histogram.counts.get(bucket) ?? 0) + (number - bucket) / packedBuckets);
    }
  }
  return [...histograms.values()].map(({ counts, ...rest }) => ({ ...rest, buckets: [...counts].sort(([a], [b]) => a - b).map(([bucket, count]) => ({ bucket, count })) }));
}

function outcomeRow([kind, name, succeeded, failed]: Row): OutcomeRow {
  return { kind: kind === 'workflow' ? 'workflow' : 'eval', name: textOf(name), succeeded: numberOf(succeeded), failed: numberOf(failed) };
}
