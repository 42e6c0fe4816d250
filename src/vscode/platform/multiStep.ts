import * as vscode from 'vscode';

/** One question of a sequence; `needed` is asked again whenever it is reached. */
export interface Question {
  readonly needed?: () => boolean;
  readonly ask: (step: Step) => Promise<unknown>;
}

export interface Step {
  readonly title: string;
  readonly number: number;
  readonly total: number;
  readonly canGoBack: boolean;
}

const back = Symbol('back');

class Left extends Error {
  constructor(readonly to: typeof back | undefined) {
    super('the question was left');
  }
}

/** Asks the questions in turn, with a way back. False when a person leaves them. */
export async function steps(title: string, questions: readonly Question[]): Promise<boolean> {
  const asked: number[] = [];
  for (let at = 0; at < questions.length; ) {
    const question = questions[at];
    if (!question || question.needed?.() === false) {
      at++;
      continue;
    }
    try {
      await question.ask({ title, number: asked.length + 1, total: asked.length + questions.slice(at).filter(({ needed }) => needed?.() !== false).length, canGoBack: asked.length > 0 });
      asked.push(at++);
    } catch (error) {
      if (!(error instanceof Left)) throw error;
      if (error.to !== back) return false;
      at = asked.pop() ?? 0;
    }
  }
  return true;
}

export async function pickOne<T>(step: Step, placeholder: string, items: readonly (vscode.QuickPickItem & { readonly value: T })[]): Promise<T> {
  const input = prepare(vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value: T }>(), step);
  input.items = items;
  input.placeholder = placeholder;
  input.matchOnDescription = true;
  return ask(input, () => input.selectedItems[0]?.value);
}

export interface TextQuestion {
  readonly prompt: string;
  readonly value: string;
  readonly placeholder: string;
  /** Said when nothing was typed; without it nothing is an answer too. */
  readonly required?: string;
  /** What is wrong with a text. */
  readonly check?: (text: string) => string | undefined;
}

export async function askText(step: Step, { prompt, value, placeholder, required, check }: TextQuestion): Promise<string> {
  const input = prepare(vscode.window.createInputBox(), step);
  input.prompt = prompt;
  input.placeholder = placeholder;
  input.value = value;
  input.onDidChangeValue(() => { input.validationMessage = undefined; });
  return ask(input, () => {
    input.validationMessage = (input.value.trim() === '' ? required : undefined) ?? check?.(input.value);
    return input.validationMessage === undefined ? input.value : undefined;
  });
}

function prepare<T extends vscode.QuickInput>(input: T, { title, number, total, canGoBack }: Step): T {
  input.title = title;
  input.step = number;
  input.totalSteps = total;
  input.ignoreFocusOut = true;
  if ('buttons' in input && canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
  return input;
}

type Answerable = vscode.QuickInput & Pick<vscode.InputBox, 'onDidAccept' | 'onDidTriggerButton'>;

async function ask<T>(input: Answerable, answer: () => T | undefined): Promise<T> {
  try {
    return await new Promise<T>((resolve, reject) => {
      input.onDidAccept(() => {
        const given = answer();
        if (given !== undefined) resolve(given);
      });
      input.onDidTriggerButton((button) => { if (button === vscode.QuickInputButtons.Back) reject(new Left(back)); });
      input.onDidHide(() => { reject(new Left(undefined)); });
      input.show();
    });
  } finally {
    input.dispose();
  }
}
