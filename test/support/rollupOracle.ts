import type { ImportedCall } from '../../src/model/importedCall';
import type { AmpTraceEvent } from '../../src/model/span';
import type { Usage } from '../../src/model/usage';
import { addUsage, noUsage } from '../../src/model/usage';
import type { CallTotals, LatencyRow, OutcomeRow, UsageDimension, UsageRow } from '../../src/model/usageRow';
import { latencyBase } from '../../src/model/usageRow';
import type { Period } from '../../src/storage/store';

const hourMs = 3_600_000;

interface Counted {
  readonly ts: number;
  readonly sessionId: string;
  readonly agent: string;
  readonly provider: string;
  readonly model: string;
  readonly imported: boolean;
  readonly totals: CallTotals;
}

/** What the roll-ups have to say, added up from the rows themselves one by one. */
export class RollupOracle {
  constructor(
    private readonly spans: readonly AmpTraceEvent[],
    private readonly calls: readonly ImportedCall[] = [],
  ) {}

  totals(filter: Period & { readonly sessionId?: string }): CallTotals {
    return sum(this.counted(filter, ({ ts }) => isWithin(ts, filter)));
  }

  usage(filter: Period & { readonly sessionId?: string }, by: readonly UsageDimension[]): UsageRow[] {
    const groups = new Map<string, { readonly labels: Partial<UsageRow>; readonly rows: Counted[] }>();
    for (const row of this.counted(filter, ({ ts }) => isWithin(ts, filter))) {
      const labels = {
        ...(by.includes('hour') && { hour: hourOf(row.ts) * hourMs }),
        ...(by.includes('session') && { sessionId: row.sessionId }),
        ...(by.includes('agent') && { agent: row.agent }),
        ...(by.includes('provider') && { provider: row.provider }),
        ...(by.includes('model') && { model: row.model }),
      };
      const key = JSON.stringify(labels);
      const group = groups.get(key) ?? { labels, rows: new Array<Counted>() };
      groups.set(key, group);
      group.rows.push(row);
    }
    return sorted([...groups.values()].map(({ labels, rows }) => ({ ...labels, ...sum(rows) })));
  }

  latencies(period: Period): LatencyRow[] {
    const counts = new Map<string, Map<number, number>>();
    for (const span of this.spans) {
      if (!isCall(span) || isSettlement(span) || span.status !== 'success' || !touches(span.tsStart, period)) continue;
      const { provider = 'unknown', model = 'unknown', tsEnd, firstTokenMs } = span;
      const add = (kind: string, ms: number | undefined): void => {
        if (ms === undefined) return;
        const key = JSON.stringify({ provider, model, kind });
        const histogram = counts.get(key) ?? new Map<number, number>();
        const bucket = ms < 1 ? 0 : Math.floor(Math.log(ms) / Math.log(latencyBase));
        counts.set(key, histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1));
      };
      add('duration', tsEnd === undefined ? undefined : tsEnd - span.tsStart);
      add('firstToken', firstTokenMs);
    }
    return sorted([...counts].map(([key, buckets]) => ({ ...(JSON.parse(key) as LatencyRow), buckets: [...buckets].sort(([a], [b]) => a - b).map(([bucket, count]) => ({ bucket, count })) })));
  }

  outcomes(period: Period): OutcomeRow[] {
    const rows = new Map<string, OutcomeRow>();
    for (const { type, name, status, parentId, tsStart } of this.spans) {
      if ((type !== 'eval' && !(type === 'workflow' && parentId === undefined)) || (status !== 'success' && status !== 'error') || !touches(tsStart, period)) continue;
      const { succeeded, failed } = rows.get(type + name) ?? { succeeded: 0, failed: 0 };
      rows.set(type + name, { kind: type, name, succeeded: succeeded + Number(status === 'success'), failed: failed + Number(status === 'error') });
    }
    return sorted([...rows.values()]);
  }

  private counted({ imported = false, sessionId }: Period & { readonly sessionId?: string }, within: (row: Counted) => boolean): Counted[] {
    const spans = this.spans.filter(isCall).map((span): Counted => {
      const settlement = isSettlement(span);
      return {
        ts: span.tsStart, sessionId: span.sessionId, agent: span.agent ?? 'unknown', provider: span.provider ?? 'unknown', model: span.model ?? 'unknown', imported: false,
        totals: { calls: settlement ? 0 : 1, errors: !settlement && span.status === 'error' ? 1 : 0, ...money(span) },
      };
    });
    const calls = this.calls.map((call): Counted => ({ ts: call.ts, sessionId: call.sessionId, agent: call.agent, provider: call.provider, model: call.model ?? 'unknown', imported: true, totals: { calls: 1, errors: 0, ...money(call) } }));
    return [...spans, ...calls].filter((row) => (sessionId === undefined ? imported || !row.imported : row.sessionId === sessionId) && within(row));
  }
}

export function sorted<T>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => (JSON.stringify(canonical(a)) < JSON.stringify(canonical(b)) ? -1 : 1));
}

function canonical(value: unknown): unknown {
  return Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1));
}

function money({ usage, costNano, costBasis }: { readonly usage?: Usage; readonly costNano?: number; readonly costBasis?: string }): Omit<CallTotals, 'calls' | 'errors'> {
  const unknown = costBasis === 'unknown' || (costBasis !== undefined && costNano === undefined);
  return { usage: usage ?? noUsage, costNano: costNano ?? 0, unknownCosts: Number(unknown), approximateCosts: Number(costBasis === 'approximate') };
}

function sum(rows: readonly Counted[]): CallTotals {
  const zero: CallTotals = { calls: 0, errors: 0, usage: noUsage, costNano: 0, unknownCosts: 0, approximateCosts: 0 };
  return rows.reduce(
    (total, { totals }) => ({
      calls: total.calls + totals.calls,
      errors: total.errors + totals.errors,
      usage: addUsage(total.usage, totals.usage),
      costNano: total.costNano + totals.costNano,
      unknownCosts: total.unknownCosts + totals.unknownCosts,
      approximateCosts: total.approximateCosts + totals.approximateCosts,
    }),
    zero,
  );
}

function isCall({ provider, usage, costNano, costBasis }: AmpTraceEvent): boolean {
  return provider !== undefined || usage !== undefined || costNano !== undefined || costBasis !== undefined;
}

function isSettlement({ name }: AmpTraceEvent): boolean {
  return name.endsWith(':run total');
}

function hourOf(ts: number): number {
  return Math.floor(ts / hourMs);
}

function isWithin(ts: number, { fromMs = -Infinity, toMs = Infinity }: Period): boolean {
  return ts >= fromMs && ts < toMs;
}

/** Its hour is one that the period touches. */
function touches(ts: number, { fromMs = -Infinity, toMs = Infinity }: Period): boolean {
  const hour = hourOf(ts);
  return hour >= Math.floor(fromMs / hourMs) && hour < Math.ceil(toMs / hourMs);
}
