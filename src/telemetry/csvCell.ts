/**
 * A cell of an RFC 4180 table. Spreadsheets run a text as a formula when it begins with one of these characters, also from a quoted cell,
 * so it gets an apostrophe before it (OWASP, "CSV Injection"): names come from people and agents. Numbers are ours and stay as they are,
 * also those that are written as text to keep all their digits.
 */
export function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
