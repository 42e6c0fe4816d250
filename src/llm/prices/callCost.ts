import type { NanoDollars } from '../../model/money';
import type { UnitPrices } from '../../model/pricing';
import type { Usage } from '../../model/usage';

const million = 1_000_000;
/** Up to here a sum, and half a million more, are exact as a number. */
const exactUpTo = Number.MAX_SAFE_INTEGER - million;

/**
 * Tokens times unit prices, exact, rounded half up to a nano-dollar once at the end. Undefined for usage that is no count of tokens
 * (negative, no number, 2^53 and above) and for a sum that a number cannot hold exactly.
 */
export function callCost(usage: Usage, units: UnitPrices): NanoDollars | undefined {
  if (!isCountable(usage)) return undefined;
  const { input, output } = usage;
  const sum =
    input.text * units.input.text +
    input.cacheRead * units.input.cacheRead +
    input.cacheWrite5m * units.input.cacheWrite5m +
    input.cacheWrite1h * units.input.cacheWrite1h +
    output.text * units.output.text +
    output.reasoning * units.output.reasoning;
  // Of whole numbers that are not negative: when the sum is that small, so was every step to it, and none was rounded. Numbers take a tenth of the time.
  if (!(sum <= exactUpTo)) return largeCost(usage, units);
  const halfUp = sum + million / 2;
  return (halfUp - (halfUp % million)) / million;
}

function largeCost({ input, output }: Usage, units: UnitPrices): NanoDollars | undefined {
  const sum =
    times(input.text, units.input.text) +
    times(input.cacheRead, units.input.cacheRead) +
    times(input.cacheWrite5m, units.input.cacheWrite5m) +
    times(input.cacheWrite1h, units.input.cacheWrite1h) +
    times(output.text, units.output.text) +
    times(output.reasoning, units.output.reasoning);
  const nano = (sum + BigInt(million / 2)) / BigInt(million);
  return nano > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(nano);
}

export function isCountable({ input, output }: Usage): boolean {
  return isCount(input.text) && isCount(input.cacheRead) && isCount(input.cacheWrite5m) && isCount(input.cacheWrite1h) && isCount(output.text) && isCount(output.reasoning);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function times(tokens: number, nanoPerMillion: number): bigint {
  return BigInt(tokens) * BigInt(nanoPerMillion);
}
