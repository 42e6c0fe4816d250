/** The value of a template where a text is wanted: a text that is one expression gives a value of any kind. Nothing gives an empty text. */
export function templateText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** The same of one that may be left out, and is when it gives nothing. */
export function optionalText(value: unknown): string | undefined {
  return templateText(value).trim() || undefined;
}
