import { toUSD } from '../../model/money';
import type { AmpTraceEvent } from '../../model/span';
import { tokensIn, tokensOut } from '../../model/usage';
import { names, operations, providerNames } from '../semconv';
import type { LeavingAttributes } from './leavingAttributes';
import { roleOf } from './spanNames';

/** Bounds that the GenAI conventions advise for the two histograms. */
export const tokenBounds: readonly number[] = Array.from({ length: 14 }, (_, power) => 4 ** power);
export const durationBounds: readonly number[] = Array.from({ length: 14 }, (_, power) => (2 ** power) / 100);

export interface HistogramSeries {
  readonly attributes: LeavingAttributes;
  count: number;
  sum: number;
  min: number;
  max: number;
  /** One more than there are bounds. */
  readonly buckets: number[];
}

export interface CostSeries {
  readonly attributes: LeavingAttributes;
  readonly usd: number;
}

/** Sums since `startMs`, epoch milliseconds: cumulative, since receivers of Prometheus' kind take nothing else. */
export interface MetricsSnapshot {
  readonly startMs: number;
  readonly tokens: readonly HistogramSeries[];
  readonly durations: readonly HistogramSeries[];
  readonly costs: readonly CostSeries[];
}

interface Series {
  readonly attributes: LeavingAttributes;
  readonly input: HistogramSeries;
  readonly output: HistogramSeries;
  readonly duration: HistogramSeries;
  costNano: number;
  hasCost: boolean;
}

/** Models and agents are few; more groups than this are added up as one, as OpenTelemetry's SDKs do. */
const seriesLimit = 500;
const overflow: LeavingAttributes = { 'otel.metric.overflow': true };

/** Adds up model calls as they end. `record` is on the path of the tracer: a look-up and some additions. */
export class UsageMetrics {
  private readonly series = new Map<string, Series>();

  constructor(private readonly startMs: number) {}

  record(span: AmpTraceEvent): void {
    if (span.type !== 'agent' || (span.usage === undefined && span.costNano === undefined && !span.name.endsWith(':chat')) || roleOf(span) !== 'call') return;
    const series = this.seriesOf(span);
    if (span.usage) {
      observe(series.input, tokenBounds, tokensIn(span.usage));
      observe(series.output, tokenBounds, tokensOut(span.usage));
    }
    if (span.tsEnd !== undefined && span.attrs[names.settlement] !== true) observe(series.duration, durationBounds, (span.tsEnd - span.tsStart) / 1000);
    if (span.costNano !== undefined) {
      series.costNano += span.costNano;
      series.hasCost = true;
    }
  }

  /** Undefined while there is nothing to tell. */
  snapshot(): MetricsSnapshot | undefined {
    if (this.series.size === 0) return undefined;
    const all = [...this.series.values()];
    return {
      startMs: this.startMs,
      tokens: all.flatMap(({ input, output }) => [input, output]).filter(({ count }) => count > 0),
      durations: all.map(({ duration }) => duration).filter(({ count }) => count > 0),
      costs: all.filter(({ hasCost }) => hasCost).map(({ attributes, costNano }) => ({ attributes, usd: toUSD(costNano) })),
    };
  }

  private seriesOf({ provider, model, agent, status }: AmpTraceEvent): Series {
    const failed = status === 'error';
    const key = `${provider ?? ''}|${model ?? ''}|${agent ?? ''}|${failed ? 'error' : ''}`;
    const known = this.series.get(key);
    if (known) return known;
    const full = this.series.size >= seriesLimit;
    const attributes: LeavingAttributes = full
      ? overflow
      : {
          [names.operation]: operations.chat,
          [names.provider]: provider === undefined ? 'unknown' : (providerNames[provider] ?? provider),
          ...(model === undefined ? {} : { [names.requestModel]: model }),
          ...(agent === undefined ? {} : { [names.callAgent]: agent }),
        };
    const fresh: Series = {
      attributes,
      input: histogram({ ...attributes, [names.tokenType]: 'input' }, tokenBounds),
      output: histogram({ ...attributes, [names.tokenType]: 'output' }, tokenBounds),
      duration: histogram({ ...attributes, ...(failed ? { [names.errorType]: '_OTHER' } : {}) }, durationBounds),
      costNano: 0,
      hasCost: false,
    };
    const slot = full ? 'overflow' : key;
    const held = this.series.get(slot) ?? fresh;
    this.series.set(slot, held);
    return held;
  }
}

function histogram(attributes: LeavingAttributes, bounds: readonly number[]): HistogramSeries {
  return { attributes, count: 0, sum: 0, min: Infinity, max: -Infinity, buckets: new Array<number>(bounds.length + 1).fill(0) };
}

/** A bucket holds what is above the bound before it, up to and with its own bound. */
function observe(series: HistogramSeries, bounds: readonly number[], value: number): void {
  const found = bounds.findIndex((bound) => value <= bound);
  const bucket = found < 0 ? bounds.length : found;
  series.count++;
  series.sum += value;
  series.min = Math.min(series.min, value);
  series.max = Math.max(series.max, value);
  series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
}
