import type { GroupView, WorkflowView } from '../../src/model/workflow/view';
import type { Selection } from './slots';

const prefix = 'group:';

/** Groups and nodes are drawn in one space, and may have the same ids. */
export function groupKey(id: string): string {
  return prefix + id;
}

export function groupOfKey(key: string): string | undefined {
  return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
}

/** The group whose nodes, all of them and nothing else, are selected. */
export function selectedGroup({ groups, nodes }: WorkflowView, selection: Selection): GroupView | undefined {
  if (selection.nodes.length === 0 || selection.edges.length + selection.notes.length > 0) return undefined;
  const known = new Set(nodes.map(({ id }) => id));
  const selected = new Set(selection.nodes);
  return groups.find((group) => {
    const there = new Set(group.nodes.filter((id) => known.has(id)));
    return there.size === selected.size && [...there].every((id) => selected.has(id));
  });
}
