import { basename, dirname, join } from 'node:path/posix';
import { Type } from '@sinclair/typebox';
import { formatPlural } from '../../base/format';
import type { FindingSeverity, FoundIssue } from '../../model/evalResult';
import { textOf } from '../analysis/reviewedFiles';
import { placeOf, SourceFile } from '../changes/changedSources';
import { isLockFile, manifestsOfLock } from '../changes/lockFiles';
import { onChange } from '../changes/onChange';
import { changedLock } from '../dependencies/changedLock';
import { sourceOf, type Dependency, type Manifest } from '../dependencies/dependency';
import { isManifest, readManifest } from '../dependencies/readManifest';
import type { EvalChange } from '../evaluationInput';
import type { Evaluator, EvaluatorContext } from '../evaluator';
import { optionsCheck } from '../checkedOptions';

export const DependencyChangesOptionsSchema = Type.Object(
  { allow: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 1000, description: 'Names of dependencies that may come from anywhere.' })) },
  { additionalProperties: false },
);

/** Lock files of large projects are larger than sources. */
const largestFileBytes = 16 * 1024 * 1024;
const pointsPerError = 25;
const pointsPerWarning = 5;

/**
 * What a change adds, removes and changes of what is installed, and what runs when it is. Passed without an error; score: 100 − 25 an error − 5
 * a warning. Metrics: `added`, `removed`, `changed`, in dependencies of manifests.
 */
export function createDependencyChangesEvaluator(): Evaluator {
  const check = optionsCheck(DependencyChangesOptionsSchema);
  return {
    dependsOnBase: true,
    cacheKey: () => Promise.resolve('dependency-changes 1'),
    evaluate: (context) =>
      onChange(context, async () => {
        const { allow = [] } = check(context.config.options);
        const issues: FoundIssue[] = [];
        const changed = context.input.changes.filter(({ path, binary }) => !binary && context.selected(path));
        for (const change of changed) {
          if (isManifest(change.path)) issues.push(...(await manifestIssues(context, change, allow)));
          else if (isLockFile(basename(change.path))) issues.push(...(await lockIssues(context, change)));
          else if (/(?:^|\/)(?:setup\.py|build\.rs|binding\.gyp)$/.test(change.path) && change.change !== 'deleted') issues.push({ ruleId: 'install-script', severity: 'warning', file: change.path, range: { startLine: change.added[0]?.start ?? 1, startColumn: 1 }, message: `${change.path} runs when the package is installed or built, and was ${change.change}.` });
        }
        const count = (severity: FindingSeverity): number => issues.filter((issue) => issue.severity === severity).length;
        const [added, removed, updated] = ['dependency-added', 'dependency-removed', 'dependency-changed'].map((rule) => issues.filter(({ ruleId }) => ruleId === rule).length);
        return {
          verdict: count('error') === 0 ? 'passed' : 'failed',
          score: Math.max(0, 100 - pointsPerError * count('error') - pointsPerWarning * count('warning')),
          issues,
          details: `${formatPlural(added ?? 0, 'dependency', 'dependencies')} added, ${removed ?? 0} removed, ${updated ?? 0} changed.`,
          isolation: 'none',
          metrics: { added: added ?? 0, removed: removed ?? 0, changed: updated ?? 0 },
        };
      }),
  };
}

async function sides({ input }: EvaluatorContext, { path, previousPath, change }: EvalChange): Promise<readonly [base: string | undefined, head: string | undefined]> {
  return [change === 'added' ? undefined : await textOf(input.base, previousPath ?? path, largestFileBytes), change === 'deleted' ? undefined : await textOf(input.head, path, largestFileBytes)];
}

async function manifestIssues(context: EvaluatorContext, change: EvalChange, allow: readonly string[]): Promise<readonly FoundIssue[]> {
  const [baseText, headText] = await sides(context, change);
  const head = headText === undefined ? undefined : new SourceFile(change.path, headText);
  const [before, after] = [readManifest(change.previousPath ?? change.path, baseText), readManifest(change.path, headText)];
  return [...dependencyIssues(change.path, head, before, after, allow), ...stepIssues(change.path, head, before, after)];
}

function dependencyIssues(file: string, head: SourceFile | undefined, before: Manifest, after: Manifest, allow: readonly string[]): readonly FoundIssue[] {
  const key = ({ group, name }: Dependency): string => `${group}\0${name}`;
  const [old, now] = [new Map(before.dependencies.map((one) => [key(one), one])), new Map(after.dependencies.map((one) => [key(one), one]))];
  const moved = (one: Dependency, others: readonly Dependency[]): Dependency | undefined => others.find(({ name }) => name === one.name);
  const came = [...now.values()].flatMap((dependency): FoundIssue[] => {
    const was = old.get(key(dependency)) ?? moved(dependency, before.dependencies);
    if (was?.version === dependency.version && was.group === dependency.group) return [];
    const range = head && { range: placeOf(head, dependency.offset) };
    const told = was ? `${dependency.name}: ${shown(was.version)} → ${shown(dependency.version)} (${dependency.group}).` : `${dependency.name} ${shown(dependency.version)} was added (${dependency.group}).`;
    const found: FoundIssue = { ruleId: was ? 'dependency-changed' : 'dependency-added', severity: 'info', file, ...range, message: told };
    if (was?.version === dependency.version || allow.includes(dependency.name)) return [found];
    return [found, ...sourceIssue(dependency, { file, ...range })];
  });
  const gone = [...old.values()].filter((dependency) => !now.has(key(dependency)) && !moved(dependency, after.dependencies));
  return [...came, ...gone.map(({ name, version, group }): FoundIssue => ({ ruleId: 'dependency-removed', severity: 'info', file, message: `${name} ${shown(version)} was removed (${group}).` }))];
}

function shown(version: string): string {
  return version === '' ? 'of any version' : version.slice(0, 200);
}

function sourceIssue(dependency: Dependency, place: Pick<FoundIssue, 'file' | 'range'>): readonly FoundIssue[] {
  const { name, version } = dependency;
  const source = sourceOf(dependency);
  if (source === 'remote') return [{ ...place, ruleId: 'dependency-source', severity: 'error', message: `${name} comes from ${shown(version)}, which is no registry: what is there may be another thing tomorrow.` }];
  if (source === 'local') return [{ ...place, ruleId: 'dependency-source', severity: 'warning', message: `${name} comes from a local path: ${shown(version)}.` }];
  return source === 'any' && dependency.group !== 'peerDependencies' && dependency.group !== 'build-system' ? [{ ...place, ruleId: 'dependency-unpinned', severity: 'warning', message: `${name} takes any version: what is installed depends on the day.` }] : [];
}

function stepIssues(file: string, head: SourceFile | undefined, before: Manifest, after: Manifest): readonly FoundIssue[] {
  return after.steps.flatMap(({ name, command, offset }): FoundIssue[] => {
    const was = before.steps.find((step) => step.name === name);
    if (was?.command === command) return [];
    // Tools for working on a project are made ready by it; whoever installs the package does not run it.
    const severity: FindingSeverity = /prepare$/.test(name) ? 'warning' : 'error';
    return [{ ruleId: 'install-script', severity, file, ...(head && { range: placeOf(head, offset) }), message: `The script "${name}" runs when packages are installed, and was ${was ? `changed from "${shown(was.command)}" to` : 'added:'} "${shown(command)}".` }];
  });
}

async function lockIssues(context: EvaluatorContext, change: EvalChange): Promise<readonly FoundIssue[]> {
  const [base, head] = await sides(context, change);
  if (head === undefined) return change.change === 'deleted' ? [{ ruleId: 'lock-removed', severity: 'warning', file: change.path, message: `${change.path} was deleted: what is installed depends on the day.` }] : [];
  const folder = dirname(change.path);
  const names = manifestsOfLock(basename(change.path));
  // Workspaces have their manifests below the lock file.
  const followsManifest = context.input.changes.some(({ path }) => names.includes(basename(path)) && (folder === '.' || path.startsWith(`${folder}/`)));
  const alone: readonly FoundIssue[] = followsManifest ? [] : [{ ruleId: 'lock-without-manifest', severity: 'warning', file: change.path, range: { startLine: change.added[0]?.start ?? 1, startColumn: 1 }, message: `${change.path} was changed, and no ${names.map((name) => join(folder, name)).join(' or ')}.` }];
  return [...alone, ...changedLock(new SourceFile(change.path, head), base)];
}
