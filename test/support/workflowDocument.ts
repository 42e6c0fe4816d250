import type { WorkflowOperation } from '../../src/model/workflow/operation';
import { editedText, type TextEdit } from '../../src/model/workflow/text/textChanges';
import { textEditsOf } from '../../src/model/workflow/text/textEdits';
import type { PlainWorkflow } from './workflowTexts';

interface Thing {
  [member: string]: unknown;
  id: string;
}

/** What the operations do to plain data: the small truth that the text is held against. */
export function operated(workflow: PlainWorkflow, operations: readonly WorkflowOperation[]): PlainWorkflow {
  const state = structuredClone(workflow);
  const all = (name: string): Thing[] => (Array.isArray(state[name]) ? (state[name] as Thing[]) : []);
  for (const operation of operations) {
    if (operation.kind === 'add') {
      const id = operation.value['id'];
      if (all(operation.list).some((thing) => thing.id === id)) continue;
      state[operation.list] ??= [];
      all(operation.list).push(structuredClone(operation.value) as Thing);
    } else if (operation.kind === 'remove') {
      const { id } = operation;
      if (!all(operation.list).some((thing) => thing.id === id)) continue;
      state[operation.list] = all(operation.list).filter((thing) => thing.id !== id);
      if (operation.list !== 'nodes') continue;
      if (state['edges']) state['edges'] = all('edges').filter(({ source, target }) => source !== id && target !== id);
      for (const one of all('groups')) if (Array.isArray(one['nodes'])) one['nodes'] = one['nodes'].filter((name) => name !== id);
    } else if (operation.kind === 'rename') {
      const { id, to } = operation;
      const found = all('nodes').find((thing) => thing.id === id);
      if (!found || all('nodes').some((thing) => thing.id === to)) continue;
      found.id = to;
      for (const one of all('edges')) for (const end of ['source', 'target']) if (one[end] === id) one[end] = to;
      for (const one of all('groups')) if (Array.isArray(one['nodes'])) one['nodes'] = one['nodes'].map((name: unknown) => (name === id ? to : name));
    } else if (operation.kind === 'setWorkflow') setPlain(state, operation.path, operation.value);
    else {
      const found = all(operation.list).find((thing) => thing.id === operation.id);
      if (found) setPlain(found, operation.kind === 'move' ? ['position'] : operation.path, operation.kind === 'move' ? operation.position : operation.value);
    }
  }
  return state;
}

function setPlain(of: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): boolean {
  if (step === undefined || typeof of !== 'object' || of === null || Array.isArray(of) !== (typeof step === 'number')) return false;
  const holder = of as Record<string | number, unknown>;
  const has = Object.hasOwn(holder, step);
  if (rest.length > 0 && has) return setPlain(holder[step], rest, value);
  if (value === undefined) {
    if (Array.isArray(of)) of.splice(step as number, has ? 1 : 0);
    else Reflect.deleteProperty(holder, step);
    return true;
  }
  if (Array.isArray(of) && !has && step !== of.length) return false;
  const made: Record<string, unknown> = {};
  if (rest.length > 0 && !setPlain(made, rest, value)) return false;
  Object.defineProperty(holder, step, { value: rest.length > 0 ? made : structuredClone(value), enumerable: true, writable: true, configurable: true });
  return true;
}

/** A document as an editor keeps it: each list of edits is one step of undo. */
export class TestDocument {
  private readonly undone: (readonly TextEdit[])[] = [];
  private readonly redone: (readonly TextEdit[])[] = [];

  constructor(public text: string) {}

  operate(operations: readonly WorkflowOperation[]): void {
    const result = textEditsOf(this.text, operations);
    if ('refused' in result) throw new Error(result.refused);
    this.undone.push(this.apply(result.edits));
    this.redone.length = 0;
  }

  undo(): boolean {
    const edits = this.undone.pop();
    if (edits) this.redone.push(this.apply(edits));
    return edits !== undefined;
  }

  redo(): void {
    const edits = this.redone.pop();
    if (edits) this.undone.push(this.apply(edits));
  }

  /** Applies edits and gives those that take them back. */
  private apply(edits: readonly TextEdit[]): TextEdit[] {
    let moved = 0;
    const inverse = edits.map(({ offset, length, content }): TextEdit => {
      const back = { offset: offset + moved, length: content.length, content: this.text.slice(offset, offset + length) };
      moved += content.length - length;
      return back;
    });
    this.text = editedText(this.text, edits);
    return inverse;
  }
}
