import type { Row } from '../model';

export type KeyTarget =
  | { readonly kind: 'select'; readonly index: number }
  | { readonly kind: 'collapse'; readonly key: string; readonly collapsed: boolean }
  | { readonly kind: 'open'; readonly key: string }
  | { readonly kind: 'close' };

/** What a key does in the tree, as in VS Code's own trees; undefined for keys that are not ours. */
export function targetOfKey(key: string, rows: readonly Row[], selected: number, page: number): KeyTarget | undefined {
  const row = rows[selected];
  const last = rows.length - 1;
  const to = (index: number): KeyTarget => ({ kind: 'select', index: Math.min(Math.max(index, 0), last) });
  switch (key) {
    case 'ArrowDown':
      return to(selected + 1);
    case 'ArrowUp':
      return to(selected < 0 ? last : selected - 1);
    case 'PageDown':
      return to(selected + page);
    case 'PageUp':
      return to(selected - page);
    case 'Home':
      return to(0);
    case 'End':
      return to(last);
    case 'Escape':
      return { kind: 'close' };
    case 'Enter':
      return row && { kind: 'open', key: row.node.key };
    case 'ArrowLeft':
      if (row?.expanded) return { kind: 'collapse', key: row.node.key, collapsed: true };
      return row && to(parentIndex(rows, selected));
    case 'ArrowRight':
      if (row?.expanded === undefined) return undefined;
      return row.expanded ? to(selected + 1) : { kind: 'collapse', key: row.node.key, collapsed: false };
    case ' ':
      return row?.expanded === undefined ? undefined : { kind: 'collapse', key: row.node.key, collapsed: row.expanded };
    default:
      return undefined;
  }
}

function parentIndex(rows: readonly Row[], index: number): number {
  const depth = rows[index]?.node.depth ?? 0;
  for (let above = index - 1; above >= 0; above--) {
    const row = rows[above];
    if (row && row.node.depth < depth) return above;
  }
  return index;
}
