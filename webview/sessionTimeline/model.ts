import { timelineTree } from '../../src/model/timelineTree';
import type { TimelineSnapshot } from '../../src/protocol/sessionTimeline';
import type { Filter } from './filter';
import type { Node } from './node';

export interface Row {
  readonly node: Node;
  /** Undefined for rows without children. */
  readonly expanded: boolean | undefined;
  /** 1-based, among its siblings that are shown. */
  readonly position: number;
  readonly siblings: number;
  /** Shown only because something below it matches the filter. */
  readonly dimmed: boolean;
}

export interface View {
  readonly collapsed: ReadonlySet<string>;
  readonly filter: Filter | undefined;
}

export function buildTree(snapshot: Pick<TimelineSnapshot, 'spans' | 'iterations'>): readonly Node[] {
  return timelineTree(snapshot.spans, snapshot.iterations);
}

/** The rows to show, top to bottom. A filter opens whatever leads to a match. */
export function timelineRows(tree: readonly Node[], { collapsed, filter }: View): readonly Row[] {
  const leading = filter && leadsToMatch(tree, filter);
  const shown = (nodes: readonly Node[]): readonly Node[] => (leading ? nodes.filter((node) => leading.has(node)) : nodes);
  const rows: Row[] = [];
  const stack: Row[] = [];
  const open = (nodes: readonly Node[]): void => {
    for (let index = nodes.length - 1; index >= 0; index--) {
      const node = nodes[index];
      if (!node) continue;
      const expanded = shown(node.children).length === 0 ? undefined : filter !== undefined || !collapsed.has(node.key);
      stack.push({ node, expanded, position: index + 1, siblings: nodes.length, dimmed: filter !== undefined && !filter.matches(node) });
    }
  };
  open(shown(tree));
  for (let row = stack.pop(); row; row = stack.pop()) {
    rows.push(row);
    if (row.expanded) open(shown(row.node.children));
  }
  return rows;
}

/** Keys of all nodes that can be collapsed. */
export function parentKeys(tree: readonly Node[]): ReadonlySet<string> {
  return new Set(allNodes(tree).flatMap((node) => (node.children.length > 0 ? [node.key] : [])));
}

/** Every node, parents before their children. */
export function allNodes(tree: readonly Node[]): readonly Node[] {
  const nodes: Node[] = [];
  const stack = [...tree];
  for (let node = stack.pop(); node; node = stack.pop()) {
    nodes.push(node);
    for (const child of node.children) stack.push(child);
  }
  return nodes;
}

function leadsToMatch(tree: readonly Node[], filter: Filter): ReadonlySet<Node> {
  const nodes = allNodes(tree);
  const leading = new Set<Node>();
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index];
    if (node && (filter.matches(node) || node.children.some((child) => leading.has(child)))) leading.add(node);
  }
  return leading;
}

export function startOf(node: Node): number {
  return node.kind === 'step' ? node.step.tsStart : node.iteration.tsStart;
}

export function isRunning(node: Node): boolean {
  return node.kind === 'step' ? node.step.status === 'running' : node.iteration.status === 'running';
}

/** Epoch milliseconds; `now` while it runs; undefined when it ended nobody knows when. Never before the start. */
export function endOf(node: Node, now: number): number | undefined {
  const end = (node.kind === 'step' ? node.step.tsEnd : node.iteration.tsEnd) ?? (isRunning(node) ? now : undefined);
  return end === undefined ? undefined : Math.max(end, startOf(node));
}

/** Milliseconds, or undefined when unknown. */
export function durationOf(node: Node, now: number): number | undefined {
  const end = endOf(node, now);
  return end === undefined ? undefined : end - startOf(node);
}
