import { OrchestratorError } from '../base/errors';
import { parseAmount } from '../model/amount';
import type { NanoDollars } from '../model/money';

/** @throws OrchestratorError `invalid-argument` */
export function amountOf(text: string, option: string): NanoDollars {
  const nano = parseAmount(text);
  if (nano !== undefined) return nano;
  throw new OrchestratorError('invalid-argument', `${option} is no amount: "${text}".`, 'Give US dollars, like 5 or 0.50.');
}

/** Undefined for `none`. */
export function amountOrNone(text: string, option: string): NanoDollars | undefined {
  return text.trim().toLowerCase() === 'none' ? undefined : amountOf(text, option);
}
