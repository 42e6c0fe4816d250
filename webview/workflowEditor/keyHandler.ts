import type { EdgeView } from '../../src/model/workflow/view';
import { connectProblem } from './connectRules';
import { edgeSentence, edgesOf, walkFromEdge } from './edgeWalk';
import { addGroup, addNote, moveTo, nameOf, noteKey, removeSelected, type Gesture } from './gestures';
import { grid, nodeSize, type Point } from './geometry';
import { groupKey, selectedGroup } from './groups';
import type { AddMenuPlace } from './editorActions';
import type { KeyAction } from './keyActions';
import { countOf, everything, withChanges } from './selecting';
import { nothingSelected, type Selection } from './slots';
import type { EditorParts } from './editorParts';
import { walk, walkingOrder, type Direction } from './walk';

export interface KeyParts {
  readonly now: () => EditorParts;
  readonly perform: (gesture: Gesture | undefined) => void;
  readonly select: (selection: Selection, current?: string) => void;
  readonly open: (selection: Selection) => void;
  readonly connect: (source: string, target: string) => void;
  readonly openAddMenu: (place: AddMenuPlace) => void;
  readonly startRename: (key: string) => void;
  readonly startNote: (note: string) => void;
  readonly removeGroup: (group: string) => void;
  readonly copy: () => boolean;
  readonly cut: () => void;
  readonly paste: () => Promise<void>;
}

const steps: Readonly<Record<Direction, Point>> = { left: { x: -grid, y: 0 }, right: { x: grid, y: 0 }, up: { x: 0, y: -grid }, down: { x: 0, y: grid } };

/** Does what keys ask for. It answers whether the key meant anything; if not, it belongs to others. */
export function keyHandler(parts: KeyParts): (action: KeyAction) => boolean {
  const { now, perform, select, open } = parts;

  function walkOn(direction: Direction, extend: boolean): void {
    const { workflow, graph, current, selection, connecting, setConnecting, reveal, say } = now();
    const [first] = walkingOrder(workflow, graph);
    if (connecting) {
      const target = walk(workflow, graph, connecting.target, direction);
      if (target === undefined) return;
      setConnecting({ ...connecting, target });
      reveal([target]);
      return say(`To ${nameOf(workflow, target)}.`);
    }
    const onEdge = selection.nodes.length + selection.notes.length === 0 ? workflow.edges.find(({ id }) => id === selection.edges[0]) : undefined;
    if (onEdge) {
      const step = walkFromEdge(workflow, graph, onEdge, current, direction);
      if (step === undefined) return;
      if ('edge' in step) return goToEdge(step.edge);
      return select({ ...nothingSelected, nodes: [step.node] }, step.node);
    }
    const isThere = workflow.nodes.some(({ id }) => id === current);
    const next = current !== undefined && isThere ? walk(workflow, graph, current, direction) : first;
    if (next === undefined) return;
    select(extend ? { ...selection, nodes: withChanges(selection.nodes, [{ id: next, selected: true }]) } : { ...nothingSelected, nodes: [next] }, next);
  }

  function goToEdge(edge: EdgeView): void {
    const { workflow, change, reveal, say } = now();
    change({ selection: { ...nothingSelected, edges: [edge.id] } });
    reveal([edge.source, edge.target]);
    say(edgeSentence(workflow, edge));
  }

  function goToEdges(): boolean {
    const { workflow, graph, current, say } = now();
    if (current === undefined) return false;
    const [first] = edgesOf(workflow, graph, current);
    if (first) goToEdge(first);
    else say(`${nameOf(workflow, current)} has no edges.`);
    return true;
  }

  function note(): boolean {
    const { workflow, current, canEdit, reveal } = now();
    if (!canEdit) return false;
    const beside = workflow.nodes.find(({ id }) => id === current)?.position ?? { x: 0, y: 0 };
    const gesture = addNote(workflow, { x: beside.x, y: beside.y + nodeSize.height + 2 * grid });
    perform(gesture);
    const [added] = gesture.selection.notes;
    if (added !== undefined) {
      parts.startNote(added);
      reveal([noteKey(added)]);
    }
    return true;
  }

  function group(): boolean {
    const { workflow, selection, canEdit, say } = now();
    if (!canEdit) return false;
    const there = selectedGroup(workflow, selection);
    if (there) parts.removeGroup(there.id);
    else if (selection.nodes.length > 0) perform(addGroup(workflow, selection.nodes));
    say(there ? `The group ${there.name} is gone, its steps stay.` : selection.nodes.length > 0 ? 'Grouped. F2 names the group.' : 'Select the steps of the group first: Shift and arrows.');
    return true;
  }

  function rename(): boolean {
    const { workflow, selection, current } = now();
    const { nodes, edges, notes } = selection;
    const there = nodes.length > 1 ? selectedGroup(workflow, selection) : undefined;
    const [onlyNote] = nodes.length + edges.length === 0 && notes.length === 1 ? notes : [];
    const node = nodes.length === 1 ? nodes[0] : current;
    if (there) parts.startRename(groupKey(there.id));
    else if (onlyNote !== undefined) parts.startNote(onlyNote);
    else if (node !== undefined) parts.startRename(node);
    return true;
  }

  function nudge(direction: Direction): void {
    const { workflow, selection, current, local, canEdit } = now();
    const nodes = selection.nodes.length + selection.notes.length > 0 ? selection.nodes : current === undefined ? [] : [current];
    const step = steps[direction];
    const placed = [...workflow.nodes.filter(({ id }) => nodes.includes(id)), ...workflow.notes.filter(({ id }) => selection.notes.includes(id)).map((note) => ({ ...note, id: noteKey(note.id) }))];
    const places = new Map(placed.map(({ id, position }) => {
      const from = local.places.get(id) ?? position;
      return [id, { ...from, x: from.x + step.x, y: from.y + step.y }];
    }));
    const gesture = canEdit ? moveTo(workflow, places, 'Move', selection) : undefined;
    if (!gesture) return;
    local.set(places);
    perform(gesture);
    local.settle();
  }

  function remove(): boolean {
    const { workflow, graph, selection, current, canEdit, change } = now();
    const gesture = removeSelected(workflow, selection);
    if (!gesture || !canEdit) return gesture !== undefined;
    const gone = new Set(selection.nodes);
    const before = current === undefined || !gone.has(current) ? current : graph.incoming(current).map(({ source }) => source).find((source) => !gone.has(source));
    perform(gesture);
    change({ current: before });
    return true;
  }

  function startConnecting(): boolean {
    const { workflow, graph, current, canEdit, setConnecting, reveal, say } = now();
    const source = workflow.nodes.find(({ id }) => id === current);
    if (!source || !canEdit || source.type === 'end') return false;
    const possible = workflow.nodes.filter(({ id }) => id !== source.id && connectProblem(workflow, source.id, id) === undefined).map(({ id }) => id);
    const right = walk(workflow, graph, source.id, 'right');
    // What nothing leads to yet is what most likely is meant.
    const target = possible.find((id) => graph.incoming(id).length === 0) ?? possible.find((id) => id === right) ?? possible[0];
    if (target === undefined) {
      say(`${nameOf(workflow, source.id)} cannot be connected to any other step.`);
      return true;
    }
    setConnecting({ source: source.id, target });
    reveal([target]);
    say(`Connect ${nameOf(workflow, source.id)} to ${nameOf(workflow, target)}: arrows choose another step, Enter connects, Escape cancels.`);
    return true;
  }

  function finish(): boolean {
    const { connecting, setConnecting, selection, current } = now();
    if (connecting) {
      setConnecting(undefined);
      parts.connect(connecting.source, connecting.target);
      return true;
    }
    const opened = countOf(selection) > 0 ? selection : current === undefined ? undefined : { ...nothingSelected, nodes: [current] };
    if (opened) open(opened);
    return opened !== undefined;
  }

  function close(): boolean {
    const { connecting, setConnecting, selection, say } = now();
    if (connecting) {
      setConnecting(undefined);
      say('Not connected.');
      return true;
    }
    if (countOf(selection) === 0) return false;
    now().change({ selection: nothingSelected });
    return true;
  }

  function addHere(): boolean {
    const { current, canEdit } = now();
    if (!canEdit) return false;
    const card = current === undefined ? null : document.getElementById(`step-${current}`);
    const box = card?.getBoundingClientRect();
    parts.openAddMenu({ ...(current === undefined ? {} : { after: current }), client: box ? { x: box.right + 8, y: box.top } : { x: window.innerWidth / 2 - 150, y: 120 } });
    return true;
  }

  return (action) => {
    const { workflow, graph, host, setPopup } = now();
    switch (action.kind) {
      case 'walk':
        walkOn(action.direction, action.extend);
        return true;
      case 'nudge':
        nudge(action.direction);
        return true;
      case 'first':
      case 'last': {
        const id = walkingOrder(workflow, graph).at(action.kind === 'first' ? 0 : -1);
        if (id !== undefined) select({ ...nothingSelected, nodes: [id] }, id);
        return true;
      }
      case 'open':
        return finish();
      case 'close':
        return close();
      case 'remove':
        return remove();
      case 'rename':
        return rename();
      case 'edge':
        return goToEdges();
      case 'note':
        return note();
      case 'group':
        return group();
      case 'tree':
        now().change({ view: now().isTree ? 'graph' : 'tree' });
        return true;
      case 'add':
        return addHere();
      case 'connect':
        return startConnecting();
      case 'search':
      case 'help':
        setPopup({ kind: action.kind });
        return true;
      case 'selectAll':
        now().change({ selection: everything(workflow) });
        return true;
      case 'copy':
        return parts.copy();
      case 'cut':
        parts.cut();
        return true;
      case 'paste':
        void parts.paste();
        return true;
      case 'undo':
      case 'redo':
        host.act(action.kind, {});
        return true;
      case 'fit':
        return false;
    }
  };
}
