import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from '@sinclair/typebox';
import { asObject, asText } from '../../base/jsonShape';
import { meant } from '../../base/nearestName';
import { schemaProblems, type SchemaProblem } from '../../base/schemaWords';
import { WorkflowDefinitionSchema } from '../../model/workflow/definition';
import { isNodeType, nodeConfigSchemas, nodeTypes, type NodeType } from '../../model/workflow/nodeConfig';
import { wrong, type DefinitionProblem, type LooseDefinition } from './validateProblems';

let ajv: Ajv | undefined;
/** Compiled when they are first needed: all together take longer than reading a workflow does. */
const compiled = new Map<TSchema, ValidateFunction>();

/** What the schemas of the definition and of its nodes' configurations say. */
export function schemaRules({ value, nodes }: LooseDefinition, whole: unknown): DefinitionProblem[] {
  return [
    ...broken(WorkflowDefinitionSchema, whole).map((problem) => typeProblem(problem, value) ?? told(problem, [])),
    ...nodes.flatMap(({ index, type, config }) => (isNodeType(type) && config ? configRules(type, config, ['nodes', index, 'config']) : [])),
  ];
}

function configRules(type: NodeType, config: unknown, path: DefinitionProblem['path']): DefinitionProblem[] {
  const step = type === 'forEach' ? asObject(asObject(config)?.['step']) : undefined;
  const stepType = asText(step?.['type']);
  return [
    ...broken(nodeConfigSchemas[type], config).map((problem) => told(problem, path)),
    ...(step && isNodeType(stepType) && stepType !== 'forEach' && asObject(step['config']) ? configRules(stepType, step['config'], [...path, 'step', 'config']) : []),
  ];
}

function broken(schema: TSchema, value: unknown): readonly SchemaProblem[] {
  let check = compiled.get(schema);
  if (!check) {
    ajv ??= new Ajv({ allErrors: true, strict: true, verbose: true, allowUnionTypes: true, meta: false, validateSchema: false });
    check = ajv.compile(schema);
    compiled.set(schema, check);
  }
  return check(value) ? [] : schemaProblems(check.errors ?? []);
}

const codes: Readonly<Record<string, string>> = { required: 'missing-value', minLength: 'missing-value', additionalProperties: 'unknown-field' };

function told({ keyword, path, at, message }: SchemaProblem, before: DefinitionProblem['path']): DefinitionProblem {
  return wrong(codes[keyword] ?? 'invalid-value', [...before, ...path], message, at);
}

/** A type of which nothing is known may be one of a newer version. */
function typeProblem({ keyword, path }: SchemaProblem, value: LooseDefinition['value']): DefinitionProblem | undefined {
  const [list, index, member] = path;
  if (keyword !== 'anyOf' || list !== 'nodes' || member !== 'type' || path.length !== 3) return undefined;
  const nodes = value['nodes'];
  const type = asText(asObject(Array.isArray(nodes) ? nodes[Number(index)] : undefined)?.['type']);
  return type === undefined ? undefined : wrong('unknown-node-type', path, `No type of node has this name.${meant(type, nodeTypes)}`);
}
