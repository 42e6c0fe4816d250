import { asObject, type JsonObject } from '../../../../src/base/jsonShape';
import type { WorkflowOperation } from '../../../../src/model/workflow/operation';

export type Path = readonly string[];

/** What is written at a path; undefined where nothing is. */
export function valueAt(root: JsonObject, path: Path): unknown {
  return path.reduce<unknown>((value, key) => asObject(value)?.[key], root);
}

/**
 * Sets (or without a value removes) a member of a node, an edge or a note. Objects on the way that are not there come with it, and those that would be left
 * empty go with it, other than `config`, which every node has.
 */
export function setMember(list: 'nodes' | 'edges' | 'notes', thing: { readonly id: string; readonly raw: JsonObject }, path: Path, value: unknown): WorkflowOperation {
  const change = value === undefined ? removal(thing.raw, path) : addition(thing.raw, path, value);
  return { kind: 'set', list, id: thing.id, path: [...change.path], ...(change.value === undefined ? {} : { value: change.value }) };
}

/** The same for a member of the workflow itself. */
export function setWorkflowMember(workflow: JsonObject, path: Path, value: unknown): WorkflowOperation {
  const change = value === undefined ? removal(workflow, path) : addition(workflow, path, value);
  return { kind: 'setWorkflow', path: [...change.path], ...(change.value === undefined ? {} : { value: change.value }) };
}

interface Change {
  readonly path: Path;
  readonly value?: unknown;
}

function addition(root: JsonObject, path: Path, value: unknown): Change {
  const missing = path.findIndex((_key, index) => index < path.length - 1 && asObject(valueAt(root, path.slice(0, index + 1))) === undefined);
  if (missing < 0) return { path, value };
  return { path: path.slice(0, missing + 1), value: path.slice(missing + 1).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) };
}

function removal(root: JsonObject, path: Path): Change {
  const parent = path.slice(0, -1);
  const siblings = Object.keys(asObject(valueAt(root, parent)) ?? {}).filter((key) => key !== path.at(-1));
  const goesToo = parent.length > 0 && siblings.length === 0 && !(parent.length === 1 && parent[0] === 'config');
  return goesToo ? removal(root, parent) : { path };
}
