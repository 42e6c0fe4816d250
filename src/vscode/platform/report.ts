import * as vscode from 'vscode';
import { explain, isOrchestratorError } from '../../base/errors';
import { commandIds } from '../manifest';

const showLog = 'Show Log';
const openSettings = 'Open Settings';
const raiseBudget = 'Raise Budget...';

/** Tells a person what went wrong and what to do; the details go to the log. */
export async function reportError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (error instanceof vscode.CancellationError || (isOrchestratorError(error) && error.code === 'stopped')) return;
  log.error(error instanceof Error ? error : String(error));
  if (error instanceof Error && error.cause) log.error(String(error.cause));
  const known = isOrchestratorError(error);
  const message = known ? explain(error) : 'Something went wrong that was not foreseen. The log has the details.';
  const actions = known && error.code === 'agent-not-configured' ? [openSettings, showLog] : known && error.code === 'budget-exceeded' ? [raiseBudget] : [showLog];
  const chosen = await vscode.window.showErrorMessage(message, ...actions);
  if (chosen === showLog) await vscode.commands.executeCommand(commandIds.showLog);
  if (chosen === raiseBudget) await vscode.commands.executeCommand(commandIds.setBudget);
  if (chosen === openSettings) await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:amp-orchestrator.amp-session-orchestrator agents');
}
