import { basename } from 'node:path/posix';
import { Type } from '@sinclair/typebox';
import picomatch from 'picomatch';
import { formatCount, formatPlural } from '../../base/format';
import type { FoundIssue } from '../../model/evalResult';
import { isGenerated, isMinified, textOf } from '../analysis/reviewedFiles';
import { largestSourceBytes } from '../changes/changedSources';
import { isLockFile } from '../changes/lockFiles';
import { onChange } from '../changes/onChange';
import type { EvalChange } from '../evaluationInput';
import type { Evaluator, EvaluatorContext } from '../evaluator';
import { optionsCheck } from '../checkedOptions';

const defaultMaxLines = 800;
const defaultMaxFiles = 40;
const shownFiles = 5;

export const DiffSizeOptionsSchema = Type.Object(
  {
    maxLines: Type.Optional(Type.Integer({ minimum: 1, default: defaultMaxLines, description: 'Most lines, added and deleted ones together.' })),
    maxFiles: Type.Optional(Type.Integer({ minimum: 1, default: defaultMaxFiles, description: 'Most files.' })),
    ignore: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 200, description: 'Globs of files that are not counted, besides lock files and what is generated.' })),
  },
  { additionalProperties: false },
);

/**
 * How much there is to review. Score: 100 up to the limits, then falling linearly to 0 at twice of what is allowed. Metrics: `lines`, `added`,
 * `deleted`, `files`, and `ignoredFiles` (lock files, generated, minified and vendored ones).
 */
export function createDiffSizeEvaluator(): Evaluator {
  const check = optionsCheck(DiffSizeOptionsSchema);
  return {
    dependsOnBase: true,
    cacheKey: () => Promise.resolve('diff-size 1'),
    evaluate: (context) =>
      onChange(context, async () => {
        const { maxLines = defaultMaxLines, maxFiles = defaultMaxFiles, ignore = [] } = check(context.config.options);
        const isIgnored = picomatch(ignore, { dot: true });
        const selected = context.input.changes.filter(({ path }) => context.selected(path));
        const counted: EvalChange[] = [];
        for (const change of selected) if (!isIgnored(change.path) && !(await isWritten(context, change))) counted.push(change);
        const added = sum(counted, ({ linesAdded = 0 }) => linesAdded);
        const deleted = sum(counted, ({ linesDeleted = 0 }) => linesDeleted);
        const lines = added + deleted;
        const excess = Math.max(lines / maxLines, counted.length / maxFiles);
        const issues: FoundIssue[] = [
          ...(lines > maxLines ? [tooLarge(`${formatPlural(lines, 'line')} changed; ${formatCount(maxLines)} are allowed.`)] : []),
          ...(counted.length > maxFiles ? [tooLarge(`${formatPlural(counted.length, 'file')} changed; ${formatCount(maxFiles)} are allowed.`)] : []),
        ];
        return {
          verdict: issues.length === 0 ? 'passed' : 'failed',
          score: 100 * Math.min(1, Math.max(0, 2 - excess)),
          issues,
          details: [`${formatPlural(lines, 'line')} (+${added} −${deleted}) in ${formatPlural(counted.length, 'file')}.`, ...largest(counted)].join('\n'),
          isolation: 'none',
          metrics: { lines, added, deleted, files: counted.length, ignoredFiles: selected.length - counted.length },
        };
      }),
  };
}

function tooLarge(message: string): FoundIssue {
  return { ruleId: 'diff-too-large', severity: 'warning', message: `${message} Smaller changes are reviewed better: split it where it can be.` };
}

/** Written by a program, so that nobody reviews it line by line. */
async function isWritten({ input }: EvaluatorContext, { path, change, previousPath, binary }: EvalChange): Promise<boolean> {
  if (isLockFile(basename(path)) || /(?:^|\/)(?:vendor|third_party|node_modules|dist|__snapshots__)\/|\.(?:snap|map)$/.test(path)) return true;
  if (binary) return false;
  const [tree, file] = change === 'deleted' ? [input.base, previousPath ?? path] : [input.head, path];
  const text = await textOf(tree, file, largestSourceBytes);
  return text !== undefined && (isGenerated(text) || isMinified(file, text));
}

function largest(changes: readonly EvalChange[]): readonly string[] {
  const sizes = changes.map(({ path, linesAdded = 0, linesDeleted = 0 }) => ({ path, size: linesAdded + linesDeleted }));
  return sizes.sort((a, b) => b.size - a.size).slice(0, shownFiles).map(({ path, size }) => `${formatCount(size)} ${path}`);
}

function sum(changes: readonly EvalChange[], of: (change: EvalChange) => number): number {
  return changes.reduce((total, change) => total + of(change), 0);
}
