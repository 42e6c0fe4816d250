import * as vscode from 'vscode';
import { commandIds } from '../manifest';
import type { FindingDiagnostics, ShownFinding } from './findingDiagnostics';

/** How a command knows the finding that it is for. */
export interface FindingReference {
  readonly placeKey: string;
  readonly evaluator: string;
  readonly fingerprint: string;
}

/** Offered at a finding, in this order. */
const fixes = [
  { command: commandIds.sendFinding, title: 'Send to session…', kind: vscode.CodeActionKind.QuickFix },
  { command: commandIds.rerunEvaluator, title: 'Re-run this evaluator', kind: vscode.CodeActionKind.QuickFix },
  { command: commandIds.acceptFinding, title: 'Accept as baseline', kind: vscode.CodeActionKind.QuickFix },
  { command: commandIds.suppressFinding, title: 'Suppress here with a reason…', kind: vscode.CodeActionKind.QuickFix },
] as const;

export function registerQuickFixes(findings: FindingDiagnostics): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    { scheme: 'file' },
    { provideCodeActions: ({ uri }, _range, { diagnostics }) => findings.at(uri, diagnostics).flatMap(actionsFor) },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function actionsFor({ place, finding, diagnostic }: ShownFinding): vscode.CodeAction[] {
  const reference: FindingReference = { placeKey: place.key, evaluator: finding.evaluator, fingerprint: finding.fingerprint };
  // An accepted finding is only a hint: it needs no more than a new look.
  const offered = finding.accepted === undefined ? fixes : fixes.filter(({ command }) => command === commandIds.rerunEvaluator);
  return offered.map(({ command, title, kind }) => {
    const action = new vscode.CodeAction(`${title.replace(/…$/, '')} (${finding.evaluator})${title.endsWith('…') ? '…' : ''}`, kind);
    action.command = { command, title, arguments: [reference] };
    action.diagnostics = [diagnostic];
    return action;
  });
}

/** @returns undefined for what no quick fix of ours has sent */
export function findingReference(value: unknown): FindingReference | undefined {
  if (typeof value !== 'object' || value === null || !('placeKey' in value && 'evaluator' in value && 'fingerprint' in value)) return undefined;
  const { placeKey, evaluator, fingerprint } = value;
  return typeof placeKey === 'string' && typeof evaluator === 'string' && typeof fingerprint === 'string' ? { placeKey, evaluator, fingerprint } : undefined;
}
