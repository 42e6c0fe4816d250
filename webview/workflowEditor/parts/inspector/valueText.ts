/**
 * A JSON value in a field of one line: texts stand there as they are, everything else as JSON. A text that would be read as JSON is put in quotes,
 * so `parseValueText(valueText(value))` is the value again.
 */
export function valueText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? '';
  return isJson(value) ? JSON.stringify(value) : value;
}

export function parseValueText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
