import { negativeOutcomes, nodeOutcomes, type NodeType } from '../../model/workflow/nodeConfig';
import type { WorkflowDefinition, WorkflowEdge, WorkflowNode, WorkflowVariable } from '../../model/workflow/definition';

const valuesVariable = '_values';
const longestId = 100;
const longestName = 200;

/** Values that a child gets in a variable, since in its definition they would be read as templates: what came out of one template is never read as another. */
export class ChildValues {
  readonly list: unknown[] = [];

  /** A template that gives the value. */
  template(value: unknown): string {
    return `\${variables.${valuesVariable}[${this.list.push(value) - 1}]}`;
  }

  /** A config that has been resolved: its texts are what they are. */
  literal(value: unknown): unknown {
    return mapTexts(value, value, (text) => (text.includes('${') ? this.template(text) : text));
  }

  /** A config as it is written, with the values of its templates beside it. */
  bound(written: unknown, resolved: unknown): unknown {
    return mapTexts(written, resolved, (text, value) => (text.includes('${') ? this.template(value ?? null) : text));
  }
}

function mapTexts(value: unknown, beside: unknown, map: (text: string, beside: unknown) => string): unknown {
  if (typeof value === 'string') return map(value, beside);
  if (typeof value !== 'object' || value === null) return value;
  const other = (typeof beside === 'object' && beside !== null ? beside : {}) as Readonly<Record<string, unknown>>;
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, other[index], map));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member, other[key], map)]));
}

/** One step of a chain. */
export interface ChildStep {
  readonly id: string;
  readonly type: NodeType;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The chain goes on also where it failed. */
  readonly isForgiven?: boolean;
}

export interface ChildChain {
  readonly parent: { readonly workflow: string; readonly node: WorkflowNode };
  readonly name: string;
  readonly steps: readonly ChildStep[];
  /** Of the execution: templates. */
  readonly result: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly values: ChildValues;
}

/** A workflow of steps one after another, which a step runs as its child, with its variables. */
export function childChain({ parent, name, steps, result, variables, values }: ChildChain): { readonly definition: WorkflowDefinition; readonly variables: Readonly<Record<string, unknown>> } {
  const ends: readonly [ChildStep, ...ChildStep[]] = [{ id: 'start', type: 'start', name: 'Start', config: {} }, ...steps, { id: 'end', type: 'end', name: 'End', config: { result } }];
  const nodes = ends.map(({ id, type, name: own, config }, index): WorkflowNode => ({ id, type, name: own.slice(0, longestName), position: { x: index * 220, y: 0 }, config: { ...config } }));
  const edges = ends.flatMap((source, index): WorkflowEdge[] => {
    const target = ends[index + 1]?.id;
    if (target === undefined) return [];
    const others = source.isForgiven === true ? forgiven(source.type) : [];
    return [{ id: `${source.id}-${target}`, source: source.id, target }, ...others.map((outcome) => ({ id: `${source.id}-${outcome}`, source: source.id, target, outcome }))];
  });
  const all = { ...variables, ...(values.list.length === 0 ? {} : { [valuesVariable]: values.list }) };
  const declared = Object.fromEntries(Object.keys(all).map((key): [string, WorkflowVariable] => [key, { type: 'json' }]));
  const id = `${parent.workflow}-${parent.node.id}`.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, longestId);
  return { definition: { id, name: name.slice(0, longestName), variables: declared, nodes, edges }, variables: all };
}

/** Each node has the outcome `failed` when its step could not be done. */
function forgiven(type: NodeType): readonly string[] {
  return negativeOutcomes.filter((outcome) => outcome === 'failed' || nodeOutcomes[type].includes(outcome));
}
