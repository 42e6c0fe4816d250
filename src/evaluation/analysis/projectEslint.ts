import { readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { parseObject, present } from '../../base/jsonShape';
import { makeThrowAwayFolder, removeFolder } from '../../base/throwAwayFolder';
import type { LaidOutTree } from '../evaluationInput';
import type { EvaluatorContext } from '../evaluator';
import { schemaCheck } from '../schemaCheck';
import type { LintedFile } from './analysisProtocol';
import type { EslintHome } from './eslintConfig';
import type { InstalledTool } from './installedTools';
import { isIgnoredFile, type LintFailure, type LintRun } from './lintRun';

/** Windows takes 32,767 UTF-16 units of command line; elsewhere a fraction of what is taken leaves room for the environment. */
const longestArguments = process.platform === 'win32' ? 24_000 : 100_000;
const largestReportBytes = 64 * 1024 * 1024;
const longestWords = 2_000;
const unusable = 'its configuration cannot be used, or a plugin is missing';

/**
 * ESLint's own JSON carries the source of every file that it speaks of; this leaves that out, and has the pages of rules with it in every
 * version since 6.
 */
const formatter = `module.exports = (results, context) => {
  const rules = (context && context.rulesMeta) || {};
  const docs = {};
  const files = results.map(({ filePath, messages }) => ({
    file: filePath,
    messages: messages.map(({ ruleId, severity, message, line, column, endLine, endColumn, fatal }) => {
      const url = ruleId && rules[ruleId] && rules[ruleId].docs && rules[ruleId].docs.url;
      if (typeof url === 'string') docs[ruleId] = url;
      return { ruleId: ruleId || null, severity, message: String(message), line, column, endLine, endColumn, fatal };
    }),
  }));
  return JSON.stringify({ files, docs });
};
`;

const place = Type.Optional(Type.Union([Type.Integer(), Type.Null()]));
const ReportSchema = Type.Object({
  files: Type.Array(
    Type.Object({
      file: Type.String(),
      messages: Type.Array(Type.Object({ ruleId: Type.Union([Type.String(), Type.Null()]), severity: Type.Integer(), message: Type.String(), line: place, column: place, endLine: place, endColumn: place, fatal: Type.Optional(Type.Boolean()) })),
    }),
  ),
  docs: Type.Record(Type.String(), Type.String()),
});
type Report = Static<typeof ReportSchema>;
const reportCheck = schemaCheck(ReportSchema);

export interface ProjectLintRequest {
  readonly tree: LaidOutTree;
  readonly tool: InstalledTool;
  readonly home: EslintHome;
  /** Relative to the tree; all that ESLint takes when absent. */
  readonly files?: readonly string[];
  readonly allowInlineConfig: boolean;
}

/** Runs a project's own ESLint in its laid-out tree. */
export async function lintWithProject(request: ProjectLintRequest, runTool: EvaluatorContext['runTool']): Promise<LintRun | LintFailure> {
  const temporary = await makeThrowAwayFolder();
  try {
    await writeFile(path.join(temporary, 'formatter.cjs'), formatter);
    const { home, files } = request;
    const runs: LintRun[] = [];
    for (const targets of files ? chunks(files.map((file) => path.posix.relative(home.folder, file))) : [['.']]) {
      const run = await lintChunk(request, targets, temporary, runTool);
      if ('error' in run) return run;
      runs.push(run);
    }
    return joinedRuns(runs);
  } finally {
    await removeFolder(temporary);
  }
}

export function joinedRuns(runs: readonly LintRun[]): LintRun {
  return {
    files: runs.flatMap(({ files }) => files),
    docs: Object.fromEntries(runs.flatMap(({ docs }) => Object.entries(docs))),
    ignored: runs.reduce((sum, { ignored }) => sum + ignored, 0),
    isolation: runs.find(({ isolation }) => isolation !== 'none')?.isolation ?? 'none',
  };
}

async function lintChunk({ tree, tool, home, allowInlineConfig }: ProjectLintRequest, targets: readonly string[], temporary: string, runTool: EvaluatorContext['runTool']): Promise<LintRun | LintFailure> {
  const report = path.join(temporary, 'report.json');
  await rm(report, { force: true });
  const run = await runTool({
    argv: ['node', tool.program, '--format', path.join(temporary, 'formatter.cjs'), '--output-file', report, '--no-error-on-unmatched-pattern', ...(allowInlineConfig ? [] : ['--no-inline-config']), '--', ...targets],
    tree,
    folder: home.folder === '' ? '.' : home.folder,
    env: styleVariable(tool, home),
    writable: [temporary],
  });
  const { isolation } = run;
  const words = `${run.stderr}\n${run.stdout}`.trim().slice(0, longestWords);
  const named = `ESLint ${tool.version}`;
  if (run.timedOut) return { error: `${named} did not end in time.`, isolation };
  if (run.exitCode !== 0 && run.exitCode !== 1) return { error: `${named} could not run${run.exitCode === 2 ? ` (${unusable})` : ''}: ${words === '' ? `it ended with ${String(run.exitCode ?? run.signal)}` : words}`, isolation };
  const parsed = await readReport(report);
  if (!parsed) return { error: `${named} wrote no report that can be read.${words === '' ? '' : ` It said: ${words}`}`, isolation };
  const root = await realpath(tree.directory);
  const files = parsed.files.map(({ file, messages }): LintedFile => ({
    file: path.relative(root, file).replaceAll('\\', '/'),
    messages: messages.map(({ ruleId, severity, message, line, column, endLine, endColumn, fatal }) => ({ ruleId, severity, message, ...present({ line: line ?? undefined, column: column ?? undefined, endLine: endLine ?? undefined, endColumn: endColumn ?? undefined, fatal }) })),
  }));
  const taken = files.filter((file) => !isIgnoredFile(file));
  return { files: taken, docs: parsed.docs, ignored: files.length - taken.length, isolation };
}

/** The versions that know both styles of configuration do not all look for the one that is there. */
function styleVariable({ major, version }: InstalledTool, { style }: EslintHome): Record<string, string> {
  if (style === 'eslintrc') return major === 9 ? { ESLINT_USE_FLAT_CONFIG: 'false' } : {};
  return major === 8 && Number(version.split('.')[1]) < 57 ? { ESLINT_USE_FLAT_CONFIG: 'true' } : {};
}

async function readReport(file: string): Promise<Report | undefined> {
  const { size } = await stat(file).catch(() => ({ size: Number.POSITIVE_INFINITY }));
  if (size > largestReportBytes) return undefined;
  const report = parseObject(await readFile(file, 'utf8'));
  const fits = reportCheck();
  return fits(report) ? report : undefined;
}

function chunks(files: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const file of files) {
    if (length + file.length + 3 > longestArguments) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(file);
    length += file.length + 3;
  }
  return parts;
}
