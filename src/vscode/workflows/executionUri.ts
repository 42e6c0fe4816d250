import { access } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Orchestrator } from '../../orchestrator';
import type { FoundExecution } from './findExecution';

/** Of the definitions that executions are pinned to, where their files are not there any more. */
export const pinnedScheme = 'amp-workflow';

/** The document of an execution's workflow: its file, else the definition that it is pinned to. */
export async function executionUri({ orchestrator, record }: FoundExecution): Promise<vscode.Uri> {
  return (await workflowUri(orchestrator, record.workflow)) ?? vscode.Uri.from({ scheme: pinnedScheme, path: `/.amp/workflows/${record.workflow}.json`, query: record.id });
}

export async function workflowUri({ workflows }: Orchestrator, id: string): Promise<vscode.Uri | undefined> {
  const file = (await workflows.files()).find((one) => one.id === id)?.file;
  return file !== undefined && (await access(file).then(() => true, () => false)) ? vscode.Uri.file(file) : undefined;
}
