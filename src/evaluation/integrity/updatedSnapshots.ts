import { formatPlural } from '../../base/format';
import type { FoundIssue } from '../../model/evalResult';
import { closing } from './foundCase';
import type { LineSpan } from '../evaluationInput';
import { linesOf, placeOf, type ChangedSource, type SourceFile } from '../changes/changedSources';
import type { ReviewedChange } from './integrityRule';

/** More changed lines than anybody compares by eye. */
const manyLines = 40;
const manyInlineLines = 20;
const inline = /\btoMatchInlineSnapshot\s*\(|\btoThrowErrorMatchingInlineSnapshot\s*\(/g;

/** Expectations that a tool wrote anew in great number: `snapshot-mass-update`. New snapshots are none. */
export function updatedSnapshots({ sources }: ReviewedChange): readonly FoundIssue[] {
  return sources.flatMap((source): readonly FoundIssue[] => {
    const { path } = source.change;
    if (!source.base || !source.head) return [];
    if (/\.(?:snap|ambr|approved\.\w+)$|(?:^|\/)__snapshots__\//.test(path)) {
      const lines = count(source.change.removed);
      return lines >= manyLines ? [issue(source, source.change.added[0]?.start ?? 1, lines)] : [];
    }
    return source.isTest ? ofInline(source, source.base, source.head) : [];
  });
}

function ofInline(source: ChangedSource, base: SourceFile, head: SourceFile): readonly FoundIssue[] {
  const lines = linesWithin(base, source.change.removed);
  const [first] = linesWithin(head, source.change.added);
  return lines.length >= manyInlineLines ? [issue(source, first ?? 1, lines.length)] : [];
}

function linesWithin(file: SourceFile, changed: readonly LineSpan[]): readonly number[] {
  const lines = new Set(linesOf(changed));
  return [...file.code.matchAll(inline)].flatMap(({ 0: found, index }) => {
    const [start, end] = [placeOf(file, index).startLine, placeOf(file, closing(file.code, index + found.length)).startLine];
    return Array.from({ length: end - start + 1 }, (_, offset) => start + offset).filter((line) => lines.has(line));
  });
}

function count(spans: readonly LineSpan[]): number {
  return spans.reduce((sum, span) => sum + span.count, 0);
}

function issue({ change }: ChangedSource, startLine: number, lines: number): FoundIssue {
  return { ruleId: 'snapshot-mass-update', severity: 'warning', file: change.path, range: { startLine, startColumn: 1 }, message: `${formatPlural(lines, 'line')} of the snapshots in ${change.path} were replaced.` };
}
