/**
 * What model calls cost, reckoned a second time: slowly, from prices copied by hand off the providers' pages, in whole units of 1e-15 USD.
 * Uses nothing of src but the shape of usage, so that it is wrong in other ways than what it checks.
 */
import type { Usage } from '../../src/model/usage';

interface Prices {
  readonly input: string;
  readonly cacheRead?: string;
  readonly write5m?: string;
  readonly write1h?: string;
  readonly output: string;
}

interface Model extends Prices {
  /** In force for the whole request when its input, cached tokens included, is above `from`. */
  readonly long?: Prices & { readonly above: number };
}

/** USD per million tokens. */
const table: Readonly<Record<string, Model>> = {
  // https://platform.claude.com/docs/en/about-claude/pricing
  'claude-opus-5-5': { input: '4', cacheRead: '0.20', write5m: '5', write1h: '8', output: '20' },
  'claude-haiku-4-5': { input: '1', cacheRead: '0.10', write5m: '1.25', write1h: '2', output: '5' },
  'claude-sonnet-4-5': {
    input: '3', cacheRead: '0.30', write5m: '3.75', write1h: '6', output: '15',
    long: { above: 200_000, input: '6', cacheRead: '0.60', write5m: '7.50', write1h: '12', output: '22.50' },
  },
  // https://openai.com/api/pricing (a write to the cache is billed as input)
  'gpt-5': { input: '1.25', cacheRead: '0.125', output: '10' },
  'gpt-4o': { input: '2.50', cacheRead: '1.25', output: '10' },
  // https://ai.google.dev/gemini-api/docs/pricing
  'gemini-2.5-pro': { input: '1.25', cacheRead: '0.125', output: '10', long: { above: 200_000, input: '2.50', cacheRead: '0.25', output: '15' } },
};

export const oracleModels = Object.keys(table);

/** Nano-dollars of one call, rounded half up. `eighths` scales it: 8 is the standard price, 4 is half. */
export function oracleCost(model: string, { input, output }: Usage, { eighths = 8 }: { eighths?: number } = {}): number {
  const entry = table[model];
  if (!entry) throw new Error(`the oracle does not know ${model}`);
  const everything = input.text + input.cacheRead + input.cacheWrite5m + input.cacheWrite1h;
  const prices: Prices = entry.long && everything > entry.long.above ? entry.long : entry;
  const write5m = prices.write5m ?? prices.input;
  const bill: readonly (readonly [number, string])[] = [
    [input.text, prices.input],
    [input.cacheRead, prices.cacheRead ?? prices.input],
    [input.cacheWrite5m, write5m],
    [input.cacheWrite1h, prices.write1h ?? write5m],
    [output.text + output.reasoning, prices.output],
  ];
  let sum = 0n;
  for (const [tokens, usd] of bill) sum += BigInt(tokens) * nanoPerMillion(usd);
  const eighthsOfMillionths = sum * BigInt(eighths);
  const whole = eighthsOfMillionths / 8_000_000n;
  return Number(eighthsOfMillionths % 8_000_000n >= 4_000_000n ? whole + 1n : whole);
}

function nanoPerMillion(usd: string): bigint {
  const [dollars = '0', fraction = ''] = usd.split('.');
  return BigInt(dollars + fraction.padEnd(9, '0'));
}
