import { useMemo, type MouseEvent } from 'react';
import type { EdgeChange, Node, NodeChange } from 'reactflow';
import type { LocalPlace } from './geometry';
import { moveTo, noteOfKey } from './gestures';
import type { PageState } from './pageState';
import { withChanges } from './selecting';
import type { Selection } from './slots';
import type { EditorParts } from './editorParts';

export interface CanvasChanges {
  readonly onNodesChange: (changes: NodeChange[]) => void;
  readonly onEdgesChange: (changes: EdgeChange[]) => void;
  readonly onDragStop: (event: MouseEvent, nodes: readonly Pick<Node, 'id' | 'position'>[]) => void;
}

type ChangeState = (change: (before: PageState) => Partial<PageState>) => void;

/** What the picture reports of the mouse: what is selected, where things are dragged, and where they were let go, which is posted as one edit. */
export function useCanvasChanges(now: () => EditorParts, changeState: ChangeState): CanvasChanges {
  return useMemo(() => {
    return {
      onNodesChange: (changes) => {
        const selected = changes.flatMap((change) => (change.type === 'select' ? [change] : []));
        if (selected.length > 0) changeState((before) => ({ selection: withSelected(before.selection, selected), ...currentOf(selected) }));
        const moved = placesIn(changes, now());
        if (moved.size > 0) now().local.set(moved);
      },
      onEdgesChange: (changes) => {
        const selected = changes.flatMap((change) => (change.type === 'select' ? [change] : []));
        if (selected.length > 0) changeState((before) => ({ selection: { ...before.selection, edges: withChanges(before.selection.edges, selected) } }));
      },
      onDragStop: (_event, nodes) => {
        const { workflow, selection, edit, local, canEdit } = now();
        const places = new Map(nodes.map(({ id, position }) => [id, { x: Math.round(position.x), y: Math.round(position.y) }]));
        const gesture = canEdit ? moveTo(workflow, places, 'Move', selection) : undefined;
        if (!gesture) return local.clear();
        edit(gesture.operations, gesture.label);
        local.settle();
      },
    };
  }, [now, changeState]);
}

function withSelected(selection: Selection, changes: readonly { readonly id: string; readonly selected: boolean }[]): Selection {
  const notes = changes.flatMap(({ id, selected }) => {
    const note = noteOfKey(id);
    return note === undefined ? [] : [{ id: note, selected }];
  });
  return { ...selection, nodes: withChanges(selection.nodes, changes.filter(({ id }) => noteOfKey(id) === undefined)), notes: withChanges(selection.notes, notes) };
}

/** The last node that was selected is the one that keys act on. */
function currentOf(changes: readonly { readonly id: string; readonly selected: boolean }[]): Partial<PageState> {
  const last = changes.findLast(({ id, selected }) => selected && noteOfKey(id) === undefined);
  return last === undefined ? {} : { current: last.id };
}

function placesIn(changes: readonly NodeChange[], { local, workflow }: EditorParts): ReadonlyMap<string, LocalPlace> {
  const places = new Map<string, LocalPlace>();
  for (const change of changes) {
    if (change.type === 'position' && change.position) places.set(change.id, { ...local.places.get(change.id), ...places.get(change.id), ...change.position });
    // Only a note is resized; what the library measures of other nodes is known.
    if (change.type === 'dimensions' && change.resizing === true && change.dimensions) {
      const at = places.get(change.id) ?? local.places.get(change.id) ?? workflow.notes.find(({ id }) => id === noteOfKey(change.id))?.position;
      if (at) places.set(change.id, { x: at.x, y: at.y, ...change.dimensions });
    }
  }
  return places;
}
