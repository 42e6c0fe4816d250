export interface SortOrder {
  readonly column: string;
  readonly descending: boolean;
}

/** What a row is sorted by; undefined (nobody knows) comes last whichever way. */
export type SortValue = string | number | undefined;

export function sorted<T>(rows: readonly T[], valueOf: (row: T) => SortValue, descending: boolean): readonly T[] {
  return rows
    .map((row, index) => ({ row, index, value: valueOf(row) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined) return Number(a.value === undefined) - Number(b.value === undefined) || a.index - b.index;
      return compare(a.value, b.value) * (descending ? -1 : 1) || a.index - b.index;
    })
    .map(({ row }) => row);
}

/** A click on a column's head: figures begin with the largest, texts with A. */
export function nextSort(current: SortOrder | undefined, column: string, numeric: boolean): SortOrder {
  return current?.column === column ? { column, descending: !current.descending } : { column, descending: numeric };
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true, sensitivity: 'base' });
}
