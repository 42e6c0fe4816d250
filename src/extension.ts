import type * as vscode from 'vscode';
import { activateContributions, deactivateContributions } from './vscode/contributions';

export function activate(context: vscode.ExtensionContext): void {
  activateContributions(context);
}

/** The editor waits up to five seconds for this: runs are stopped, their work is committed, the store is closed. */
export function deactivate(): Promise<void> {
  return deactivateContributions();
}
