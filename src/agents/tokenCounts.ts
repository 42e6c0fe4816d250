import type { NanoDollars } from '../model/money';
import { nanoDollars } from '../model/money';
import type { Usage } from '../model/usage';
import type { JsonObject } from '../base/jsonShape';

/** No conversation has more: a larger number is something else, or a mistake. */
const mostTokens = 1e12;
/** Sums of nano-dollars stay exact below that. */
const mostUSD = 1e6;

/** Counts of tokens by our names for them; a field that is absent or null is left out. Undefined as soon as one is negative, no whole number, or too large to be a count: the others cannot be trusted then. */
export function readCounts<Name extends string>(object: JsonObject, fields: Readonly<Record<Name, string>>): Partial<Record<Name, number>> | undefined {
  const counts: Partial<Record<Name, number>> = {};
  for (const name of Object.keys(fields) as Name[]) {
    const value = object[fields[name]] ?? undefined;
    if (value === undefined) continue;
    if (!isCount(value)) return undefined;
    counts[name] = value;
  }
  return counts;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= mostTokens;
}

/** An amount of US dollars; undefined for what can be none. */
export function readCost(value: unknown): NanoDollars | undefined {
  return typeof value === 'number' && value >= 0 && value <= mostUSD ? nanoDollars(value) : undefined;
}

export interface WholeCounts {
  /** All input, cached tokens included. */
  readonly input: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  /** All output, reasoning included. */
  readonly output: number;
  readonly reasoning?: number | undefined;
}

/** Usage from totals that hold their parts; undefined when a part is larger than its whole. */
export function usageOfWholes({ input, cacheRead = 0, cacheWrite = 0, output, reasoning = 0 }: WholeCounts): Usage | undefined {
  if (cacheRead + cacheWrite > input || reasoning > output) return undefined;
  return {
    input: { text: input - cacheRead - cacheWrite, cacheRead, cacheWrite5m: cacheWrite, cacheWrite1h: 0 },
    output: { text: output - reasoning, reasoning },
  };
}
