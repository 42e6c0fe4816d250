import path from 'node:path';
import * as vscode from 'vscode';
import type { EvalFinding, FindingRange } from '../../model/evalResult';

/** Where a finding is on disk; undefined for what concerns the whole change. */
export function findingUri(folder: string, { file }: Pick<EvalFinding, 'file'>): vscode.Uri | undefined {
  return file === undefined ? undefined : vscode.Uri.file(path.join(folder, file));
}

/** Without an end, to the end of the line. */
export function editorRange(range: FindingRange | undefined): vscode.Range {
  const startLine = Math.max(0, (range?.startLine ?? 1) - 1);
  const startColumn = Math.max(0, (range?.startColumn ?? 1) - 1);
  const endLine = range?.endLine === undefined ? startLine : Math.max(startLine, range.endLine - 1);
  const endColumn = range?.endColumn === undefined ? Number.MAX_SAFE_INTEGER : Math.max(0, range.endColumn - 1);
  return new vscode.Range(startLine, startColumn, endLine, endLine === startLine && endColumn <= startColumn ? startColumn + 1 : endColumn);
}
