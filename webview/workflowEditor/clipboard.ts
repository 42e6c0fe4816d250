import { asObject, asObjects, asText, parseObject, type JsonObject } from '../../src/base/jsonShape';
import type { WorkflowOperation } from '../../src/model/workflow/operation';
import { renamedIn, textsOfConfig, type TextKind } from '../../src/model/workflow/text/renamedNode';
import { workflowView, type WorkflowView } from '../../src/model/workflow/view';
import type { Gesture } from './gestures';
import { around, nodeSize, snapped, type Point } from './geometry';
import { idTaker } from './newIds';
import type { Selection } from './slots';

/** Says of a text on the clipboard that it is ours, and in which shape. */
const format = 'ampOrchestrator.workflow/1';

/** The selected nodes with the edges between them, and the selected notes, as text that can be pasted here, in another workflow or into a file. */
export function copyOf(workflow: unknown, view: WorkflowView, { nodes, notes }: Selection): string | undefined {
  const wanted = new Set(nodes);
  const copied = view.nodes.filter(({ id }) => wanted.has(id)).map(({ raw }) => raw);
  const edges = rawList(workflow, 'edges').filter((edge) => wanted.has(asText(edge['source']) ?? '') && wanted.has(asText(edge['target']) ?? ''));
  const copiedNotes = rawList(workflow, 'notes').filter((note) => notes.includes(asText(note['id']) ?? ''));
  if (copied.length + copiedNotes.length === 0) return undefined;
  return JSON.stringify({ format, nodes: copied, edges, ...(copiedNotes.length === 0 ? {} : { notes: copiedNotes }) }, undefined, 2);
}

/** What was copied, or undefined for any other text. */
export function readCopied(text: string): WorkflowView | undefined {
  const value = parseObject(text);
  return value?.['format'] === format ? workflowView(value) : undefined;
}

/**
 * Pastes with new ids wherever one is taken, also where edges and expressions of what is pasted speak of it. A second start is left out, and
 * edges of which an end is missing. Undefined when nothing is left. `at` is the middle of what comes; without it all goes a little beside where it was.
 */
export function pasteCopied(view: WorkflowView, copied: WorkflowView, at: Point | undefined): Gesture | undefined {
  const hasStart = view.nodes.some(({ type }) => type === 'start');
  const nodes = copied.nodes.filter(({ type }) => !hasStart || type !== 'start');
  if (nodes.length + copied.notes.length === 0) return undefined;
  const takeNode = idTaker(view.nodes.map(({ id }) => id));
  const ids = new Map(nodes.map(({ id }) => [id, takeNode(id)]));
  const takeEdge = idTaker(view.edges.map(({ id }) => id));
  const takeNote = idTaker(view.notes.map(({ id }) => id));
  const shift = shiftOf(view, copied, at);
  const place = ({ x, y }: Point): Point => ({ x: x + shift.x, y: y + shift.y });
  const pastedNotes = copied.notes.map((note) => ({ id: takeNote(note.id), text: note.text, position: place(note.position), ...(note.size ? { size: note.size } : {}) }));
  const operations: readonly WorkflowOperation[] = [
    ...nodes.map((node): WorkflowOperation => ({ kind: 'add', list: 'nodes', value: { ...renamedNode(node.raw, ids), id: ids.get(node.id) ?? node.id, position: place(node.position) } })),
    ...copied.edges.flatMap((edge): WorkflowOperation[] => {
      const source = ids.get(edge.source);
      const target = ids.get(edge.target);
      return source === undefined || target === undefined ? [] : [{ kind: 'add', list: 'edges', value: { ...edge, ...(edge.condition === undefined ? {} : { condition: renamedText(edge.condition, 'expression', ids) }), id: takeEdge(edge.id), source, target } }];
    }),
    ...pastedNotes.map((value): WorkflowOperation => ({ kind: 'add', list: 'notes', value })),
  ];
  return { operations, label: 'Paste', selection: { nodes: [...ids.values()], edges: [], notes: pastedNotes.map(({ id }) => id) } };
}

function shiftOf(view: WorkflowView, copied: WorkflowView, at: Point | undefined): Point {
  const box = around([...copied.nodes, ...copied.notes].map(({ position }) => ({ ...position, ...nodeSize })));
  if (at && box) return snapped({ x: at.x - box.x - box.width / 2, y: at.y - box.y - box.height / 2 });
  const isTaken = (shift: number): boolean => copied.nodes.some(({ position }) => view.nodes.some((node) => node.position.x === position.x + shift && node.position.y === position.y + shift));
  let shift = 0;
  while (isTaken(shift)) shift += 32;
  return { x: shift, y: shift };
}

/** A node as it is written, with what its texts say of other nodes by the new ids. */
function renamedNode(raw: JsonObject, ids: ReadonlyMap<string, string>): JsonObject {
  const config = structuredClone(asObject(raw['config']) ?? {});
  for (const { path, kind, text } of textsOfConfig(asText(raw['type']) ?? '', config)) setIn(config, path, renamedText(text, kind, ids));
  const assign = asObject(raw['assign']);
  const renamedAssign = assign && Object.fromEntries(Object.entries(assign).map(([name, text]) => [name, typeof text === 'string' ? renamedText(text, 'expression', ids) : text]));
  return { ...raw, config, ...(renamedAssign ? { assign: renamedAssign } : {}) };
}

function renamedText(text: string, kind: TextKind, ids: ReadonlyMap<string, string>): string {
  // Backwards: what one was renamed to may be what a later one was called.
  return [...ids].reverse().reduce((changed, [from, to]) => (from === to ? changed : renamedIn(changed, kind, from, to)), text);
}

function setIn(target: object, path: readonly (string | number)[], value: unknown): void {
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Readonly<Record<string | number, unknown>>)[key], target);
  (parent as Record<string | number, unknown>)[path.at(-1) ?? ''] = value;
}

function rawList(workflow: unknown, name: string): readonly JsonObject[] {
  return asObjects(asObject(workflow)?.[name]);
}
