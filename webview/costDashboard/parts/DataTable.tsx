import type { ReactElement, ReactNode } from 'react';
import { Fragment } from 'react';
import { Icon } from '../../shared/ui/Icon';
import { nextSort, sorted, type SortOrder, type SortValue } from '../sorting';

export interface Column<T> {
  readonly key: string;
  readonly label: string;
  readonly title?: string;
  readonly numeric?: boolean;
  readonly cell: (row: T) => ReactNode;
  /** The cell's tooltip. */
  readonly cellTitle?: (row: T) => string | undefined;
  /** Without it the column cannot be sorted by. */
  readonly value?: (row: T) => SortValue;
}

interface DataTableProps<T> {
  /** What it is a table of. */
  readonly caption: string;
  /** The first one names the row. */
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly sort?: SortOrder | undefined;
  readonly onSort?: (sort: SortOrder) => void;
  /** At most so many rows, after sorting. */
  readonly limit?: number;
  /** Shown below a row, over its whole width. */
  readonly below?: (row: T) => ReactNode;
  readonly foot?: ReactNode;
}

export function DataTable<T>({ caption, columns, rows, rowKey, sort, onSort, limit = Infinity, below, foot }: DataTableProps<T>): ReactElement {
  const by = columns.find(({ key }) => key === sort?.column)?.value;
  const ordered = sort && by ? sorted(rows, by, sort.descending) : rows;
  return (
    <div className="table-scroll" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered.slice(0, limit).map((row) => {
            const detail = below?.(row);
            return (
              <Fragment key={rowKey(row)}>
                <tr>
                  {columns.map((column, index) => (
                    <Cell key={column.key} column={column} row={row} isName={index === 0} />
                  ))}
                </tr>
                {detail !== undefined && detail !== null && detail !== false && (
                  <tr className="row-below">
                    <td colSpan={columns.length}>{detail}</td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
        {foot !== undefined && <tfoot>{foot}</tfoot>}
      </table>
    </div>
  );
}

function Cell<T>({ column, row, isName }: { readonly column: Column<T>; readonly row: T; readonly isName: boolean }): ReactElement {
  const className = column.numeric ? 'number' : undefined;
  const title = column.cellTitle?.(row);
  return isName ? (
    <th scope="row" className={className} title={title}>
      {column.cell(row)}
    </th>
  ) : (
    <td className={className} title={title}>
      {column.cell(row)}
    </td>
  );
}

interface HeadProps<T> {
  readonly column: Column<T>;
  readonly sort: SortOrder | undefined;
  readonly onSort: ((sort: SortOrder) => void) | undefined;
}

function Head<T>({ column, sort, onSort }: HeadProps<T>): ReactElement {
  const { key, label, title, numeric = false, value } = column;
  const className = numeric ? 'number' : undefined;
  if (onSort === undefined || value === undefined) {
    return (
      <th scope="col" className={className} title={title}>
        {label}
      </th>
    );
  }
  const isSorted = sort?.column === key;
  return (
    <th scope="col" className={className} aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className="sort" title={title ?? `Sort by ${label.toLowerCase()}`} onClick={() => onSort(nextSort(sort, key, numeric))}>
        {label}
        {isSorted && <Icon name={sort.descending ? 'arrow-down' : 'arrow-up'} />}
      </button>
    </th>
  );
}
