import { asList, asObject, type JsonObject } from '../../base/jsonShape';
import type { SpokenText } from './validateExpressions';
import { doubtful, wrong, type DefinitionProblem, type LooseDefinition } from './validateProblems';

const words: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', boolean: 'true or false' };

/** Defaults that do not fit, and variables of which nothing speaks. */
export function variableRules({ value }: LooseDefinition, spoken: readonly SpokenText[]): DefinitionProblem[] {
  const variables = Object.entries(asObject(value['variables']) ?? {});
  const used = new Set(spoken.flatMap(({ references }) => references.map(({ path: [root, name] }) => (root.name === 'variables' ? (name?.name ?? allOfThem) : undefined))));
  const isTold = !used.has(allOfThem) && !spoken.some(({ isOpaque }) => isOpaque);
  return variables.flatMap(([name, variable]) => [
    ...defaultRules(asObject(variable) ?? {}, ['variables', name]),
    ...(isTold && !used.has(name) ? [doubtful('unused-variable', ['variables', name], 'Nothing uses this variable.', 'name')] : []),
  ]);
}

/** No variable can have that name. */
const allOfThem = '*';

function defaultRules({ type, default: preset, options }: JsonObject, path: DefinitionProblem['path']): DefinitionProblem[] {
  const word = words[String(type)];
  const misfit = (value: unknown): boolean => word !== undefined && typeof value !== type;
  const choices = asList(options).map((option) => JSON.stringify(option));
  return [
    ...asList(options).flatMap((option, index) => (misfit(option) ? [wrong('variable-value', [...path, 'options', index], `It must be ${word ?? ''}, as the variable is.`)] : [])),
    ...(preset !== undefined && misfit(preset) ? [wrong('variable-value', [...path, 'default'], `It must be ${word ?? ''}, as the variable is.`)] : []),
    ...(preset !== undefined && !misfit(preset) && choices.length > 0 && !choices.includes(JSON.stringify(preset)) ? [wrong('variable-value', [...path, 'default'], 'It must be one of the options.')] : []),
  ];
}
