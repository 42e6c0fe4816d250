import { useCallback, useLayoutEffect, useRef } from 'react';
import { copyOf, pasteCopied, readCopied } from './clipboard';
import { connectProblem } from './connectRules';
import type { EditorActions } from './editorActions';
import type { EditorParts } from './editorParts';
import { connectNodes, noteKey, removeSelected, renameNode, type Gesture } from './gestures';
import { keyHandler, type KeyParts } from './keyHandler';
import { readClipboardText } from './readSnapshot';
import { countOf } from './selecting';
import type { Selection } from './slots';

/** The newest of what changes with each drawing, for actions that are made once. */
export function useLatest<T>(value: T): () => T {
  const latest = useRef(value);
  useLayoutEffect(() => {
    latest.current = value;
  });
  return useCallback(() => latest.current, []);
}

/** The editor's actions. They see the newest state, and are made only once, so that no part is drawn anew because of them. */
export function createActions(now: () => EditorParts): EditorActions {
  const select = (selection: Selection, current?: string): void => {
    const { change } = now();
    const [only] = selection.nodes.length === 1 ? selection.nodes : [];
    const next = current ?? only;
    change({ selection, ...(next === undefined ? {} : { current: next }) });
    const seen = next !== undefined ? [next] : [...selection.nodes, ...selection.notes.map(noteKey)];
    if (seen.length > 0) now().reveal(seen);
  };
  const perform = (gesture: Gesture | undefined): void => {
    const { canEdit, edit, change, reveal } = now();
    if (gesture === undefined || !canEdit) return;
    edit(gesture.operations, gesture.label);
    const { selection } = gesture;
    const [first] = selection.nodes;
    change({ selection, ...(first === undefined ? {} : { current: first }) });
    if (selection.nodes.length > 0) reveal(selection.nodes);
  };
  const set = (list: 'notes' | 'groups', id: string, name: string, value: unknown, label: string): void => {
    const { canEdit, edit } = now();
    if (canEdit) edit([{ kind: 'set', list, id, path: [name], value }], label);
  };
  const connect = (source: string, target: string): void => {
    const { workflow, say } = now();
    const problem = connectProblem(workflow, source, target);
    if (problem === undefined) perform(connectNodes(workflow, source, target));
    say(problem ?? 'Connected.');
  };
  const copy = (): string | undefined => {
    const { raw, workflow, selection } = now();
    return copyOf(raw, workflow, selection);
  };
  const paste = (text: string): void => {
    const { workflow, say } = now();
    const copied = readCopied(text);
    const gesture = copied && pasteCopied(workflow, copied, undefined);
    if (gesture) perform(gesture);
    else say('The clipboard holds no steps of a workflow.');
  };
  const open = (selection: Selection): void => {
    select(selection);
    now().change({ inspectorOpen: true });
    now().focusInspector(countOf(selection));
  };
  const actions: Omit<EditorActions, 'act'> = {
    perform,
    select,
    open,
    connect,
    copy,
    paste,
    say: (text) => now().say(text),
    startRename: (key) => {
      if (now().canEdit) now().setRenaming(key);
    },
    endRename: (node, name) => {
      now().setRenaming(undefined);
      if (name !== undefined) perform(renameNode(now().workflow, node, name));
      now().focus();
    },
    startNote: (note) => {
      if (now().canEdit) now().setWriting(note);
    },
    endNote: (note, text) => {
      const { workflow, setWriting } = now();
      setWriting(undefined);
      if (text !== undefined && text !== workflow.notes.find(({ id }) => id === note)?.text) set('notes', note, 'text', text, 'Write note');
      now().focus();
    },
    resizeNote: (note, position, size) => {
      const { edit, local, canEdit } = now();
      if (!canEdit) return;
      local.set(new Map([[noteKey(note), { ...position, ...size }]]));
      edit([{ kind: 'move', list: 'notes', id: note, position: rounded(position) }, { kind: 'set', list: 'notes', id: note, path: ['size'], value: { width: Math.round(size.width), height: Math.round(size.height) } }], 'Resize note');
      local.settle();
    },
    renameGroup: (group, name) => {
      now().setRenaming(undefined);
      if (name !== undefined && name.trim() !== now().workflow.groups.find(({ id }) => id === group)?.name) set('groups', group, 'name', name.trim().slice(0, 200), 'Rename group');
      now().focus();
    },
    removeGroup: (group) => {
      if (now().canEdit) now().edit([{ kind: 'remove', list: 'groups', id: group }], 'Remove group');
    },
    openAddMenu: (place) => {
      if (now().canEdit) now().setPopup({ kind: 'add', place });
    },
  };
  const clipboard: Pick<KeyParts, 'copy' | 'cut' | 'paste'> = {
    copy: () => {
      const text = copy();
      if (text !== undefined) now().host.act('writeClipboard', { text });
      return text !== undefined;
    },
    cut: () => {
      const text = copy();
      if (text === undefined || !now().canEdit) return;
      now().host.act('writeClipboard', { text });
      perform(removeSelected(now().workflow, now().selection));
    },
    paste: async () => {
      if (!now().canEdit) return;
      try {
        paste(readClipboardText(await now().host.request('readClipboard', {}, AbortSignal.timeout(pasteWithinMs))));
      } catch {
        now().say('The clipboard could not be read.');
      }
    },
  };
  return { ...actions, act: keyHandler({ now, perform, select, open, connect, openAddMenu: actions.openAddMenu, startRename: actions.startRename, startNote: actions.startNote, removeGroup: actions.removeGroup, ...clipboard }) };
}

const pasteWithinMs = 5_000;

function rounded({ x, y }: { readonly x: number; readonly y: number }): { x: number; y: number } {
  return { x: Math.round(x), y: Math.round(y) };
}
