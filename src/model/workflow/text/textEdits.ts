import type { WorkflowOperation } from '../operation';
import { renamedIn, textsOfConfig, type TextKind } from './renamedNode';
import { textChanges, type TextEdit } from './textChanges';
import { append, entriesOf, memberOf, memberText, newValue, plain, present, put, remove, textOf, textTree, type TextEntry, type TextValue } from './textTree';

/** An operation that had no effect: `missing`: nothing has that id · `taken`: something has it already · `no-place`: what it would change is something else there. */
export interface SkippedOperation {
  readonly index: number;
  readonly reason: 'missing' | 'taken' | 'no-place';
}

export type EditedWorkflow = { readonly edits: readonly TextEdit[]; readonly skipped: readonly SkippedOperation[] } | { readonly refused: string };

type List = Extract<WorkflowOperation, { readonly kind: 'add' }>['list'];
type Outcome = SkippedOperation['reason'] | undefined;

/**
 * The smallest edits of a workflow's text that do what the operations say, one after the other. Comments, the order of members, indentation, line ends and
 * trailing commas stay. Offsets and lengths are UTF-16 units of the given text; the edits are in its order and do not overlap. A text that is no JSON object is refused.
 */
export function textEditsOf(text: string, operations: readonly WorkflowOperation[]): EditedWorkflow {
  const root = textTree(text);
  if (root?.kind !== 'object') return { refused: root ? 'The file holds no JSON object.' : 'The file is no valid JSON.' };
  const workflow = new EditableWorkflow(root);
  const skipped = operations.flatMap((operation, index): SkippedOperation[] => {
    const reason = workflow.apply(operation);
    return reason === undefined ? [] : [{ index, reason }];
  });
  return { edits: textChanges(text, root), skipped };
}

class EditableWorkflow {
  /** Things by their ids; of two with one id the first. */
  private readonly byId = new Map<List, Map<string, TextEntry>>();

  constructor(private readonly root: TextValue) {}

  apply(operation: WorkflowOperation): Outcome {
    switch (operation.kind) {
      case 'add':
        return this.add(operation.list, operation.value);
      case 'remove':
        return this.remove(operation.list, operation.id);
      case 'set':
        return this.set(operation.list, operation.id, operation.path, operation.value);
      case 'move':
        return this.set(operation.list, operation.id, ['position'], operation.position);
      case 'rename':
        return this.rename(operation.id, operation.to);
      case 'setWorkflow':
        this.byId.clear();
        return setIn(this.root, operation.path, operation.value);
    }
  }

  private add(list: List, value: Readonly<Record<string, unknown>>): Outcome {
    const { id } = value;
    if (typeof id !== 'string') return 'no-place';
    if (this.things(list).has(id)) return 'taken';
    const entry: TextEntry = { value: newValue(value) };
    const listed = memberOf(this.root, list);
    if (!listed) append(this.root, { key: list, value: { kind: 'array', entries: [entry] } });
    else if (listed.value.kind === 'array') append(listed.value, entry);
    else return 'no-place';
    this.things(list).set(id, entry);
    return undefined;
  }

  private remove(list: List, id: string): Outcome {
    const entry = this.things(list).get(id);
    const listed = memberOf(this.root, list)?.value;
    if (!entry || !listed) return 'missing';
    remove(listed, entry);
    this.byId.delete(list);
    if (list !== 'nodes' || this.things('nodes').has(id)) return undefined;
    this.eachEdge((edges, edge) => {
      if (memberText(edge.value, 'source') === id || memberText(edge.value, 'target') === id) remove(edges, edge);
    });
    this.byId.delete('edges');
    this.eachPlace(id, (places, place) => { remove(places, place); });
    return undefined;
  }

  private set(list: List, id: string, path: readonly (string | number)[], value: unknown): Outcome {
    const entry = this.things(list).get(id);
    if (!entry) return 'missing';
    if (path[0] === 'id') this.byId.delete(list);
    return setIn(entry.value, path, value);
  }

  private rename(id: string, to: string): Outcome {
    const node = this.things('nodes').get(id);
    if (!node) return 'missing';
    if (id === to) return undefined;
    if (this.things('nodes').has(to)) return 'taken';
    setIn(node.value, ['id'], to);
    this.byId.delete('nodes');
    this.eachEdge((_edges, { value }) => {
      for (const end of ['source', 'target']) if (memberText(value, end) === id) setIn(value, [end], to);
      this.renameIn(value, ['condition'], 'expression', id, to);
    });
    this.eachPlace(id, (_places, place) => { put(place, newValue(to)); });
    for (const { value } of listed(this.root, 'nodes')) {
      const config = memberOf(value, 'config')?.value;
      for (const { path, kind } of config ? textsOfConfig(memberText(value, 'type') ?? '', plain(config)) : []) this.renameIn(value, ['config', ...path], kind, id, to);
      const assign = memberOf(value, 'assign')?.value;
      if (assign?.kind === 'object') for (const { key } of present(assign)) if (key !== undefined) this.renameIn(value, ['assign', key], 'expression', id, to);
    }
    return undefined;
  }

  private renameIn(of: TextValue, path: readonly (string | number)[], kind: TextKind, from: string, to: string): void {
    const entry = entryAt(of, path);
    const text = textOf(entry?.value);
    if (entry && text !== undefined) put(entry, newValue(renamedIn(text, kind, from, to)));
  }

  private eachEdge(visit: (edges: TextValue, edge: TextEntry) => void): void {
    const edges = memberOf(this.root, 'edges')?.value;
    if (edges?.kind === 'array') for (const edge of present(edges)) visit(edges, edge);
  }

  /** Where groups name a node. */
  private eachPlace(id: string, visit: (places: TextValue, place: TextEntry) => void): void {
    for (const group of listed(this.root, 'groups')) {
      const places = memberOf(group.value, 'nodes')?.value;
      if (places?.kind === 'array') for (const place of present(places)) if (place.value.scalar === id) visit(places, place);
    }
  }

  private things(list: List): Map<string, TextEntry> {
    let things = this.byId.get(list);
    if (!things) {
      things = new Map();
      for (const entry of listed(this.root, list)) {
        const id = memberText(entry.value, 'id');
        if (id !== undefined && !things.has(id)) things.set(id, entry);
      }
      this.byId.set(list, things);
    }
    return things;
  }
}

function listed(root: TextValue, list: List): TextEntry[] {
  const value = memberOf(root, list)?.value;
  return value?.kind === 'array' ? present(value) : [];
}

function entryAt(of: TextValue, [step, ...rest]: readonly (string | number)[]): TextEntry | undefined {
  const entry = typeof step === 'number' ? (of.kind === 'array' ? present(of)[step] : undefined) : step === undefined ? undefined : memberOf(of, step);
  return rest.length === 0 || !entry ? entry : entryAt(entry.value, rest);
}

/** Sets, or with no value removes, what is at a path; objects on the way to it are made. */
function setIn(of: TextValue, [step, ...rest]: readonly (string | number)[], value: unknown): Outcome {
  if (step === undefined || of.kind !== (typeof step === 'number' ? 'array' : 'object')) return 'no-place';
  const entry = entryAt(of, [step]);
  if (rest.length > 0 && entry) return setIn(entry.value, rest, value);
  if (value === undefined) {
    // Of two members with one name both go, or the other one would come to light.
    if (typeof step === 'string') for (const member of entriesOf(of).filter(({ key, removed }) => key === step && removed !== true)) remove(of, member);
    else if (entry) remove(of, entry);
    return undefined;
  }
  if (entry) {
    put(entry, newValue(value));
    return undefined;
  }
  if (typeof step === 'number' && step !== present(of).length) return 'no-place';
  const made: TextEntry = { ...(typeof step === 'string' ? { key: step } : {}), value: rest.length > 0 ? { kind: 'object', entries: [] } : newValue(value) };
  if (rest.length > 0) {
    const outcome = setIn(made.value, rest, value);
    if (outcome !== undefined) return outcome;
  }
  append(of, made);
  return undefined;
}
