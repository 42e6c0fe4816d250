import type { NanoDollars } from './money';

const amount = /^\$?\s*(\d{1,7})(?:\.(\d{1,9}))?\s*(?:USD)?$/i;

/** An amount of money as a person writes it (`5`, `$0.50`, `1.25 USD`), exactly; undefined for what is none. */
export function parseAmount(text: string): NanoDollars | undefined {
  const match = amount.exec(text.trim());
  if (!match) return undefined;
  const nano = Number((match[1] ?? '') + (match[2] ?? '').padEnd(9, '0'));
  return Number.isSafeInteger(nano) ? nano : undefined;
}
