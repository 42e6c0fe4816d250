import * as vscode from 'vscode';
import type { Orchestrator, WorkflowFile } from '../../orchestrator';
import { formatPlural } from '../../base/format';
import { isWorkflowPath } from '../editors/workflowViewType';
import type { Engines } from '../platform/engines';

export interface ChosenWorkflow {
  readonly orchestrator: Orchestrator;
  readonly file: WorkflowFile;
}

/** Address of the workflow that a command was invoked on: a document, a node of the workflows view, or the editor that is in front. */
export function workflowUriOf(invokedOn: unknown): vscode.Uri | undefined {
  if (invokedOn instanceof vscode.Uri) return invokedOn;
  if (typeof invokedOn === 'object' && invokedOn !== null && 'file' in invokedOn) {
    const { file } = invokedOn as { readonly file?: { readonly file?: unknown } };
    if (typeof file?.file === 'string') return vscode.Uri.file(file.file);
  }
  if (invokedOn !== undefined) return undefined;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const shown = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
  return shown && isWorkflowPath(shown.path) ? shown : undefined;
}

/** A workflow that a person picks. */
export async function pickWorkflow(engines: Engines, title: string): Promise<ChosenWorkflow | undefined> {
  const lists = await Promise.all((await engines.require()).map(async (orchestrator) => (await orchestrator.workflows.files()).map((file): ChosenWorkflow => ({ orchestrator, file }))));
  const items = lists.flat().map((choice) => ({
    label: choice.file.name,
    description: [choice.file.origin === 'bundled' ? 'bundled' : choice.file.id, choice.file.errors > 0 ? formatPlural(choice.file.errors, 'error') : ''].filter(Boolean).join(' · '),
    iconPath: new vscode.ThemeIcon(choice.file.origin === 'bundled' ? 'library' : 'type-hierarchy-sub'),
    choice,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Select a workflow', matchOnDescription: true }))?.choice;
}
