import { OrchestratorError } from '../../base/errors';
import { canonicalJson } from '../../evaluation/canonicalJson';
import type { WorkflowDefinition, WorkflowVariable } from '../../model/workflow/definition';

type Values = Readonly<Record<string, unknown>>;

/**
 * What the variables of an execution begin with: what was given, else their defaults; one that has neither is absent.
 * @throws OrchestratorError `invalid-argument` for what is not declared, is of another type, is no option, or is missing
 */
export function variableValues(definition: Pick<WorkflowDefinition, 'variables' | 'name'>, given: Values = {}): Values {
  const values = checkedVariables(definition, given);
  const entries = Object.entries(definition.variables ?? {}).flatMap(([name, variable]): (readonly [string, unknown])[] => {
    if (values[name] !== undefined) return [[name, values[name]]];
    if (variable.default !== undefined) return [[name, checked(name, variable, variable.default)]];
    if (variable.required !== true) return [];
    throw new OrchestratorError('invalid-argument', `The variable "${name}" of "${definition.name}" needs a value.`, `Give one: ${variable.description ?? `a ${variable.type}`}.`);
  });
  return Object.fromEntries(entries);
}

/**
 * Only what was given, where it has a value.
 * @throws OrchestratorError `invalid-argument` for what is not declared, is of another type, or is no option
 */
export function checkedVariables({ variables = {}, name: workflow }: Pick<WorkflowDefinition, 'variables' | 'name'>, given: Values): Values {
  const entries = Object.entries(given).flatMap(([name, value]): (readonly [string, unknown])[] => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (variable !== undefined) return value === undefined ? [] : [[name, checked(name, variable, value)]];
    const names = Object.keys(variables).join(', ');
    throw new OrchestratorError('invalid-argument', `"${workflow}" has no variable "${name}".`, names === '' ? 'It takes none.' : `It takes: ${names}.`);
  });
  return Object.fromEntries(entries);
}

function checked(name: string, { type, options }: WorkflowVariable, value: unknown): unknown {
  if (type !== 'json' && typeof value !== type) throw new OrchestratorError('invalid-argument', `The variable "${name}" is a ${type}, and was given as ${typeWord(value)}.`, `Give it a ${type}.`);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new OrchestratorError('invalid-argument', `The variable "${name}" was given as no number.`, 'Give it a number.');
  if (options !== undefined && !options.some((option) => canonicalJson(option) === canonicalJson(value))) {
    throw new OrchestratorError('invalid-argument', `The variable "${name}" cannot be ${JSON.stringify(value)}.`, `Choose one of: ${options.map((option) => JSON.stringify(option)).join(', ')}.`);
  }
  return value;
}

function typeWord(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
