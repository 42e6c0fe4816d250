import { access } from 'node:fs/promises';
import path from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { formatPlural } from '../../base/format';
import { present } from '../../base/jsonShape';
import type { FoundIssue } from '../../model/evalResult';
import type { Analyser } from '../analysis/analyser';
import { isLintedByBundle, lintBundled } from '../analysis/bundledLint';
import { eslintHomes, isEslintConfig, type EslintHome } from '../analysis/eslintConfig';
import { installedTool } from '../analysis/installedTools';
import { isIgnoredFile, lintIssues, type LintFailure, type LintRun } from '../analysis/lintRun';
import { joinedRuns, lintWithProject } from '../analysis/projectEslint';
import { reviewedFiles } from '../analysis/reviewedFiles';
import type { LaidOutTree } from '../evaluationInput';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome } from '../evaluator';
import { optionsCheck } from '../checkedOptions';
import { errored, orErrored } from '../withoutScore';

export const EslintOptionsSchema = Type.Object(
  {
    files: Type.Optional(Type.Union([Type.Literal('changed'), Type.Literal('all')], { default: 'changed', description: 'The changed files, or all that the project\'s ESLint takes.' })),
    maxWarnings: Type.Optional(Type.Integer({ minimum: 0, description: 'More warnings fail.' })),
    inlineConfig: Type.Optional(Type.Boolean({ default: true, description: 'False: comments in the files configure nothing and switch nothing off.' })),
  },
  { additionalProperties: false },
);
type EslintOptions = Static<typeof EslintOptionsSchema>;

export interface EslintServices {
  readonly analyser: Analyser;
}

const pointsPerError = 5;
const pointsPerWarning = 1;
const installAdvice = 'Install eslint and typescript-eslint in the project, with an eslint.config.js.';

/**
 * The project's own ESLint where it has one, else the recommended core rules on JavaScript. Score: 100 − 5 an error − 1 a warning. Metrics:
 * `files` linted, `errors`, `warnings`.
 */
export function createEslintEvaluator({ analyser }: EslintServices): Evaluator {
  const checked = optionsCheck(EslintOptionsSchema);
  return {
    dependsOnBase: true,
    cacheKey: async ({ tree }) => `eslint 1 ${await tree.installed()}`,
    evaluate: (context) => orErrored(async () => judge(await lint(analyser, context, checked(context.config.options)), checked(context.config.options), context)),
  };
}

interface Linted {
  readonly run: LintRun;
  readonly by: readonly string[];
  /** TypeScript and the like that nothing here reads. */
  readonly unread: number;
  readonly home: boolean;
}

/** What is run on which files. */
interface Group {
  readonly home: EslintHome;
  readonly files: string[] | undefined;
}

async function lint(analyser: Analyser, context: EvaluatorContext, options: EslintOptions): Promise<Linted | LintFailure> {
  const { tree, input, isBase, runTool, selected } = context;
  const homes = await eslintHomes(tree);
  if (!isBase && homes.top.length === 0 && (await eslintHomes(input.base)).top.length > 0) {
    return { error: 'The base configures ESLint, and with this change nothing does. Bring the configuration back, or take eslint out of the evaluations of the base.', isolation: 'none' };
  }
  const all = options.files === 'all';
  const reviewed = all ? (await tree.list()).filter(selected) : reviewedFiles(context).map(({ file }) => file);
  const groups: readonly Group[] = all ? homes.top.map((home) => ({ home, files: undefined })) : grouped(reviewed, homes.of);
  const bundled = reviewed.filter((file) => homes.of(file) === undefined && isLintedByBundle(file));
  const unread = reviewed.filter((file) => homes.of(file) === undefined && /\.([cm]?tsx?|vue|svelte)$/.test(file)).length;
  const allowInlineConfig = options.inlineConfig ?? true;
  const runs: LintRun[] = [];
  const by = new Set<string>();
  if (groups.length > 0) {
    const laidOut = await tree.layOut();
    for (const { home, files } of groups) {
      const tool = await installedTool(laidOut.directory, home.folder, 'eslint');
      if (!tool) return { error: `The project configures ESLint${home.folder === '' ? '' : ` in ${home.folder}`}, but ESLint is not installed. Install the dependencies in the checkout, or name a setup command such as ["npm", "ci"].`, isolation: 'none' };
      const taken = files && (home.style === 'flat' ? files : await readableByOld(files, laidOut));
      if (taken?.length === 0) continue;
      by.add(`ESLint ${tool.version}`);
      const run = await lintWithProject({ tree: laidOut, tool, home, allowInlineConfig, ...(taken && { files: taken }) }, runTool);
      if ('error' in run) return run;
      runs.push({ ...run, files: run.files.filter(({ file }) => selected(file)) });
    }
  }
  if (bundled.length > 0) {
    const run = await lintBundled(analyser, { files: bundled, allowInlineConfig }, context);
    if ('error' in run) return run;
    by.add('the recommended core rules (the project has no ESLint of its own)');
    runs.push(run);
  }
  return { run: joinedRuns(runs), by: [...by], unread, home: groups.length > 0 };
}

function grouped(files: readonly string[], homeOf: (file: string) => EslintHome | undefined): readonly Group[] {
  const groups = new Map<string, { readonly home: EslintHome; readonly files: string[] }>();
  for (const file of files) {
    const home = homeOf(file);
    if (!home) continue;
    const key = `${home.style} ${home.folder}`;
    const group = groups.get(key) ?? { home, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The old style of configuration takes any file that is named, and fails on those that no parser is there for. */
async function readableByOld(files: readonly string[], { directory }: LaidOutTree): Promise<readonly string[]> {
  const has = (name: string): Promise<boolean> => access(path.join(directory, 'node_modules', name)).then(() => true, () => false);
  const [typescript, vue, svelte] = await Promise.all([has('@typescript-eslint/parser'), has('vue-eslint-parser'), has('svelte-eslint-parser')]);
  const endings = ['js', 'mjs', 'cjs', 'jsx', ...(typescript ? ['ts', 'mts', 'cts', 'tsx'] : []), ...(vue ? ['vue'] : []), ...(svelte ? ['svelte'] : [])];
  return files.filter((file) => endings.includes(path.extname(file).slice(1)));
}

function judge(linted: Linted | LintFailure, { maxWarnings }: EslintOptions, { input, isBase }: EvaluatorContext): EvaluatorOutcome {
  if ('error' in linted) return errored(linted.error, linted.isolation);
  const { run, by, unread, home } = linted;
  const files = run.files.filter((file) => !isIgnoredFile(file)).length;
  const notes = notesOf(linted, input.changes.some(({ path: file }) => isEslintConfig(file)) && !isBase && home);
  if (files === 0) {
    const error = unread > 0 ? `Nothing here reads ${formatPlural(unread, 'file')} of TypeScript. ${installAdvice}` : 'No changed file is one that ESLint takes.';
    return { verdict: 'unscored', score: null, issues: [], error, isolation: run.isolation, ...present({ details: notes.join(' ') || undefined }) };
  }
  const issues = lintIssues(run);
  const errors = countOf(issues, 'error');
  const warnings = countOf(issues, 'warning');
  const passed = errors === 0 && (maxWarnings === undefined || warnings <= maxWarnings);
  return {
    verdict: passed ? 'passed' : 'failed',
    score: Math.max(0, 100 - pointsPerError * errors - pointsPerWarning * warnings),
    issues,
    details: [`${by.join(' and ')}: ${formatPlural(files, 'file')}, ${formatPlural(errors, 'error')}, ${formatPlural(warnings, 'warning')}.`, ...notes].join(' '),
    isolation: run.isolation,
    metrics: { files, errors, warnings },
  };
}

function notesOf({ run, unread }: Linted, changesConfiguration: boolean): readonly string[] {
  return [
    ...(run.ignored > 0 ? [`${formatPlural(run.ignored, 'file')} left out: ignored by the configuration, or minified.`] : []),
    ...(unread > 0 ? [`${formatPlural(unread, 'file')} of TypeScript not linted. ${installAdvice}`] : []),
    ...(changesConfiguration ? ['The change touches the configuration of ESLint; the changed one was used.'] : []),
  ];
}

function countOf(issues: readonly FoundIssue[], severity: FoundIssue['severity']): number {
  return issues.filter((issue) => issue.severity === severity).length;
}
