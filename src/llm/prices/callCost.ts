import type { NanoDollars } from '../../model/money';
import type { UnitPrices } from '../../model/pricing';
import type { Usage } from '../../model/usage';

const million = 1_000_000n;

/**
 * Tokens times unit prices, exact, rounded half up to a nano-dollar once at the end. Undefined for usage that is no count of tokens
 * (negative, no number, 2^53 and above) and for a sum that a number cannot hold exactly.
 */
export function callCost(usage: Usage, units: UnitPrices): NanoDollars | undefined {
  if (!isCountable(usage)) return undefined;
  const { input, output } = usage;
  const sum =
    times(input.text, units.input.text) +
    times(input.cacheRead, units.input.cacheRead) +
    times(input.cacheWrite5m, units.input.cacheWrite5m) +
    times(input.cacheWrite1h, units.input.cacheWrite1h) +
    times(output.text, units.output.text) +
    times(output.reasoning, units.output.reasoning);
  const nano = (sum + million / 2n) / million;
  return nano > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(nano);
}

export function isCountable({ input, output }: Usage): boolean {
  return [input.text, input.cacheRead, input.cacheWrite5m, input.cacheWrite1h, output.text, output.reasoning].every((count) => Number.isSafeInteger(count) && count >= 0);
}

function times(tokens: number, nanoPerMillion: number): bigint {
  return BigInt(tokens) * BigInt(nanoPerMillion);
}
