import * as vscode from 'vscode';
import { explain, isOrchestratorError } from '../../base/errors';
import { redactedError } from '../../base/redactedError';
import { noRedaction, type Redactor } from '../../base/redactor';
import { commandIds } from '../manifest';

const showLog = 'Show Log';
const openSettings = 'Open Settings';
const raiseBudget = 'Raise Budget...';

/** Tells a person what went wrong and what to do; the details go to the log. */
export async function reportError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (error instanceof vscode.CancellationError || (isOrchestratorError(error) && error.code === 'stopped')) return;
  const { redact } = await lazyRedactor();
  const told = redactedError(error, redact);
  log.error(told instanceof Error ? told : String(told));
  if (told instanceof Error && told.cause) log.error(String(told.cause));
  const known = isOrchestratorError(error);
  const message = known ? redact(explain(error)) : 'Something went wrong that was not foreseen. The log has the details.';
  const actions = known && error.code === 'agent-not-configured' ? [openSettings, showLog] : known && error.code === 'budget-exceeded' ? [raiseBudget] : [showLog];
  const chosen = await vscode.window.showErrorMessage(message, ...actions);
  if (chosen === showLog) await vscode.commands.executeCommand(commandIds.showLog);
  if (chosen === raiseBudget) await vscode.commands.executeCommand(commandIds.setBudget);
  if (chosen === openSettings) await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:amp-orchestrator.amp-session-orchestrator agents');
}

/** Loaded when the first error is told. What the engines say has lost our own keys already: they know them. */
async function lazyRedactor(): Promise<Redactor> {
  try {
    const { errorRedactor } = await import('../../errorRedactor');
    return errorRedactor();
  } catch {
    // That a file of the extension cannot be loaded has to be told too.
    return noRedaction;
  }
}
