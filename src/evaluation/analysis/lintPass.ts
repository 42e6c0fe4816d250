import js from '@eslint/js';
import { Linter } from 'eslint/universal';
import { errorMessage } from '../../base/errors';
import { present } from '../../base/jsonShape';
import type { AnalysisPass, LintMessage, LintSource, LintedFile, SourceTypes } from './analysisProtocol';
import { isKnownGlobal, knownGlobals } from './knownGlobals';

type SourceType = SourceTypes[number];

const linter = new Linter();
/** Writable: a script that replaces `fetch` in a test is none of this linter's business. */
const globals = Object.fromEntries(knownGlobals.map((name) => [name, 'writable' as const]));

/** Lints with the recommended core rules of ESLint, for projects that have no ESLint of their own. */
export function lintPass({ allowInlineConfig }: { readonly allowInlineConfig: boolean }): AnalysisPass<'lint'> {
  return {
    take: (sources, enter) => Promise.resolve(sources.map((source) => {
      enter(source.file);
      return linted(source, allowInlineConfig);
    })),
    end: () => Promise.resolve([]),
  };
}

/** What a file is linted with, for the tests to compare with ESLint's command line. */
export function bundledConfig(sourceType: SourceType): Linter.Config[] {
  return [
    {
      // Not `**/*`: a pattern that fits everything makes ESLint take nothing by itself.
      files: ['**/*.*'],
      ...js.configs.recommended,
      languageOptions: { ecmaVersion: 'latest', sourceType, globals, parserOptions: { ecmaFeatures: { jsx: true } } },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
    },
  ];
}

function linted({ file, text, sourceTypes }: LintSource, allowInlineConfig: boolean): LintedFile {
  try {
    let first: Linter.LintMessage[] | undefined;
    for (const sourceType of sourceTypes) {
      const messages = linter.verify(text, bundledConfig(sourceType), { filename: file, allowInlineConfig });
      first ??= messages;
      if (!messages.some(({ fatal }) => fatal === true)) return { file, messages: messages.filter(speaksHere).map(plain) };
    }
    return { file, messages: (first ?? []).map(plain) };
  } catch (error) {
    return { file, messages: [], problem: errorMessage(error).split('\n', 1)[0] ?? '' };
  }
}

/** Left out: names that some environment has, and comments that speak of rules which are not installed here. */
function speaksHere({ ruleId, message }: Linter.LintMessage): boolean {
  if (ruleId === 'no-undef') return !isKnownGlobal(/^'(.*)' is not defined/.exec(message)?.[1] ?? '');
  return !/^Definition for rule .* not found/.test(message);
}

function plain({ ruleId, severity, message, line, column, endLine, endColumn, fatal }: Linter.LintMessage): LintMessage {
  return { ruleId, severity, message, line, column, ...present({ endLine, endColumn, fatal }) };
}
