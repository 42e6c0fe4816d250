import { setImmediate as nextTurn } from 'node:timers/promises';
import picomatch from 'picomatch';
import { textOf } from '../analysis/reviewedFiles';
import type { EvalChange, LineSpan } from '../evaluationInput';
import type { EvaluatorContext } from '../evaluator';
import { usualTestFiles } from '../tests/baseTests';
import { languageOf, maskSource, type MaskedSource, type SourceLanguage } from './maskedSource';

/** Larger files are data. */
export const largestSourceBytes = 2 * 1024 * 1024;

const filesPerTurn = 10;

/** One file on one side of a change. What is no source has no language, and its `code` and its `comments` are both all of it. */
export class SourceFile implements MaskedSource {
  readonly language: SourceLanguage | undefined;
  private masked: MaskedSource | undefined;
  private starts: readonly number[] | undefined;

  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    this.language = languageOf(file);
  }

  get code(): string {
    return this.parts.code;
  }

  get uncommented(): string {
    return this.parts.uncommented;
  }

  get comments(): string {
    return this.parts.comments;
  }

  /** Offsets at which lines begin. */
  get lineStarts(): readonly number[] {
    return (this.starts ??= lineStarts(this.text));
  }

  private get parts(): MaskedSource {
    const { language, text } = this;
    return (this.masked ??= language === undefined ? { text, code: text, uncommented: text, comments: text } : maskSource(text, language));
  }
}

export interface ChangedSource {
  readonly change: EvalChange;
  /** Absent when it was not there, is no text, or is too large. */
  readonly base?: SourceFile;
  readonly head?: SourceFile;
  readonly isTest: boolean;
}

const isTest = picomatch(usualTestFiles, { dot: true });

/** By its name: a test, a helper of tests, or what they compare with. */
export function isTestFile(file: string): boolean {
  return isTest(file);
}

/** Both sides of what has changed, of the files that a person selected. */
export async function changedSources({ input, selected }: Pick<EvaluatorContext, 'input' | 'selected'>): Promise<readonly ChangedSource[]> {
  const sources: ChangedSource[] = [];
  for (const change of input.changes) {
    if (!selected(change.path)) continue;
    // Many files take long to read: whoever else runs in this thread has its turn.
    if (sources.length % filesPerTurn === filesPerTurn - 1) await nextTurn();
    const basePath = change.change === 'added' ? undefined : (change.previousPath ?? change.path);
    const headPath = change.change === 'deleted' ? undefined : change.path;
    const [base, head] = change.binary ? [] : [await read(input.base, basePath), await read(input.head, headPath)];
    sources.push({ change, isTest: isTestFile(change.path) || (basePath !== undefined && isTestFile(basePath)), ...(base && { base }), ...(head && { head }) });
  }
  return sources;
}

async function read(tree: Parameters<typeof textOf>[0], file: string | undefined): Promise<SourceFile | undefined> {
  const text = file === undefined ? undefined : await textOf(tree, file, largestSourceBytes);
  return file === undefined || text === undefined ? undefined : new SourceFile(file, text);
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export interface Place {
  readonly startLine: number;
  readonly startColumn: number;
}

/** 1-based line and column of an offset. */
export function placeOf({ lineStarts }: Pick<SourceFile, 'lineStarts'>, offset: number): Place {
  let [low, high] = [0, lineStarts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { startLine: low + 1, startColumn: offset - (lineStarts[low] ?? 0) + 1 };
}

export function lineText(source: SourceFile, line: number): string {
  return source.text.slice(source.lineStarts[line - 1], source.lineStarts[line] ?? source.text.length).trim();
}

/** Whether the line is one of those. */
export function isIn(spans: readonly LineSpan[], line: number): boolean {
  return spans.some(({ start, count }) => line >= start && line < start + count);
}

/** Tells lines that were only moved: each line that is gone somewhere in the change stands for one that came. */
export class MovedLines {
  private readonly gone = new Map<string, number>();

  constructor(sources: readonly ChangedSource[]) {
    for (const { base, change } of sources) {
      if (!base) continue;
      for (const line of linesOf(change.removed)) {
        const text = lineText(base, line);
        this.gone.set(text, (this.gone.get(text) ?? 0) + 1);
      }
    }
  }

  /** True as often as the same line is gone. */
  take(source: SourceFile, line: number): boolean {
    const text = lineText(source, line);
    const left = this.gone.get(text) ?? 0;
    if (left > 0) this.gone.set(text, left - 1);
    return left > 0;
  }
}

export function linesOf(spans: readonly LineSpan[]): readonly number[] {
  return spans.flatMap(({ start, count }) => Array.from({ length: count }, (_, index) => start + index));
}
