import path from 'node:path';
import * as vscode from 'vscode';
import type { EvalProgress, EvaluatedPlace } from '../evaluations/evaluatedPlace';

export type CoveredFile = NonNullable<Extract<EvalProgress, { kind: 'ended' }>['coverage']>[number];

/** Coverage as the editor shows it; the lines of a file are made when it is opened. */
export class TestCoverage {
  private readonly lines = new WeakMap<vscode.FileCoverage, CoveredFile['lines']>();

  add(run: vscode.TestRun, { folder }: EvaluatedPlace, files: readonly CoveredFile[]): void {
    for (const { file, lines, branches, functions } of files) {
      const covered = lines.filter(([, hits]) => hits > 0).length;
      const coverage = new vscode.FileCoverage(vscode.Uri.file(path.join(folder, file)), new vscode.TestCoverageCount(covered, lines.length), count(branches), count(functions));
      this.lines.set(coverage, lines);
      run.addCoverage(coverage);
    }
  }

  details(coverage: vscode.FileCoverage): vscode.StatementCoverage[] {
    return (this.lines.get(coverage) ?? []).map(([line, hits]) => new vscode.StatementCoverage(hits, new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER)));
  }
}

function count(part: CoveredFile['branches']): vscode.TestCoverageCount | undefined {
  return part && new vscode.TestCoverageCount(part.covered, part.total);
}
