import { asList, asNumber, asObject, asText, type JsonObject } from '../../../../src/base/jsonShape';
import { expressionFields, nodeConfigSchemas, type NodeType } from '../../../../src/model/workflow/nodeConfig';
import type { WorkflowEditorSnapshot } from '../../../../src/protocol/workflowEditor';
import { agentLabel } from '../../../shared/looks';
import { fieldLabel, longTexts } from './fieldLabels';

export type Known = WorkflowEditorSnapshot['known'];
export type Language = 'plain' | 'template' | 'expression' | 'script';

export interface Option {
  readonly value: string;
  readonly label: string;
}

export type FieldKind =
  | { readonly kind: 'text'; readonly language: Language; readonly long: boolean; readonly suggestions: readonly string[]; readonly pattern?: string }
  | { readonly kind: 'number'; readonly integer: boolean; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'duration'; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'flag' }
  /** With `template`, an expression may choose, too. */
  | { readonly kind: 'choice'; readonly options: readonly Option[]; readonly template: boolean }
  /** One of some words, or a number. */
  | { readonly kind: 'wordOrNumber'; readonly options: readonly Option[]; readonly minimum: number }
  | { readonly kind: 'lines'; readonly suggestions: readonly string[] }
  | { readonly kind: 'values' }
  | { readonly kind: 'parts'; readonly fields: readonly FieldSpec[] }
  | { readonly kind: 'json' };

/** One member of an object, as a form asks for it. */
export interface FieldSpec {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly kind: FieldKind;
}

/** The fields of a node type's config, in the order of its schema. */
export function configFields(type: NodeType, known: Known): readonly FieldSpec[] {
  return objectFields(nodeConfigSchemas[type], { type, known });
}

/** The fields of any object schema whose members this form can show; those of which it knows nothing are edited as JSON. */
export function objectFields(schema: unknown, about: { readonly type?: NodeType; readonly known: Known }): readonly FieldSpec[] {
  const { properties, required } = asObject(schema) ?? {};
  return Object.entries(asObject(properties) ?? {}).map(([name, value]): FieldSpec => {
    const member = asObject(value) ?? {};
    return {
      name,
      label: fieldLabel(name),
      description: asText(member['description']) ?? '',
      required: asList(required).includes(name),
      ...(member['default'] === undefined ? {} : { default: member['default'] }),
      kind: kindOf(name, member, about),
    };
  });
}

function kindOf(name: string, schema: JsonObject, about: { readonly type?: NodeType; readonly known: Known }): FieldKind {
  switch (schema['type']) {
    case 'string':
      return textKind(name, schema, about);
    case 'boolean':
      return { kind: 'flag' };
    case 'integer':
    case 'number':
      return { ...(name.endsWith('Ms') ? { kind: 'duration' as const } : { kind: 'number' as const, integer: schema['type'] === 'integer' }), ...bounds(schema) };
    case 'array':
      return asObject(schema['items'])?.['type'] === 'string' ? { kind: 'lines', suggestions: name === 'only' ? about.known.evaluators : [] } : { kind: 'json' };
    case 'object':
      if (schema['patternProperties'] !== undefined) return { kind: name === 'config' ? 'json' : 'values' };
      return { kind: 'parts', fields: objectFields(schema, about) };
    default:
      return unionKind(name, schema);
  }
}

function textKind(name: string, schema: JsonObject, { type, known }: { readonly type?: NodeType; readonly known: Known }): FieldKind {
  const language = languageOf(name, schema, type);
  const pattern = asText(schema['pattern']);
  return { kind: 'text', language, long: language === 'script' || longTexts.has(name), suggestions: suggestions(name, known), ...(pattern === undefined ? {} : { pattern }) };
}

function languageOf(name: string, schema: JsonObject, type: NodeType | undefined): Language {
  if (type !== undefined && (expressionFields[type] ?? []).includes(name)) return 'expression';
  if (type === 'script' && name === 'source') return 'script';
  return schema['pattern'] === undefined && type !== undefined ? 'template' : 'plain';
}

function suggestions(name: string, known: Known): readonly string[] {
  if (name === 'suite') return known.suites;
  return name === 'workflow' ? known.workflows.map(({ id }) => id) : [];
}

function unionKind(name: string, schema: JsonObject): FieldKind {
  const members = asList(schema['anyOf']).map((member) => asObject(member) ?? {});
  const options = members.flatMap(({ const: value }) => (typeof value === 'string' ? [{ value, label: name === 'agent' ? agentLabel(value) : fieldLabel(value) }] : []));
  if (options.length === 0) return { kind: 'json' };
  const number = members.find((member) => member['type'] === 'integer');
  const template = members.some((member) => member['type'] === 'string' && member['const'] === undefined);
  return number === undefined ? { kind: 'choice', options, template } : { kind: 'wordOrNumber', options, minimum: asNumber(number['minimum']) ?? 0 };
}

function bounds(schema: JsonObject): { readonly minimum?: number; readonly maximum?: number } {
  const minimum = asNumber(schema['minimum']);
  const maximum = asNumber(schema['maximum']);
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}
