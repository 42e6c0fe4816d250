import { asList, asObject, asText, type JsonObject } from '../../base/jsonShape';
import type { ValueProblem } from '../../base/jsonText';
import type { WorkflowIssue } from '../../model/workflow/definition';

/** Something wrong in a definition, before it has its place in a text. */
export interface DefinitionProblem extends ValueProblem, Pick<WorkflowIssue, 'severity' | 'code'> {
  /** Place inside the text that the value is. */
  readonly inside?: { readonly offset: number; readonly length: number };
}

type Path = ValueProblem['path'];

export function wrong(code: string, path: Path, message: string, at: ValueProblem['at'] = 'value'): DefinitionProblem {
  return { severity: 'error', code, path, at, message };
}

export function doubtful(code: string, path: Path, message: string, at: ValueProblem['at'] = 'value'): DefinitionProblem {
  return { severity: 'warning', code, path, at, message };
}

/** An entry of a list that is an object, whatever is in it. */
export interface Entry {
  readonly index: number;
  readonly raw: JsonObject;
  readonly id?: string;
}

export interface NodeEntry extends Entry {
  readonly type?: string;
  readonly config?: JsonObject;
}

export interface EdgeEntry extends Entry {
  readonly source?: string;
  readonly target?: string;
}

/** The parts of a definition that have the form of one. */
export interface LooseDefinition {
  readonly value: JsonObject;
  readonly nodes: readonly NodeEntry[];
  readonly edges: readonly EdgeEntry[];
}

export function looseDefinition(value: unknown): LooseDefinition {
  const workflow = asObject(value) ?? {};
  return {
    value: workflow,
    nodes: entriesOf(workflow['nodes']).map((entry) => {
      const [type, config] = [asText(entry.raw['type']), asObject(entry.raw['config'])];
      return { ...entry, ...(type === undefined ? {} : { type }), ...(config && { config }) };
    }),
    edges: entriesOf(workflow['edges']).map((entry) => {
      const [source, target] = [asText(entry.raw['source']), asText(entry.raw['target'])];
      return { ...entry, ...(source === undefined ? {} : { source }), ...(target === undefined ? {} : { target }) };
    }),
  };
}

export function entriesOf(list: unknown): readonly Entry[] {
  return asList(list).flatMap((entry, index) => {
    const raw = asObject(entry);
    const id = asText(raw?.['id']);
    return raw ? [{ index, raw, ...(id === undefined ? {} : { id }) }] : [];
  });
}
