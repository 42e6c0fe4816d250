import { addUsage, noUsage, tokensIn, tokensOut, usageBeyond } from './usage';
import type { CallTotals } from './usageRow';

export const noCalls: CallTotals = { calls: 0, errors: 0, usage: noUsage, costNano: 0, unknownCosts: 0, approximateCosts: 0 };

export function addTotals(a: CallTotals, b: CallTotals): CallTotals {
  return {
    calls: a.calls + b.calls,
    errors: a.errors + b.errors,
    usage: addUsage(a.usage, b.usage),
    costNano: a.costNano + b.costNano,
    unknownCosts: a.unknownCosts + b.unknownCosts,
    approximateCosts: a.approximateCosts + b.approximateCosts,
  };
}

/** What `total` holds beyond a part of it. */
export function totalsBeyond(total: CallTotals, part: CallTotals): CallTotals {
  return {
    calls: total.calls - part.calls,
    errors: total.errors - part.errors,
    usage: usageBeyond(total.usage, part.usage),
    costNano: total.costNano - part.costNano,
    unknownCosts: total.unknownCosts - part.unknownCosts,
    approximateCosts: total.approximateCosts - part.approximateCosts,
  };
}

export function sumTotals(all: Iterable<CallTotals>): CallTotals {
  const sum = newSum();
  for (const totals of all) addInto(sum, totals);
  return sum;
}

type Growing<T> = { -readonly [K in keyof T]: T[K] extends number ? T[K] : Growing<T[K]> };

/** A sum that nobody else holds yet, so that thousands of rows can be added without as many objects between. */
function newSum(): Growing<CallTotals> {
  return { ...noCalls, usage: { input: { ...noUsage.input }, output: { ...noUsage.output } } };
}

function addInto(sum: Growing<CallTotals>, { calls, errors, usage, costNano, unknownCosts, approximateCosts }: CallTotals): void {
  sum.calls += calls;
  sum.errors += errors;
  sum.usage.input.text += usage.input.text;
  sum.usage.input.cacheRead += usage.input.cacheRead;
  sum.usage.input.cacheWrite5m += usage.input.cacheWrite5m;
  sum.usage.input.cacheWrite1h += usage.input.cacheWrite1h;
  sum.usage.output.text += usage.output.text;
  sum.usage.output.reasoning += usage.output.reasoning;
  sum.costNano += costNano;
  sum.unknownCosts += unknownCosts;
  sum.approximateCosts += approximateCosts;
}

export function allTokens({ usage }: CallTotals): number {
  return tokensIn(usage) + tokensOut(usage);
}

/** Sums by what `keyOf` says of each; dearest first, then by tokens and key, so that the order is always the same. */
export function groupTotals<T extends CallTotals>(rows: Iterable<T>, keyOf: (row: T) => string): readonly { readonly key: string; readonly totals: CallTotals }[] {
  const sums = new Map<string, Growing<CallTotals>>();
  for (const row of rows) {
    const key = keyOf(row);
    let sum = sums.get(key);
    if (sum === undefined) sums.set(key, (sum = newSum()));
    addInto(sum, row);
  }
  return [...sums]
    .map(([key, totals]) => ({ key, totals }))
    .sort((a, b) => b.totals.costNano - a.totals.costNano || allTokens(b.totals) - allTokens(a.totals) || (a.key < b.key ? -1 : 1));
}
