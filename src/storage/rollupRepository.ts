import type { CallTotals, LatencyKind, LatencyRow, OutcomeRow, UsageDimension, UsageRow } from '../model/usageRow';
import { usageDimensions } from '../model/usageRow';
import { numberOf, textOf } from './columns';
import type { Cell, Row } from './columns';
import { hourMs } from '../base/localDay';
import type { RollupRepository } from './store';
import type { Ask } from './storeProtocol';

export function rollupRepository(ask: Ask): RollupRepository {
  return {
    totals: async (filter) => callTotals((await ask({ name: 'rollupTotals', filter }))[0] ?? []),
    usage: async (filter, by) => {
      const dimensions = usageDimensions.filter((dimension) => by.includes(dimension));
      return (await ask({ name: 'usage', filter, by: dimensions })).map((row) => usageRow(row, dimensions));
    },
    latencies: async (period) => latencyRows(await ask({ name: 'latencies', period })),
    outcomes: async (period) => (await ask({ name: 'outcomes', period })).map(outcomeRow),
  };
}

function callTotals(row: Row): CallTotals {
  const [calls, errors, text, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, costNano, unknownCosts, approximateCosts] = row.map(numberOf);
  return {
    calls: calls ?? 0,
    errors: errors ?? 0,
    usage: {
      input: { text: text ?? 0, cacheRead: cacheRead ?? 0, cacheWrite5m: cacheWrite5m ?? 0, cacheWrite1h: cacheWrite1h ?? 0 },
      output: { text: output ?? 0, reasoning: reasoning ?? 0 },
    },
    costNano: costNano ?? 0,
    unknownCosts: unknownCosts ?? 0,
    approximateCosts: approximateCosts ?? 0,
  };
}

function usageRow(row: Row, by: readonly UsageDimension[]): UsageRow {
  const group: { -readonly [K in 'hour' | 'sessionId' | 'agent' | 'provider' | 'model']?: UsageRow[K] } = {};
  by.forEach((dimension, index) => {
    const cell = row[index];
    if (dimension === 'hour') group.hour = numberOf(cell) * hourMs;
    else if (dimension === 'session') group.sessionId = textOf(cell);
    else group[dimension] = textOf(cell);
  });
  return { ...group, ...callTotals(row.slice(by.length)) };
}

/** A model comes once a day and once an hour beside them. */
function latencyRows(rows: readonly Row[]): LatencyRow[] {
  const histograms = new Map<string, { readonly provider: string; readonly model: string; readonly kind: LatencyKind; readonly counts: Map<number, number> }>();
  for (const [provider, model, kind, buckets, counts] of rows) {
    const key = JSON.stringify([provider, model, kind]);
    const histogram = histograms.get(key) ?? { provider: textOf(provider), model: textOf(model), kind: kind === 'firstToken' ? 'firstToken' : 'duration', counts: new Map<number, number>() };
    histograms.set(key, histogram);
    const added = numbersOf(counts);
    numbersOf(buckets).forEach((bucket, index) => histogram.counts.set(bucket, (histogram.counts.get(bucket) ?? 0) + (added[index] ?? 0)));
  }
  return [...histograms.values()].map(({ counts, ...rest }) => ({ ...rest, buckets: [...counts].sort(([a], [b]) => a - b).map(([bucket, count]) => ({ bucket, count })) }));
}

function numbersOf(list: Cell | undefined): number[] {
  return textOf(list).split(',').map(Number);
}

function outcomeRow([kind, name, succeeded, failed]: Row): OutcomeRow {
  return { kind: kind === 'workflow' ? 'workflow' : 'eval', name: textOf(name), succeeded: numberOf(succeeded), failed: numberOf(failed) };
}
