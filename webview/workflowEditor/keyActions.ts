import type { Direction } from './walk';

/** What a key asks for, in the graph and in its tree alike. */
export type KeyAction =
  | { readonly kind: 'walk'; readonly direction: Direction; readonly extend: boolean }
  | { readonly kind: 'nudge'; readonly direction: Direction }
  | { readonly kind: 'open' | 'remove' | 'rename' | 'search' | 'selectAll' | 'copy' | 'cut' | 'paste' | 'undo' | 'redo' | 'connect' | 'add' | 'close' | 'first' | 'last' | 'fit' | 'help' | 'edge' | 'note' | 'group' | 'tree' };

interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const directions: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

const plain: Readonly<Record<string, Exclude<KeyAction['kind'], 'walk' | 'nudge'>>> = {
  Enter: 'open',
  Delete: 'remove',
  Backspace: 'remove',
  F2: 'rename',
  '/': 'search',
  Escape: 'close',
  Home: 'first',
  End: 'last',
  c: 'connect',
  a: 'add',
  e: 'edge',
  f: 'fit',
  g: 'group',
  n: 'note',
  t: 'tree',
  '?': 'help',
};

const withControl: Readonly<Record<string, Exclude<KeyAction['kind'], 'walk' | 'nudge'>>> = { a: 'selectAll', c: 'copy', x: 'cut', v: 'paste', z: 'undo', y: 'redo' };

/** Undefined for every key that is not ours: it goes on to VS Code. */
export function actionOfKey({ key, ctrlKey, metaKey, altKey, shiftKey }: Key): KeyAction | undefined {
  const direction = directions[key];
  const control = ctrlKey || metaKey;
  if (direction !== undefined) {
    if (control) return undefined;
    if (altKey) return shiftKey ? undefined : { kind: 'nudge', direction };
    return { kind: 'walk', direction, extend: shiftKey };
  }
  if (altKey) return undefined;
  if (control) {
    const letter = key.toLowerCase();
    if (shiftKey) return letter === 'z' ? { kind: 'redo' } : undefined;
    const kind = withControl[letter];
    return kind === undefined ? undefined : { kind };
  }
  const kind = plain[key];
  return kind === undefined || (shiftKey && key !== '?' && key !== '/') ? undefined : { kind };
}

/** For the list of shortcuts. */
export const shortcuts: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: 'Arrows', does: 'Walk along the edges; with Shift, select as well' },
  { keys: 'Alt+arrows', does: 'Move what is selected' },
  { keys: 'Enter', does: 'Open in the inspector' },
  { keys: 'A', does: 'Add a step after this one' },
  { keys: 'C', does: 'Connect to another step: arrows choose, Enter connects' },
  { keys: 'E', does: 'Go to the edges of this step: up and down choose, left and right go to its ends' },
  { keys: 'N', does: 'Add a note' },
  { keys: 'G', does: 'Group the selected steps, or take their group away' },
  { keys: 'F2', does: 'Rename a step or a group, write a note' },
  { keys: 'Delete', does: 'Delete what is selected' },
  { keys: '/', does: 'Search steps, notes and groups' },
  { keys: 'F', does: 'Show all' },
  { keys: 'T', does: 'Change between the graph and its tree' },
  { keys: 'Ctrl+A, Ctrl+C, Ctrl+X, Ctrl+V', does: 'Select all, copy, cut, paste' },
  { keys: 'Ctrl+Z, Ctrl+Y', does: 'Undo, redo' },
  { keys: 'Escape', does: 'Close, cancel, or go back to the graph' },
];
