import { isDeepStrictEqual } from 'node:util';
import type { WorkflowVariable } from '../../model/workflow/definition';

export type VariableAnswer = { readonly value: unknown; readonly problem?: undefined } | { readonly problem: string };

/** How a value is offered in an input box, and read back from it. */
export function variableText({ type }: Pick<WorkflowVariable, 'type'>, value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' && type !== 'json' ? value : JSON.stringify(value);
}

/** The value that a text stands for; an empty one stands for none, which only a variable may have that is not required. */
export function variableAnswer({ type, required }: WorkflowVariable, text: string): VariableAnswer {
  const trimmed = text.trim();
  if (trimmed === '' && (type !== 'string' || required === true)) return required === true ? { problem: 'A value is needed.' } : { value: undefined };
  switch (type) {
    case 'string':
      return { value: text };
    case 'number': {
      const value = Number(trimmed);
      return Number.isFinite(value) ? { value } : { problem: 'This is no number.' };
    }
    case 'boolean':
      return trimmed === 'true' || trimmed === 'false' ? { value: trimmed === 'true' } : { problem: 'Say true or false.' };
    case 'json':
      try {
        return { value: JSON.parse(trimmed) as unknown };
      } catch {
        return { problem: 'This is no JSON.' };
      }
  }
}

/** Values of the answers that are not what was there before. */
export function changedValues(before: Readonly<Record<string, unknown>>, answers: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(answers).filter(([name, value]) => !Object.hasOwn(before, name) || !isDeepStrictEqual(before[name], value)));
}

/** Values to choose from, the default first; absent where any is allowed. */
export function variableChoices({ type, options, default: preset, required }: WorkflowVariable): readonly unknown[] | undefined {
  const choices = options ?? (type === 'boolean' ? [true, false] : undefined);
  if (!choices) return undefined;
  const first = preset === undefined ? (required === true ? [] : [undefined]) : choices.filter((choice) => JSON.stringify(choice) === JSON.stringify(preset));
  return [...first, ...choices.filter((choice) => !first.some((one) => JSON.stringify(one) === JSON.stringify(choice)))];
}
