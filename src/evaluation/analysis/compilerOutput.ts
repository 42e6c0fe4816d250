import type { FoundIssue } from '../../model/evalResult';

const located = /^(.+?)\((\d+),(\d+)\): (error|warning|message) (TS\d+): (.*)$/;
const unlocated = /^(error|warning|message) (TS\d+): (.*)$/;
const severities = { error: 'error', warning: 'warning', message: 'info' } as const;

interface Diagnostic {
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | undefined;
  readonly severity: FoundIssue['severity'];
  readonly code: string;
  readonly words: string[];
}

/**
 * The diagnostics that `tsc --pretty false` prints: `file(line,column): error TS2322: …`, or `error TS18003: …` for a whole project, each
 * with any number of indented lines. `folder` is where it ran, relative to the tree; a file outside the tree or of a dependency is told in
 * words only. What several projects tell alike is told once.
 */
export function parseDiagnostics(output: string, folder: string): readonly FoundIssue[] {
  const found: Diagnostic[] = [];
  for (const line of output.split(/\r?\n/)) {
    const diagnostic = readHead(line);
    if (diagnostic) found.push(diagnostic);
    else if (/^\s+\S/.test(line)) found.at(-1)?.words.push(line.trimEnd());
  }
  const issues = new Map<string, FoundIssue>();
  for (const diagnostic of found) {
    const issue = toIssue(diagnostic, folder);
    issues.set(JSON.stringify(issue), issue);
  }
  return [...issues.values()];
}

function readHead(line: string): Diagnostic | undefined {
  const [, file, row, column, level, code, words] = located.exec(line) ?? [];
  if (file !== undefined) return { place: { file, line: Number(row), column: Number(column) }, severity: severityOf(level), code: code ?? '', words: [words ?? ''] };
  const [, projectLevel, projectCode, projectWords] = unlocated.exec(line) ?? [];
  return projectCode === undefined ? undefined : { place: undefined, severity: severityOf(projectLevel), code: projectCode, words: [projectWords ?? ''] };
}

function toIssue({ place, severity, code, words }: Diagnostic, folder: string): FoundIssue {
  const message = words.join('\n');
  if (!place) return { ruleId: code, message, severity };
  const file = inTree(folder, place.file);
  if (file === undefined) return { ruleId: code, message: `${place.file}:${place.line}: ${message}`, severity };
  return { ruleId: code, message, severity, file, range: { startLine: place.line, startColumn: place.column } };
}

function inTree(folder: string, file: string): string | undefined {
  const parts: string[] = folder === '' ? [] : folder.split('/');
  if (/^([A-Za-z]:|[/\\])/.test(file)) return undefined;
  for (const part of file.split(/[/\\]/)) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.') parts.push(part);
  }
  return parts.includes('node_modules') ? undefined : parts.join('/');
}

function severityOf(level: string | undefined): FoundIssue['severity'] {
  return severities[level as keyof typeof severities];
}
