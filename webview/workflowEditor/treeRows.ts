import type { WorkflowGraph } from '../../src/model/workflow/graph';
import type { WorkflowView } from '../../src/model/workflow/view';
import { edgeWords } from './edgeLabel';
import { nodeNames, noteKey } from './gestures';
import { groupKey } from './groups';
import { walkingOrder } from './walk';

/** A line of the tree: a node, an edge that leaves the node above, a group or a note. */
export type TreeRow =
  | { readonly kind: 'node'; readonly key: string; readonly node: string; readonly expanded: boolean | undefined; readonly position: number; readonly siblings: number }
  | { readonly kind: 'edge'; readonly key: string; readonly edge: string; readonly source: string; readonly target: string; readonly text: string; readonly isBack: boolean; readonly position: number; readonly siblings: number }
  | { readonly kind: 'group' | 'note'; readonly key: string; readonly id: string; readonly text: string; readonly position: number; readonly siblings: number };

/** All nodes in the order in which they are run, each with its edges; then groups and notes. */
export function treeRows(view: WorkflowView, graph: WorkflowGraph, collapsed: ReadonlySet<string>): readonly TreeRow[] {
  const order = walkingOrder(view, graph);
  const names = nodeNames(view);
  const { groups, notes } = view;
  const siblings = order.length + groups.length + notes.length;
  const steps = order.flatMap((node, index): TreeRow[] => {
    const edges = graph.outgoing(node);
    const expanded = edges.length === 0 ? undefined : !collapsed.has(node);
    const row: TreeRow = { kind: 'node', key: nodeRowKey(node), node, expanded, position: index + 1, siblings };
    if (expanded !== true) return [row];
    return [
      row,
      ...edges.map((edge, place): TreeRow => {
        const words = edgeWords(edge);
        return { kind: 'edge', key: edgeRowKey(edge.id), edge: edge.id, source: node, target: edge.target, text: `${words === '' ? '' : `${words} `}→ ${names.get(edge.target) ?? edge.target}`, isBack: graph.isBack(edge.id), position: place + 1, siblings: edges.length };
      }),
    ];
  });
  const others = [
    ...groups.map(({ id, name, nodes }) => ({ kind: 'group' as const, key: groupKey(id), id, text: `${name === '' ? 'Group' : name}: ${nodes.map((node) => names.get(node) ?? node).join(', ')}` })),
    ...notes.map(({ id, text }) => ({ kind: 'note' as const, key: noteKey(id), id, text: text === '' ? 'Empty note' : text.replace(/\s+/g, ' ') })),
  ];
  return [...steps, ...others.map((row, index): TreeRow => ({ ...row, position: order.length + index + 1, siblings }))];
}

export function nodeRowKey(node: string): string {
  return `node:${node}`;
}

export function edgeRowKey(edge: string): string {
  return `edge:${edge}`;
}

export type TreeMove = { readonly kind: 'row'; readonly key: string } | { readonly kind: 'fold'; readonly node: string; readonly collapsed: boolean };

/** What an arrow, Home or End does in the tree; on an edge, right goes along it to where it leads. Undefined when it does nothing. */
export function moveInTree(rows: readonly TreeRow[], current: string | undefined, key: string): TreeMove | undefined {
  const index = rows.findIndex((row) => row.key === current);
  const row = rows[index];
  const to = (place: number): TreeMove | undefined => {
    const target = rows[Math.min(Math.max(place, 0), rows.length - 1)];
    return target && { kind: 'row', key: target.key };
  };
  switch (key) {
    case 'ArrowDown':
      return to(index + 1);
    case 'ArrowUp':
      return to(index < 0 ? rows.length - 1 : index - 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(rows.length - 1);
    case 'ArrowRight':
      if (row?.kind === 'edge') return { kind: 'row', key: nodeRowKey(row.target) };
      if (row?.kind !== 'node' || row.expanded === undefined) return undefined;
      return row.expanded ? to(index + 1) : { kind: 'fold', node: row.node, collapsed: false };
    case 'ArrowLeft':
      if (row?.kind === 'edge') return { kind: 'row', key: nodeRowKey(row.source) };
      return row?.kind === 'node' && row.expanded ? { kind: 'fold', node: row.node, collapsed: true } : undefined;
    default:
      return undefined;
  }
}
