import { Type, type Static } from '@sinclair/typebox';
import { formatPlural } from '../../base/format';
import { present } from '../../base/jsonShape';
import type { FoundIssue } from '../../model/evalResult';
import type { Analyser } from '../analysis/analyser';
import type { MeasuredFunction, SourceText } from '../analysis/analysisProtocol';
import { analysisFailure, analysisTimeMs } from '../analysis/analysisTime';
import { isGenerated, isMinified, reviewedFiles, textOf, touches, type ReviewedFile } from '../analysis/reviewedFiles';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome } from '../evaluator';
import { optionsCheck } from '../checkedOptions';
import { errored, orErrored } from '../withoutScore';

export const ComplexityOptionsSchema = Type.Object(
  { maxComplexity: Type.Optional(Type.Integer({ minimum: 1, default: 15, description: 'Highest cyclomatic complexity that a function may have.' })) },
  { additionalProperties: false },
);
type ComplexityOptions = Static<typeof ComplexityOptionsSchema>;

const defaultMaxComplexity = 15;
const pointsPerFunction = 10;
const largestFileBytes = 1024 * 1024;
const rulePage = 'https://eslint.org/docs/latest/rules/complexity';

/**
 * Cyclomatic complexity of the functions in changed JavaScript and TypeScript files. Score: 100 − 10 for each function above the limit that
 * is new or worse than at the base; such a function fails it. Metrics: `max`, `mean` and `functions` of these files, and `delta`: what the
 * complexity of their functions adds up to, less the same at the base.
 */
export function createComplexityEvaluator({ analyser }: { readonly analyser: Analyser }): Evaluator {
  const checked = optionsCheck(ComplexityOptionsSchema);
  return {
    dependsOnBase: true,
    cacheKey: () => Promise.resolve('complexity 1'),
    evaluate: (context) => orErrored(() => measure(analyser, context, checked(context.config.options))),
  };
}

interface ReviewedFunction extends MeasuredFunction {
  readonly file: string;
  /** Its complexity at the base; undefined where there is none of its name. */
  readonly before: number | undefined;
  readonly isChanged: boolean;
}

async function measure(analyser: Analyser, context: EvaluatorContext, { maxComplexity = defaultMaxComplexity }: ComplexityOptions): Promise<EvaluatorOutcome> {
  const { input, isBase, timeoutMs, signal } = context;
  const reviewed = reviewedFiles(context).filter(({ file }) => /\.[cm]?[jt]sx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file));
  const texts = new Map<string, string>();
  let leftOut = 0;
  async function* sources(): AsyncGenerator<SourceText> {
    for (const { file, baseFile } of reviewed) {
      const base = baseFile === undefined ? undefined : await textOf(input.base, baseFile, largestFileBytes);
      const text = isBase ? base : await textOf(input.head, file, largestFileBytes);
      // Only what the base already says: a mark that comes with the change would let it hide.
      if (text === undefined || isMinified(file, text) || (base !== undefined && isGenerated(base))) {
        leftOut++;
        continue;
      }
      texts.set(file, text);
      yield { file, text };
      if (!isBase && base !== undefined) yield { file: baseKey(file, baseFile), text: base };
    }
  }
  const analysed = await analyser.run({ kind: 'complexity', options: {}, sources: sources(), timeoutMs: analysisTimeMs(timeoutMs), signal });
  if (!analysed.ok) return errored(analysisFailure({ ...analysed, ...(analysed.file !== undefined && { file: withoutBaseKey(analysed.file) }) }, timeoutMs), 'none');
  const measured = new Map(analysed.results.map((result) => [result.file, result]));
  const unread = reviewed.flatMap(({ file }) => measured.get(file)?.problem ?? []).length;
  const functions = reviewed.flatMap((file) => reviewedFunctions(file, measured.get(file.file)?.functions ?? [], measured.get(baseKey(file.file, file.baseFile))?.functions ?? []));
  if (functions.length === 0) return { verdict: 'unscored', score: null, issues: [], error: unread + leftOut > 0 ? `Nothing could be measured: ${notesOf(leftOut, unread).join(' ')}` : 'No changed file has functions of JavaScript or TypeScript.', isolation: 'none' };
  const before = reviewed.flatMap(({ file, baseFile }) => measured.get(baseKey(file, baseFile))?.functions ?? []);
  return judge({ functions, before: isBase ? functions : before, texts, maxComplexity, isBase, notes: notesOf(leftOut, unread) });
}

/** Two names for two sides of one file; the ending still says what language it is. */
function baseKey(file: string, baseFile: string | undefined): string {
  return `base\0${baseFile ?? file}`;
}

function withoutBaseKey(file: string): string {
  return file.replace(/^base\0/, '');
}

function reviewedFunctions({ file, changed }: ReviewedFile, functions: readonly MeasuredFunction[], atBase: readonly MeasuredFunction[]): readonly ReviewedFunction[] {
  const before = new Map(atBase.map(({ name, complexity }) => [name, complexity]));
  return functions.map((found) => {
    const old = before.get(found.name);
    return { ...found, file, before: old, isChanged: touches(changed, found.startLine, found.endLine) || (old !== undefined && old !== found.complexity) };
  });
}

interface Judged {
  readonly functions: readonly ReviewedFunction[];
  readonly before: readonly MeasuredFunction[];
  readonly texts: ReadonlyMap<string, string>;
  readonly maxComplexity: number;
  readonly isBase: boolean;
  readonly notes: readonly string[];
}

function judge({ functions, before, texts, maxComplexity, isBase, notes }: Judged): EvaluatorOutcome {
  const above = functions.filter(({ complexity, isChanged }) => complexity > maxComplexity && (isChanged || isBase));
  const worse = above.filter(isWorse);
  const sum = sumOf(functions);
  const max = functions.reduce((highest, { complexity }) => Math.max(highest, complexity), 0);
  return {
    verdict: worse.length === 0 ? 'passed' : 'failed',
    score: Math.max(0, 100 - pointsPerFunction * worse.length),
    issues: above.map((found) => issueOf(found, maxComplexity, texts)),
    details: [`${formatPlural(functions.length, 'function')}, the highest complexity is ${max}; ${above.length} changed above ${maxComplexity}, ${worse.length} of them new or worse.`, ...notes].join(' '),
    isolation: 'none',
    metrics: { max, mean: sum / functions.length, functions: functions.length, delta: sum - sumOf(before) },
  };
}

function isWorse({ complexity, before }: ReviewedFunction): boolean {
  return before === undefined || complexity > before;
}

function issueOf(found: ReviewedFunction, maxComplexity: number, texts: ReadonlyMap<string, string>): FoundIssue {
  const { file, name, complexity, before, startLine } = found;
  const line = texts.get(file)?.split(/\r?\n/)[startLine - 1];
  const was = before === undefined || before === complexity ? '' : ` It was ${before} at the base.`;
  const indent = line === undefined ? 0 : line.length - line.trimStart().length;
  return {
    ruleId: 'complexity',
    message: `${name} has a complexity of ${complexity}. At most ${maxComplexity} is allowed.${was}`,
    severity: isWorse(found) ? 'warning' : 'info',
    file,
    range: { startLine, startColumn: indent + 1, ...present({ endLine: line === undefined ? undefined : startLine, endColumn: line === undefined ? undefined : line.trimEnd().length + 1 }) },
    helpUri: rulePage,
  };
}

function sumOf(functions: readonly MeasuredFunction[]): number {
  return functions.reduce((sum, { complexity }) => sum + complexity, 0);
}

function notesOf(leftOut: number, unread: number): readonly string[] {
  return [...(leftOut > 0 ? [`${formatPlural(leftOut, 'file')} left out: too large, minified or generated.`] : []), ...(unread > 0 ? [`${formatPlural(unread, 'file')} could not be read as JavaScript.`] : [])];
}
