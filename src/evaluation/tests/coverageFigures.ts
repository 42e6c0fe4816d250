import type { FoundIssue } from '../../model/evalResult';
import type { EvalChange, LineSpan } from '../evaluationInput';
import type { FileCoverage } from '../evaluator';

export interface CoverageFigures {
  /** Percent; absent where there is nothing to cover. */
  readonly lines?: number;
  readonly branches?: number;
  readonly functions?: number;
  readonly changedLines?: number;
  /** Changed lines that could be covered, and that are. */
  readonly changedCoverable: number;
  readonly changedCovered: number;
}

/** Percent with two digits, rounded down as istanbul does it. */
export function percentOf(covered: number, total: number): number | undefined {
  return total === 0 ? undefined : Math.floor((1000 * 100 * covered) / total / 10) / 100;
}

export function coverageFigures(files: readonly FileCoverage[], changes: readonly EvalChange[]): CoverageFigures {
  const sum = (part: (file: FileCoverage) => { readonly covered: number; readonly total: number } | undefined): number | undefined => {
    const shares = files.map((file) => part(file) ?? { covered: 0, total: 0 });
    return percentOf(shares.reduce((all, { covered }) => all + covered, 0), shares.reduce((all, { total }) => all + total, 0));
  };
  const changed = changedLinesOf(files, changes).flatMap(({ lines }) => lines);
  const changedCovered = changed.filter(([, hits]) => hits > 0).length;
  const figures = {
    lines: sum(({ lines }) => ({ covered: lines.filter(([, hits]) => hits > 0).length, total: lines.length })),
    branches: sum(({ branches }) => branches),
    functions: sum(({ functions }) => functions),
    changedLines: percentOf(changedCovered, changed.length),
  };
  const known = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined)) as Omit<CoverageFigures, 'changedCoverable' | 'changedCovered'>;
  return { ...known, changedCoverable: changed.length, changedCovered };
}

/** One finding for each run of changed lines that no test reaches; lines that hold no code do not part one. */
export function uncoveredChanges(files: readonly FileCoverage[], changes: readonly EvalChange[]): FoundIssue[] {
  return changedLinesOf(files, changes).flatMap(({ file, lines }) => {
    const runs: LineSpan[] = [];
    let open: { start: number; end: number } | undefined;
    const close = (): void => {
      if (open) runs.push({ start: open.start, count: open.end - open.start + 1 });
      open = undefined;
    };
    for (const [line, hits] of lines) {
      if (hits > 0) close();
      else if (open) open.end = line;
      else open = { start: line, end: line };
    }
    close();
    return runs.map(({ start, count }): FoundIssue => ({
      ruleId: 'uncovered-change',
      message: count === 1 ? 'No test runs this changed line.' : `No test runs these ${count} changed lines.`,
      severity: 'info',
      file,
      range: { startLine: start, startColumn: 1, endLine: start + count, endColumn: 1 },
    }));
  });
}

function changedLinesOf(files: readonly FileCoverage[], changes: readonly EvalChange[]): readonly Pick<FileCoverage, 'file' | 'lines'>[] {
  const spans = new Map(changes.map(({ path, added }) => [path, added]));
  return files.flatMap(({ file, lines }) => {
    const added = spans.get(file);
    if (!added || added.length === 0) return [];
    const changed = lines.filter(([line]) => added.some(({ start, count }) => line >= start && line < start + count));
    return [{ file, lines: changed.toSorted(([a], [b]) => a - b) }];
  });
}
