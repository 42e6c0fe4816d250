import { asList, asName, asNumber, asObject, asObjects, asText, present, type JsonObject } from '../../base/jsonShape';

/** A node as the editor draws it, also when its type is unknown or something of it is missing. */
export interface NodeView {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly config: JsonObject;
  readonly position: { readonly x: number; readonly y: number };
  /** All that is written of it. */
  readonly raw: JsonObject;
}

export interface EdgeView {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly condition?: string;
  readonly outcome?: string;
  readonly otherwise?: boolean;
  readonly maxTraversals?: number;
  readonly label?: string;
}

export interface NoteView {
  readonly id: string;
  readonly text: string;
  readonly position: { readonly x: number; readonly y: number };
  readonly size?: { readonly width: number; readonly height: number };
}

export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly nodes: readonly string[];
}

/** A workflow as it can be drawn, whatever is wrong with it. */
export interface WorkflowView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly budgetUSD?: number;
  readonly variables: Readonly<Record<string, JsonObject>>;
  readonly nodes: readonly NodeView[];
  readonly edges: readonly EdgeView[];
  readonly notes: readonly NoteView[];
  readonly groups: readonly GroupView[];
}

/** Never throws: what is not there, or is something else, is left out or empty. Of two things with one id the first is drawn. */
export function workflowView(value: unknown): WorkflowView {
  const workflow = asObject(value) ?? {};
  return {
    id: asText(workflow['id']) ?? '',
    name: asText(workflow['name']) ?? '',
    description: asText(workflow['description']) ?? '',
    version: asText(workflow['version']) ?? '',
    ...present({ budgetUSD: asNumber(workflow['budgetUSD']) }),
    variables: Object.fromEntries(Object.entries(asObject(workflow['variables']) ?? {}).flatMap(([name, variable]) => {
      const shape = asObject(variable);
      return shape ? [[name, shape] as const] : [];
    })),
    nodes: named(workflow['nodes']).map(({ id, raw }): NodeView => ({ id, type: asText(raw['type']) ?? '', name: asText(raw['name']) ?? '', config: asObject(raw['config']) ?? {}, position: positionOf(raw), raw })),
    edges: named(workflow['edges']).map(({ id, raw }): EdgeView => ({
      id,
      source: asText(raw['source']) ?? '',
      target: asText(raw['target']) ?? '',
      ...present({ condition: asName(raw['condition']), outcome: asName(raw['outcome']), otherwise: raw['otherwise'] === true ? true : undefined, maxTraversals: asNumber(raw['maxTraversals']), label: asName(raw['label']) }),
    })),
    notes: named(workflow['notes']).map(({ id, raw }): NoteView => ({ id, text: asText(raw['text']) ?? '', position: positionOf(raw), ...present({ size: sizeOf(raw['size']) }) })),
    groups: named(workflow['groups']).map(({ id, raw }): GroupView => ({ id, name: asText(raw['name']) ?? '', nodes: asList(raw['nodes']).filter((node) => typeof node === 'string') })),
  };
}

function named(list: unknown): { readonly id: string; readonly raw: JsonObject }[] {
  const seen = new Set<string>();
  return asObjects(list).flatMap((raw) => {
    const id = asName(raw['id']);
    if (id === undefined || seen.has(id)) return [];
    seen.add(id);
    return [{ id, raw }];
  });
}

function positionOf(raw: JsonObject): NodeView['position'] {
  const position = asObject(raw['position']) ?? {};
  return { x: asNumber(position['x']) ?? 0, y: asNumber(position['y']) ?? 0 };
}

function sizeOf(value: unknown): NoteView['size'] {
  const { width, height } = asObject(value) ?? {};
  return typeof width === 'number' && typeof height === 'number' && Number.isFinite(width + height) ? { width, height } : undefined;
}
