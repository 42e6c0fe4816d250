import { Type, type Static } from '@sinclair/typebox';
import { formatCount, formatPlural } from '../../base/format';
import type { FoundIssue } from '../../model/evalResult';
import type { Analyser } from '../analysis/analyser';
import type { Clone, DuplicatedPlace, DuplicationSource } from '../analysis/analysisProtocol';
import { analysisFailure, analysisTimeMs } from '../analysis/analysisTime';
import { codeFormat } from '../analysis/codeFormats';
import { isGenerated, isMinified, reviewedFiles, textOf, type ReviewedFile } from '../analysis/reviewedFiles';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome } from '../evaluator';
import { optionsCheck } from '../checkedOptions';
import { errored, orErrored } from '../withoutScore';

export const DuplicationOptionsSchema = Type.Object(
  {
    minTokens: Type.Optional(Type.Integer({ minimum: 10, maximum: 10_000, default: 50, description: 'Fewer equal tokens are no clone.' })),
    minLines: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 5, description: 'Fewer equal lines are no clone.' })),
    maxPercent: Type.Optional(Type.Number({ minimum: 0, maximum: 100, default: 3, description: 'Share of the changed lines that may be duplicated.' })),
  },
  { additionalProperties: false },
);
type DuplicationOptions = Static<typeof DuplicationOptionsSchema>;

/** The share of duplicated lines in new code that SonarQube's built-in gate allows. */
const defaultMaxPercent = 3;
const largestFileBytes = 1024 * 1024;
/** Takes some ten seconds to look through. */
const mostTextLength = 32 * 1024 * 1024;

/**
 * Code in changed lines that is there twice, by jscpd. Score: 100 − the percentage of changed lines that are duplicated. Metrics:
 * `duplicatedLines` and `changedLines` (of the changed code files), `percent`, `clones`.
 */
export function createDuplicationEvaluator({ analyser }: { readonly analyser: Analyser }): Evaluator {
  const checked = optionsCheck(DuplicationOptionsSchema);
  return {
    dependsOnBase: true,
    cacheKey: () => Promise.resolve('duplication 1 jscpd 4.2'),
    evaluate: (context) => orErrored(() => compare(analyser, context, checked(context.config.options))),
  };
}

async function compare(analyser: Analyser, context: EvaluatorContext, { minTokens = 50, minLines = 5, maxPercent = defaultMaxPercent }: DuplicationOptions): Promise<EvaluatorOutcome> {
  const { tree, input, isBase, selected, timeoutMs, signal } = context;
  const reviewed = reviewedFiles(context).filter(({ file }) => codeFormat(file) !== undefined);
  const wanted = new Map<string, Set<number>>();
  let leftOut = 0;

  async function source(file: string, isWanted: boolean, baseFile: string | undefined): Promise<DuplicationSource | undefined> {
    const format = codeFormat(file);
    if (format === undefined) return undefined;
    const text = await textOf(tree, file, largestFileBytes);
    // Of a changed file only what the base already says: a mark that comes with the change would let it hide.
    const marked = !isWanted || isBase ? text : baseFile === undefined ? undefined : await textOf(input.base, baseFile, largestFileBytes);
    if (text !== undefined && !isMinified(file, text) && !(marked !== undefined && isGenerated(marked))) return { file, text, format, wanted: isWanted };
    leftOut++;
    return undefined;
  }

  async function* sources(): AsyncGenerator<DuplicationSource> {
    let length = 0;
    for (const { file, changed, baseFile } of reviewed) {
      const found = await source(file, true, baseFile);
      if (!found) continue;
      wanted.set(file, isBase ? allLines(found.text) : linesOf(changed));
      length += found.text.length;
      yield found;
    }
    // Clones are found among files of one language.
    const formats = new Set([...wanted.keys()].map(codeFormat));
    const names = new Set(reviewed.map(({ file }) => file));
    for (const file of wanted.size === 0 ? [] : await tree.list()) {
      if (names.has(file) || !selected(file) || !formats.has(codeFormat(file))) continue;
      const found = length < mostTextLength ? await source(file, false, undefined) : undefined;
      if (!found && length >= mostTextLength) leftOut++;
      if (!found) continue;
      length += found.text.length;
      yield found;
    }
  }

  const analysed = await analyser.run({ kind: 'duplication', options: { minTokens, minLines }, sources: sources(), timeoutMs: analysisTimeMs(timeoutMs), signal });
  if (!analysed.ok) return errored(analysisFailure(analysed, timeoutMs), 'none');
  const note = leftOut > 0 ? ` ${formatPlural(leftOut, 'file')} left out: too large, minified, generated, or more than is looked through.` : '';
  if (wanted.size === 0) return { verdict: 'unscored', score: null, issues: [], error: `No changed file is code that could be compared.${note}`, isolation: 'none' };
  return judge({ wanted, clones: analysed.results, maxPercent, note });
}

function judge({ wanted, clones, maxPercent, note }: { readonly wanted: ReadonlyMap<string, ReadonlySet<number>>; readonly clones: readonly Clone[]; readonly maxPercent: number; readonly note: string }): EvaluatorOutcome {
  const duplicated = new Set<string>();
  const issues: FoundIssue[] = [];
  for (const { here, there } of clones) {
    const [first, second] = [changedPart(here, wanted), changedPart(there, wanted)];
    for (const part of [first, second]) for (const line of part?.lines ?? []) duplicated.add(`${part?.file ?? ''}\0${line}`);
    const [part, whole, other] = first ? [first, here, there] : [second, there, here];
    if (part) issues.push(issueOf(part, whole, other));
  }
  const changedLines = [...wanted.values()].reduce((sum, lines) => sum + lines.size, 0);
  const percent = changedLines === 0 ? 0 : (100 * duplicated.size) / changedLines;
  return {
    verdict: percent <= maxPercent ? 'passed' : 'failed',
    score: 100 - percent,
    issues,
    details: `${formatCount(duplicated.size)} of ${formatPlural(changedLines, 'changed line')} duplicated (${percent.toFixed(1)} %; at most ${maxPercent} %), in ${formatPlural(issues.length, 'place')}.${note}`,
    isolation: 'none',
    metrics: { duplicatedLines: duplicated.size, changedLines, percent, clones: issues.length },
  };
}

interface ChangedPart {
  readonly file: string;
  readonly lines: readonly number[];
}

function changedPart({ file, startLine, endLine }: DuplicatedPlace, wanted: ReadonlyMap<string, ReadonlySet<number>>): ChangedPart | undefined {
  const changed = wanted.get(file);
  const lines = changed ? Array.from({ length: endLine - startLine + 1 }, (_line, at) => startLine + at).filter((line) => changed.has(line)) : [];
  return lines.length === 0 ? undefined : { file, lines };
}

function issueOf({ file, lines }: ChangedPart, whole: DuplicatedPlace, other: DuplicatedPlace): FoundIssue {
  const first = lines[0] ?? whole.startLine;
  return {
    ruleId: 'duplication',
    message: `${formatPlural(whole.endLine - whole.startLine + 1, 'line')} (${whole.startLine}–${whole.endLine}) are the same as in ${other.file}:${other.startLine}–${other.endLine}.`,
    severity: 'warning',
    file,
    range: { startLine: first, startColumn: 1, endLine: (lines.at(-1) ?? first) + 1, endColumn: 1 },
  };
}

function linesOf(spans: ReviewedFile['changed']): Set<number> {
  return new Set(spans.flatMap(({ start, count }) => Array.from({ length: count }, (_line, at) => start + at)));
}

function allLines(text: string): Set<number> {
  return new Set(text.split('\n').map((_line, at) => at + 1));
}
