import { expect, it } from 'vitest';
import { parseAmount } from '../../../src/model/amount';

it('reads amounts as people write them, exactly', () => {
  for (const [text, nano] of [['5', 5e9], ['$0.10', 100_000_000], ['1.25 USD', 1_250_000_000], [' 0.000000001 ', 1], ['0', 0], ['1000000', 1e15]] as const) expect(parseAmount(text), text).toBe(nano);
  for (const text of ['', 'five', '-1', '1e3', '1,000', '0.0000000001', '10000000', 'NaN', '5 EUR', '.5', '١']) expect(parseAmount(text), text).toBeUndefined();
});
