/** Readers of JSON that others wrote: each gives what it is asked for or undefined, and never trusts a type. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The objects of a list; what else is in it is left out. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf).filter((entry) => entry !== undefined) : [];
}

/** Text that says something. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Undefined for what is no JSON object. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const titleLength = 120;

/** The first line of a text, cut to what a table can show. */
export function titleOf(value: unknown): string | undefined {
  const line = nameOf(value)?.trim().split('\n', 1)[0]?.trim();
  if (line === undefined || line === '') return undefined;
  return line.length > titleLength ? `${line.slice(0, titleLength - 1)}…` : line;
}
