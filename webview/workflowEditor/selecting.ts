import type { WorkflowView } from '../../src/model/workflow/view';
import type { Selection } from './slots';

/** What of it is there (still, or already). The same object when all is. */
export function existing(selection: Selection, { nodes, edges, notes }: WorkflowView): Selection {
  const kept: Selection = { nodes: among(selection.nodes, nodes), edges: among(selection.edges, edges), notes: among(selection.notes, notes) };
  return kept.nodes === selection.nodes && kept.edges === selection.edges && kept.notes === selection.notes ? selection : kept;
}

function among(ids: readonly string[], things: readonly { readonly id: string }[]): readonly string[] {
  if (ids.length === 0) return ids;
  const known = new Set(things.map(({ id }) => id));
  return ids.every((id) => known.has(id)) ? ids : ids.filter((id) => known.has(id));
}

/** With some of them selected or no longer. */
export function withChanges(ids: readonly string[], changes: readonly { readonly id: string; readonly selected: boolean }[]): readonly string[] {
  const gone = new Set(changes.filter(({ selected }) => !selected).map(({ id }) => id));
  const added = changes.filter(({ id, selected }) => selected && !ids.includes(id)).map(({ id }) => id);
  return [...ids.filter((id) => !gone.has(id)), ...added];
}

export function countOf({ nodes, edges, notes }: Selection): number {
  return nodes.length + edges.length + notes.length;
}

export function everything({ nodes, notes }: WorkflowView): Selection {
  return { nodes: nodes.map(({ id }) => id), edges: [], notes: notes.map(({ id }) => id) };
}
