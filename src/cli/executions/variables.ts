import { errorMessage, OrchestratorError } from '../../base/errors';
import type { WorkflowDefinition } from '../../model/workflow/definition';

/**
 * Variables as `--var name=value` gives them, by the types that the workflow declares: numbers, true and false, JSON; all else is text.
 * @throws OrchestratorError `invalid-argument`
 */
export function variablesOf(given: readonly string[], { variables = {} }: Pick<WorkflowDefinition, 'variables'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(given.map((text): readonly [string, unknown] => {
    const at = text.indexOf('=');
    if (at < 1) throw new OrchestratorError('invalid-argument', `--var "${text}" names no variable.`, 'Give name=value, such as --var branch=main.');
    const name = text.slice(0, at);
    return [name, valueOf(name, text.slice(at + 1), Object.hasOwn(variables, name) ? variables[name]?.type : undefined)];
  }));
}

function valueOf(name: string, text: string, type: 'string' | 'number' | 'boolean' | 'json' | undefined): unknown {
  switch (type) {
    case 'number':
      if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
      throw new OrchestratorError('invalid-argument', `The variable "${name}" is a number, and "${text}" is none.`, 'Give a number, such as 3 or 0.5.');
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      throw new OrchestratorError('invalid-argument', `The variable "${name}" is true or false, and not "${text}".`, 'Give true or false.');
    case 'json':
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        throw new OrchestratorError('invalid-argument', `The variable "${name}" was given as no JSON: ${errorMessage(error)}.`, `Quote it for the shell, such as --var '${name}=["one", "two"]'.`, { cause: error });
      }
    default:
      return text;
  }
}
