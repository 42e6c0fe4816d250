import type { NodeType } from '../../src/model/workflow/nodeConfig';
import type { WorkflowOperation } from '../../src/model/workflow/operation';
import type { NodeView, WorkflowView } from '../../src/model/workflow/view';
import { connect, connectProblem } from './connectRules';
import { freePlace, noteSize, placeAfter, snapped, type Point } from './geometry';
import { idTaker } from './newIds';
import { freshConfig, nodeLook } from './nodeLooks';
import { nothingSelected, type Selection } from './slots';

/** A gesture: what it does to the text, its name in the undo list, and what is selected after it. */
export interface Gesture {
  readonly operations: readonly WorkflowOperation[];
  readonly label: string;
  readonly selection: Selection;
}

/** A new node; `after` and `before` connect it with a node that leads to it or that it leads to, `at` says where it goes (else it goes after that node, or to a free place). */
export function addNode(view: WorkflowView, type: NodeType, place: { readonly at?: Point; readonly after?: string; readonly before?: string }): Gesture {
  const { label } = nodeLook(type);
  const taken = view.nodes.map(({ position }) => position);
  const source = view.nodes.find(({ id }) => id === place.after);
  const node: NodeView = {
    id: idTaker(view.nodes.map(({ id }) => id))(type),
    type,
    name: nameFor(label, view),
    config: freshConfig(type),
    position: place.at ? freePlace(place.at, taken) : source ? placeAfter(source.position, taken) : freePlace({ x: 0, y: 0 }, taken),
    raw: {},
  };
  const withNode = { ...view, nodes: [...view.nodes, node] };
  const join = (from: string | undefined, to: string | undefined): readonly WorkflowOperation[] => (from === undefined || to === undefined || connectProblem(withNode, from, to) !== undefined ? [] : connect(withNode, from, to).operations);
  const { raw: _, ...value } = node;
  return { operations: [{ kind: 'add', list: 'nodes', value }, ...join(source?.id, node.id), ...join(node.id, place.before)], label: `Add ${label}`, selection: { ...nothingSelected, nodes: [node.id] } };
}

/** The first step of an empty workflow: a start, an agent and an end, so that it can be run once the agent knows what to do. */
export function firstStep(view: WorkflowView): Gesture {
  const startAt = { x: 0, y: 0 };
  const start = view.nodes.find(({ type }) => type === 'start');
  const began = start ? { operations: [], view, id: start.id } : applied(view, addNode(view, 'start', { at: startAt }));
  const agent = applied(began.view, addNode(began.view, 'amp', { after: began.id }));
  const end = applied(agent.view, addNode(agent.view, 'end', { after: agent.id }));
  return { operations: [...began.operations, ...agent.operations, ...end.operations], label: 'Add the first step', selection: { ...nothingSelected, nodes: [agent.id] } };
}

function applied(view: WorkflowView, gesture: Gesture): { readonly operations: readonly WorkflowOperation[]; readonly view: WorkflowView; readonly id: string } {
  const nodes = gesture.operations.flatMap((operation) => (operation.kind === 'add' && operation.list === 'nodes' ? [{ ...(operation.value as unknown as NodeView), raw: {} }] : []));
  return { operations: gesture.operations, view: { ...view, nodes: [...view.nodes, ...nodes] }, id: nodes[0]?.id ?? '' };
}

export function addNote(view: WorkflowView, at: Point): Gesture {
  const id = idTaker(view.notes.map((note) => note.id))('note');
  return { operations: [{ kind: 'add', list: 'notes', value: { id, text: '', position: snapped(at), size: noteSize } }], label: 'Add note', selection: { ...nothingSelected, notes: [id] } };
}

/** A frame around nodes. */
export function addGroup(view: WorkflowView, nodes: readonly string[]): Gesture {
  const id = idTaker(view.groups.map((group) => group.id))('group');
  return { operations: [{ kind: 'add', list: 'groups', value: { id, name: 'Group', nodes: [...nodes] } }], label: 'Group', selection: { ...nothingSelected, nodes } };
}

/** Undefined when nothing is selected. */
export function removeSelected(view: WorkflowView, selection: Selection): Gesture | undefined {
  const { nodes, edges, notes } = selection;
  const all = nodes.length + edges.length + notes.length;
  if (all === 0) return undefined;
  const gone = new Set(nodes);
  // Edges of a removed node go with it.
  const alone = edges.filter((id) => view.edges.some((edge) => edge.id === id && !gone.has(edge.source) && !gone.has(edge.target)));
  const remove = (list: 'nodes' | 'edges' | 'notes') => (id: string): WorkflowOperation => ({ kind: 'remove', list, id });
  const [only] = all === 1 ? nodes.map((id) => nameOf(view, id)) : [];
  return { operations: [...nodes.map(remove('nodes')), ...alone.map(remove('edges')), ...notes.map(remove('notes'))], label: only === undefined ? 'Delete selected' : `Delete ${only}`.slice(0, 200), selection: nothingSelected };
}

/** Undefined when nothing changes. */
export function renameNode(view: WorkflowView, id: string, name: string): Gesture | undefined {
  const wanted = name.trim().slice(0, 200);
  if (wanted === '' || wanted === nameOf(view, id)) return undefined;
  return { operations: [{ kind: 'set', list: 'nodes', id, path: ['name'], value: wanted }], label: 'Rename', selection: { ...nothingSelected, nodes: [id] } };
}

export function connectNodes(view: WorkflowView, source: string, target: string): Gesture {
  const { id, operations } = connect(view, source, target);
  return { operations, label: `Connect ${nameOf(view, source)} to ${nameOf(view, target)}`.slice(0, 200), selection: { ...nothingSelected, edges: [id] } };
}

/** New places of nodes and notes; those that stay where they are, are left out. Undefined when all do. */
export function moveTo(view: WorkflowView, places: ReadonlyMap<string, Point>, label: string, selection: Selection): Gesture | undefined {
  const moved = (list: 'nodes' | 'notes') => ({ id, position }: { readonly id: string; readonly position: Point }): WorkflowOperation[] => {
    const place = places.get(id);
    return place === undefined || (place.x === position.x && place.y === position.y) ? [] : [{ kind: 'move', list, id, position: { x: place.x, y: place.y } }];
  };
  const notes = view.notes.map((note) => ({ ...note, id: noteKey(note.id) })).flatMap((note) => moved('notes')(note).map((operation) => ({ ...operation, id: note.id.slice(notePrefix.length) }) as WorkflowOperation));
  const operations = [...view.nodes.flatMap(moved('nodes')), ...notes];
  return operations.length === 0 ? undefined : { operations, label, selection };
}

const notePrefix = 'note:';

/** Notes and nodes are drawn in one space, and may have the same ids. */
export function noteKey(id: string): string {
  return notePrefix + id;
}

export function noteOfKey(key: string): string | undefined {
  return key.startsWith(notePrefix) ? key.slice(notePrefix.length) : undefined;
}

export function nameOf(view: WorkflowView, id: string): string {
  const node = view.nodes.find((candidate) => candidate.id === id);
  return node === undefined ? id : node.name === '' ? node.id : node.name;
}

/** What each node is called, by its id. */
export function nodeNames({ nodes }: WorkflowView): ReadonlyMap<string, string> {
  return new Map(nodes.map(({ id, name }) => [id, name === '' ? id : name]));
}

function nameFor(label: string, view: WorkflowView): string {
  const taken = new Set(view.nodes.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? label : `${label} ${number}`;
    if (!taken.has(name)) return name;
  }
}
