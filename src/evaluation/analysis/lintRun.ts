import type { FoundIssue, Isolation } from '../../model/evalResult';
import type { LintMessage, LintedFile } from './analysisProtocol';

/** What a linter said of the files that it took. */
export interface LintRun {
  readonly files: readonly LintedFile[];
  /** Where a rule is explained, by its name. */
  readonly docs: Readonly<Record<string, string>>;
  /** Files that it was given and does not take. */
  readonly ignored: number;
  readonly isolation: Isolation;
}

/** Why a linter could not judge. */
export interface LintFailure {
  readonly error: string;
  readonly isolation: Isolation;
}

/** ESLint tells with a warning that it does not take a file. */
export function isIgnoredFile({ messages }: LintedFile): boolean {
  return messages.some(({ ruleId, message, fatal }) => ruleId === null && fatal !== true && message.startsWith('File ignored'));
}

export function lintIssues({ files, docs }: LintRun): readonly FoundIssue[] {
  return files.flatMap(({ file, messages }) => messages.map((message) => lintIssue(file, message, docs)));
}

function lintIssue(file: string, found: LintMessage, docs: LintRun['docs']): FoundIssue {
  const ruleId = found.ruleId ?? (found.fatal === true ? 'syntax' : /^Unused .*directive/.test(found.message) ? 'unused-directive' : 'eslint');
  const helpUri = found.ruleId === null ? undefined : (docs[found.ruleId] ?? coreRulePage(found.ruleId));
  const { line, column, endLine, endColumn } = found;
  const range = line === undefined ? undefined : { startLine: line, startColumn: column ?? 1, ...(endLine !== undefined && { endLine, ...(endColumn !== undefined && { endColumn }) }) };
  return { ruleId, message: found.message, severity: found.severity === 2 ? 'error' : 'warning', file, ...(range && { range }), ...(helpUri !== undefined && { helpUri }) };
}

/** Rules of plugins have a slash in their names. */
function coreRulePage(ruleId: string): string | undefined {
  return /^[a-z-]+$/.test(ruleId) ? `https://eslint.org/docs/latest/rules/${ruleId}` : undefined;
}
