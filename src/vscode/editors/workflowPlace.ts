import * as vscode from 'vscode';
import { isOrchestratorError, OrchestratorError } from '../../base/errors';
import type { Orchestrator } from '../../orchestrator';
import type { Engines } from '../platform/engines';

/** Where a workflow's document can be run: the repository it is in, or why it cannot. */
export type WorkflowPlace = { readonly orchestrator: Orchestrator; readonly problem?: undefined } | { readonly orchestrator?: undefined; readonly problem: OrchestratorError };

/** Bundled and pinned workflows belong to no repository: they run in the workspace's first one. Never throws. */
export async function placeOf(uri: vscode.Uri, engines: Engines): Promise<WorkflowPlace> {
  if (!vscode.workspace.isTrusted) return { problem: new OrchestratorError('untrusted-workspace', 'Workflows run programs, and this workspace is not trusted.', 'Trust it to run them.') };
  try {
    const orchestrator = (uri.scheme === 'file' ? await engines.requireFor(uri.fsPath) : undefined) ?? (await engines.require())[0];
    return orchestrator ? { orchestrator } : { problem: new OrchestratorError('not-a-repository', 'No repository of this workspace is open.', 'Open a folder that is a git repository.') };
  } catch (error) {
    return { problem: isOrchestratorError(error) ? error : new OrchestratorError('store-failed', 'The sessions of the repository could not be opened.', 'The log says why.', { cause: error }) };
  }
}
