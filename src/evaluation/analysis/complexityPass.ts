import type { Rule } from 'eslint';
import { Linter } from 'eslint/universal';
import { errorMessage } from '../../base/errors';
import type { AnalysisPass, MeasuredFile, MeasuredFunction, SourceText } from './analysisProtocol';
import { functionCounter } from './functionCounter';
import { plainJavaScript, withoutDecorators } from './plainJavaScript';

const linter = new Linter();

/** Measures the functions of JavaScript and TypeScript files. */
export function complexityPass(): AnalysisPass<'complexity'> {
  return {
    take: (sources, enter) => Promise.resolve(sources.map((source) => {
      enter(source.file);
      return measured(source);
    })),
    end: () => Promise.resolve([]),
  };
}

function measured({ file, text }: SourceText): MeasuredFile {
  // Decorators are taken out only where they are in the way: code that can be read needs no guess.
  const attempts = text.includes('@') ? [text, withoutDecorators(text)] : [text];
  let problem = '';
  for (const attempt of attempts) {
    try {
      return { file, functions: functionsOf(plainJavaScript(file, attempt)) };
    } catch (error) {
      problem ||= errorMessage(error).split('\n', 1)[0] ?? '';
    }
  }
  return { file, functions: [], problem };
}

/** @throws Error when it is no JavaScript */
function functionsOf(code: string): readonly MeasuredFunction[] {
  let problem = '';
  for (const sourceType of ['module', 'commonjs'] as const) {
    const functions: MeasuredFunction[] = [];
    const rule: Rule.RuleModule = { create: (context) => functionCounter(context, (measuredFunction) => { functions.push(measuredFunction); }) };
    const messages = linter.verify(code, [{ files: ['**/*'], plugins: { own: { rules: { functions: rule } } }, rules: { 'own/functions': 'error' }, languageOptions: { ecmaVersion: 'latest', sourceType, parserOptions: { ecmaFeatures: { jsx: true } } } }], { allowInlineConfig: false });
    const fatal = messages.find((message) => message.fatal === true);
    if (!fatal) return functions;
    problem ||= fatal.message;
  }
  throw new Error(problem);
}
