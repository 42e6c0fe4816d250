/** What a cell of a row is on its way between the threads and in SQLite. */
export type Cell = string | number | null;
export type Row = readonly Cell[];
/** Bytes go to SQLite only. */
export type Binding = Cell | Uint8Array;

export function textOf(cell: Cell | undefined): string {
  return typeof cell === 'string' ? cell : String(cell ?? '');
}

export function optionalText(cell: Cell | undefined): string | undefined {
  return typeof cell === 'string' ? cell : undefined;
}

export function numberOf(cell: Cell | undefined): number {
  return typeof cell === 'number' ? cell : Number(cell ?? 0);
}

export function optionalNumber(cell: Cell | undefined): number | undefined {
  return typeof cell === 'number' ? cell : undefined;
}

/** SQLite stores UTF-8, which has no lone surrogates; they become U+FFFD. */
export function storable(text: string): string;
export function storable(text: string | undefined): string | null;
export function storable(text: string | undefined): string | null {
  if (text === undefined) return null;
  return (text as WellFormable).toWellFormed();
}

/** Of ES2024: there since Node 20, not in the type library that the project is checked against. */
type WellFormable = string & { toWellFormed(): string };

/** Parses a JSON cell that another program may have written; `fallback` for what is no JSON or of another kind. */
export function jsonOf<T>(cell: Cell | undefined, fits: (value: unknown) => value is T, fallback: T): T {
  try {
    const value: unknown = JSON.parse(textOf(cell));
    return fits(value) ? value : fallback;
  } catch {
    return fallback;
  }
}

export function oneOf<T extends string>(cell: Cell | undefined, known: readonly T[], fallback: T): T {
  return known.find((value) => value === cell) ?? fallback;
}

/** Drops the keys that are undefined, so that optional fields are absent, not present and undefined. */
export function defined<T extends object>(object: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** Inserts or replaces by `key`; `merged` gives the value of a column on conflict as SQL over `excluded` and the table's name. */
export function upsertSql(table: string, columns: readonly string[], merged: Readonly<Record<string, string>> = {}, parameters: Readonly<Record<string, string>> = {}, key = 'id'): string {
  const updates = columns.filter((column) => column !== key).map((column) => `${column} = ${merged[column] ?? `excluded.${column}`}`);
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((column) => parameters[column] ?? '?').join(', ')}) ON CONFLICT (${key}) DO UPDATE SET ${updates.join(', ')}`;
}
