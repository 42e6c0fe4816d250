import type { WorkflowDefinition } from '../../model/workflow/definition';
import { askText, pickOne, steps, type Question, type Step } from '../platform/multiStep';
import { variableAnswer, variableChoices, variableText } from './variableAnswers';

type Variable = NonNullable<WorkflowDefinition['variables']>[string];

/** Asks the variables of a workflow one after the other, with a way back. Undefined when a person leaves the questions. */
export async function askVariables({ name: workflow, variables = {} }: WorkflowDefinition, given: Readonly<Record<string, unknown>> = {}): Promise<Readonly<Record<string, unknown>> | undefined> {
  const answers = new Map<string, unknown>(Object.entries(given));
  const questions = Object.entries(variables).map(([name, variable]): Question => ({
    ask: async (step) => {
      const value = await ask(step, name, variable, answers.get(name) ?? variable.default);
      if (value === undefined) answers.delete(name);
      else answers.set(name, value);
    },
  }));
  return (await steps(`Run "${workflow}"`, questions)) ? Object.fromEntries(answers) : undefined;
}

async function ask(step: Step, name: string, variable: Variable, present: unknown): Promise<unknown> {
  const { description, required } = variable;
  const choices = variableChoices(variable);
  if (choices) {
    const items = choices.map((value) => ({ label: value === undefined ? 'No value' : variableText(variable, value), description: value !== undefined && JSON.stringify(value) === JSON.stringify(variable.default) ? 'default' : '', value: { value } }));
    return (await pickOne(step, described(name, description), items)).value;
  }
  const text = await askText(step, {
    prompt: described(name, description),
    value: variableText(variable, present),
    placeholder: variable.type === 'json' ? 'JSON' : variable.type,
    ...(required === true ? { required: 'A value is needed.' } : {}),
    check: (typed) => variableAnswer(variable, typed).problem,
  });
  const answer = variableAnswer(variable, text);
  return answer.problem === undefined ? answer.value : undefined;
}

function described(name: string, description: string | undefined): string {
  return description === undefined || description === '' ? name : `${name}: ${description}`;
}
