import type { WorkflowIssue } from '../../src/model/workflow/definition';
import type { WorkflowGraph } from '../../src/model/workflow/graph';
import type { NodeView, NoteView, WorkflowView } from '../../src/model/workflow/view';
import { configSummary } from './configSummary';
import { edgeLabel, edgeWords } from './edgeLabel';
import { around, nodeSize, noteSize, type LocalPlace, type Point } from './geometry';
import { nodeNames, noteKey } from './gestures';
import { groupKey } from './groups';
import type { NodeRun, RunOverlay, Selection } from './slots';

/** What the drawing of a workflow consists of. Each element stays the same object as long as nothing of it changes, so that only what changed is drawn anew. */
export interface StepData {
  readonly type: string;
  readonly name: string;
  readonly summary: string;
  /** What is wrong with it, one line each; empty when nothing is. */
  readonly problems: string;
  readonly severity: 'error' | 'warning' | undefined;
  readonly run: NodeRun | undefined;
  /** The one that keys act on. */
  readonly isCurrent: boolean;
  /** Where an edge that is being connected by keyboard would go. */
  readonly isTarget: boolean;
  readonly isRenaming: boolean;
  readonly isPinned: boolean;
  readonly canEdit: boolean;
}

export interface NoteData {
  readonly text: string;
  readonly canEdit: boolean;
  readonly isEditing: boolean;
}

export interface FrameData {
  readonly name: string;
  readonly isRenaming: boolean;
  readonly nodes: readonly string[];
}

interface Element<Type extends string, Data> {
  readonly id: string;
  readonly type: Type;
  readonly position: Point;
  readonly width: number;
  readonly height: number;
  readonly selected: boolean;
  readonly draggable: boolean;
  readonly selectable: boolean;
  readonly connectable: boolean;
  readonly zIndex: number;
  readonly data: Data;
  readonly style?: { readonly width: number; readonly height: number };
}

export type FlowNode = Element<'step', StepData> | Element<'note', NoteData> | Element<'frame', FrameData>;

export interface FlowEdge {
  readonly id: string;
  readonly type: 'way';
  readonly source: string;
  readonly target: string;
  readonly selected: boolean;
  readonly data: {
    readonly label: string;
    readonly words: string;
    readonly isBack: boolean;
    /** Of several edges between the same two, from 0. */
    readonly lane: number;
    readonly taken: number;
    readonly problems: string;
  };
}

export interface Drawing {
  readonly workflow: WorkflowView;
  readonly graph: WorkflowGraph;
  readonly issues: readonly WorkflowIssue[];
  readonly overlay: RunOverlay;
  readonly selection: Selection;
  readonly current: string | undefined;
  readonly target: string | undefined;
  /** Node, or key of a group. */
  readonly renaming: string | undefined;
  /** Note that is being written. */
  readonly writing: string | undefined;
  readonly canEdit: boolean;
  /** Places that are not in the text yet, by key. */
  readonly places: ReadonlyMap<string, LocalPlace>;
}

/** Frames, then notes and nodes; `before` is what was drawn last. */
export function flowNodes(drawing: Drawing, before: readonly FlowNode[]): readonly FlowNode[] {
  const { workflow, places } = drawing;
  const issues = issuesBy(drawing.issues, ({ node }) => node);
  const selected = new Set(drawing.selection.nodes);
  const selectedNotes = new Set(drawing.selection.notes);
  const placeOf = new Map(workflow.nodes.map(({ id, position }) => [id, places.get(id) ?? position]));
  const frames = workflow.groups.flatMap(({ id, name, nodes }): FlowNode[] => {
    const box = around(nodes.flatMap((node) => (placeOf.has(node) ? [{ ...(placeOf.get(node) ?? { x: 0, y: 0 }), ...nodeSize }] : [])));
    if (!box) return [];
    const size = { width: box.width + 2 * framePad, height: box.height + 2 * framePad + frameHead };
    return [{ id: groupKey(id), type: 'frame', position: { x: box.x - framePad, y: box.y - framePad - frameHead }, ...size, style: size, selected: false, draggable: false, selectable: false, connectable: false, zIndex: -2, data: { name, nodes, isRenaming: drawing.renaming === groupKey(id) } }];
  });
  const notes = workflow.notes.map((note) => noteElement(note, drawing, selectedNotes.has(note.id)));
  const steps = workflow.nodes.map((node) => stepElement(node, drawing, selected.has(node.id), placeOf.get(node.id) ?? node.position, issues.get(node.id) ?? []));
  return unchanged([...frames, ...notes, ...steps], before);
}

/** Draws again and again, each time with the objects of the last time wherever they say the same. */
export function createFlowElements(): { readonly nodes: (drawing: Drawing) => readonly FlowNode[]; readonly edges: (drawing: Drawing) => readonly FlowEdge[] } {
  let nodes: readonly FlowNode[] = [];
  let edges: readonly FlowEdge[] = [];
  return {
    nodes: (drawing) => (nodes = flowNodes(drawing, nodes)),
    edges: (drawing) => (edges = flowEdges(drawing, edges)),
  };
}

const framePad = 24;
const frameHead = 24;

function noteElement({ id, text, position, size = noteSize }: NoteView, { places, canEdit, writing }: Drawing, selected: boolean): FlowNode {
  const key = noteKey(id);
  const place: LocalPlace = places.get(key) ?? position;
  const shown = { width: place.width ?? size.width, height: place.height ?? size.height };
  return { id: key, type: 'note', position: { x: place.x, y: place.y }, ...shown, style: shown, selected, draggable: canEdit, selectable: true, connectable: false, zIndex: -1, data: { text, canEdit, isEditing: writing === id } };
}

function stepElement(node: NodeView, { overlay, current, target, renaming, canEdit }: Drawing, selected: boolean, position: Point, issues: readonly WorkflowIssue[]): FlowNode {
  const { id, type, name, config, raw } = node;
  return {
    id,
    type: 'step',
    position,
    ...nodeSize,
    selected,
    draggable: canEdit,
    selectable: true,
    connectable: canEdit,
    zIndex: 0,
    data: {
      type,
      name: name === '' ? id : name,
      summary: configSummary(type, config),
      problems: issues.map(({ message }) => message).join('\n'),
      severity: issues.some(({ severity }) => severity === 'error') ? 'error' : issues.length > 0 ? 'warning' : undefined,
      run: overlay.nodes.get(id),
      isCurrent: current === id,
      isTarget: target === id,
      isRenaming: renaming === id,
      isPinned: raw['pinned'] !== undefined,
      canEdit,
    },
  };
}

/** Edges between nodes that are there. */
export function flowEdges({ workflow, graph, issues, overlay, selection }: Drawing, before: readonly FlowEdge[]): readonly FlowEdge[] {
  const wrong = issuesBy(issues, ({ edge }) => edge);
  const names = nodeNames(workflow);
  const selected = new Set(selection.edges);
  const lanes = new Map<string, number>();
  const edges = workflow.edges.flatMap((edge): FlowEdge[] => {
    const { id, source, target } = edge;
    if (!graph.edges.has(id)) return [];
    const pair = [source, target].sort().join('\n');
    const lane = lanes.get(pair) ?? 0;
    lanes.set(pair, lane + 1);
    const words = edgeWords(edge);
    return [
      {
        id,
        type: 'way',
        source,
        target,
        selected: selected.has(id),
        data: {
          label: edgeLabel(edge),
          words: `${names.get(source) ?? source} to ${names.get(target) ?? target}${words === '' ? '' : `: ${words}`}`,
          isBack: graph.isBack(id),
          lane,
          taken: overlay.edges.get(id) ?? 0,
          problems: (wrong.get(id) ?? []).map(({ message }) => message).join('\n'),
        },
      },
    ];
  });
  return unchanged(edges, before);
}

function issuesBy(issues: readonly WorkflowIssue[], keyOf: (issue: WorkflowIssue) => string | undefined): ReadonlyMap<string, readonly WorkflowIssue[]> {
  const groups = new Map<string, WorkflowIssue[]>();
  for (const issue of issues) {
    const key = keyOf(issue);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(issue);
    else groups.set(key, [issue]);
  }
  return groups;
}

/** The new list with the old objects wherever they say the same; the old list itself when all do. */
function unchanged<T extends { readonly id: string; readonly data: object }>(now: readonly T[], before: readonly T[]): readonly T[] {
  const known = new Map(before.map((element) => [element.id, element]));
  const kept = now.map((element) => {
    const old = known.get(element.id);
    return old !== undefined && isSame(old, element) ? old : old !== undefined && isSame(old.data, element.data) ? { ...element, data: old.data } : element;
  });
  return kept.length === before.length && kept.every((element, index) => element === before[index]) ? before : kept;
}

/** Compares members, and the members of plain objects and lists in them; a run is compared by identity, since it is kept as long as it says the same. */
function isSame(one: object, other: object): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => {
    const [left, right] = [(one as Readonly<Record<string, unknown>>)[name], (other as Readonly<Record<string, unknown>>)[name]];
    if (left === right) return true;
    return name !== 'run' && typeof left === 'object' && typeof right === 'object' && left !== null && right !== null && isSame(left, right);
  });
}
