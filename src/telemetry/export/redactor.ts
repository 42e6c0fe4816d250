import type { Redactor } from '../redaction';

/** What exporting needs of redaction: texts are cleaned, and its own secrets, the values of its headers, made known. */
export type ExportRedactor = Pick<Redactor, 'redact' | 'addSecret'>;

const longestText = 16_384;

/** A text as it may leave: without secrets, bounded, and valid Unicode. Cut only after the redaction, which would not know half of a secret. */
export function leavingText(text: string, redactor: ExportRedactor): string {
  return validText(redactor.redact(text));
}

/** Bounded, and without halves of surrogate pairs, as cut output has them: they would make a JSON body that strict receivers refuse. */
export function validText(text: string): string {
  return text.slice(0, longestText).replace(/\p{Cs}/gu, '\uFFFD');
}
