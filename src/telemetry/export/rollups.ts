import type { AmpTraceEvent } from '../../model/span';
import { toUSD } from '../../model/money';
import { tokensIn, tokensOut } from '../../model/usage';
import { names } from '../semconv';
import type { LeavingAttributes } from './leavingAttributes';

/** What the model calls below a span add up to. */
export interface Rollup {
  calls: number;
  tokensIn: number;
  tokensOut: number;
  costNano: number;
  unknownCosts: number;
}

/** Spans that never end would stay for ever: past this many, the sums that are still open are forgotten. */
const openLimit = 10_000;

/** Sums up model calls for the spans above them, in the order in which spans end: children before their parents. */
export class Rollups {
  private readonly open = new Map<string, Rollup>();

  /** Counts a span that has ended; what is below it, or undefined when that holds no model call. */
  add(span: AmpTraceEvent): Rollup | undefined {
    const below = this.open.get(span.id);
    if (below) this.open.delete(span.id);
    if (span.parentId === undefined) return below;
    const isCall = span.usage !== undefined || span.costNano !== undefined || span.costBasis !== undefined;
    if (!isCall && !below) return undefined;
    const above = this.rollupOf(span.parentId);
    if (below) addTo(above, below);
    if (isCall) {
      addTo(above, {
        calls: span.attrs[names.settlement] === true ? 0 : 1,
        tokensIn: span.usage ? tokensIn(span.usage) : 0,
        tokensOut: span.usage ? tokensOut(span.usage) : 0,
        costNano: span.costNano ?? 0,
        unknownCosts: span.costBasis !== undefined && (span.costBasis === 'unknown' || span.costNano === undefined) ? 1 : 0,
      });
    }
    return below;
  }

  private rollupOf(id: string): Rollup {
    const known = this.open.get(id);
    if (known) return known;
    if (this.open.size >= openLimit) this.open.clear();
    const fresh: Rollup = { calls: 0, tokensIn: 0, tokensOut: 0, costNano: 0, unknownCosts: 0 };
    this.open.set(id, fresh);
    return fresh;
  }
}

export function rollupAttributes(rollup: Rollup): LeavingAttributes {
  return {
    [names.rollupCalls]: rollup.calls,
    [names.rollupInput]: rollup.tokensIn,
    [names.rollupOutput]: rollup.tokensOut,
    // An unknown cost is no cost of zero.
    ...(rollup.costNano === 0 && rollup.unknownCosts > 0 ? {} : { [names.rollupCost]: toUSD(rollup.costNano) }),
    ...(rollup.unknownCosts > 0 ? { [names.rollupUnknown]: rollup.unknownCosts } : {}),
  };
}

function addTo(sum: Rollup, part: Readonly<Rollup>): void {
  sum.calls += part.calls;
  sum.tokensIn += part.tokensIn;
  sum.tokensOut += part.tokensOut;
  sum.costNano += part.costNano;
  sum.unknownCosts += part.unknownCosts;
}
