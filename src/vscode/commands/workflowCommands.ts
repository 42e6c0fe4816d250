import * as vscode from 'vscode';
import { placeOf } from '../editors/workflowPlace';
import { runWorkflow as run, soundWorkflow } from '../workflows/runWorkflow';
import type { CommandContext } from './commandContext';
import { pickWorkflow, workflowUriOf } from './pickWorkflow';

/** Opens a workflow in the visual editor. */
export async function openWorkflow({ engines, workflows }: CommandContext, invokedOn: unknown): Promise<void> {
  const uri = workflowUriOf(invokedOn) ?? (await picked(engines, 'Open Workflow'));
  if (uri) await workflows.open(uri);
}

export async function openWorkflowAsText({ engines }: CommandContext, invokedOn: unknown): Promise<void> {
  const uri = workflowUriOf(invokedOn) ?? (await picked(engines, 'Open Workflow as Text'));
  if (uri) await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
}

/** Asks the variables, begins, and shows the execution. What an open document says counts, saved or not. */
export async function runWorkflow({ engines, workflows }: CommandContext, invokedOn: unknown): Promise<void> {
  await engines.require();
  const uri = workflowUriOf(invokedOn) ?? (await picked(engines, 'Run Workflow'));
  if (!uri) return;
  const { orchestrator, problem } = await placeOf(uri, engines);
  if (!orchestrator) throw problem;
  const service = orchestrator.workflows;
  const document = await vscode.workspace.openTextDocument(uri);
  const begun = await run(service, soundWorkflow(service.read(document.getText(), await service.knownNames())), { mode: 'all' });
  if (begun) await workflows.open(uri, { execution: begun.id });
}

async function picked(engines: CommandContext['engines'], title: string): Promise<vscode.Uri | undefined> {
  const chosen = await pickWorkflow(engines, title);
  return chosen && vscode.Uri.file(chosen.file.file);
}
