import * as vscode from 'vscode';
import { formatPlural, formatTotalCost } from '../../base/format';
import type { Iteration, Session } from '../../model/session';
import type { Orchestrator } from '../../orchestrator';
import { commandIds, viewIds } from '../manifest';
import { linesText } from '../views/sessionNodes';
import type { CommandContext } from './commandContext';
import { chooseSession } from './pickSession';

/** Runs one iteration with progress in the sessions view, and says how it went to a person who is away or has to act. */
export async function runWithProgress(context: CommandContext, orchestrator: Orchestrator, session: Session, request: { prompt?: string }): Promise<void> {
  await vscode.window.withProgress({ location: { viewId: viewIds.sessions } }, async () => {
    const { iteration } = await orchestrator.sessions.run(session.id, {
      ...request,
      onStarted: () => { void context.tree.refresh().then(() => context.tree.reveal(session.id)); },
    });
    await context.tree.refresh();
    void announce(orchestrator, session, iteration);
  });
}

async function announce(orchestrator: Orchestrator, session: Session, iteration: Iteration): Promise<void> {
  const showTimeline = 'Show Timeline';
  const showChanges = 'Show Changes';
  const raiseBudget = 'Raise Budget...';
  let chosen: string | undefined;
  if (iteration.status === 'failed') {
    chosen = await vscode.window.showErrorMessage(`"${session.name}" failed: ${iteration.errorMessage ?? 'the agent gave no reason'}`, showTimeline);
  } else if (iteration.status === 'stopped') {
    const { status, attention } = await orchestrator.sessions.get(session.id);
    if (status === 'budget-exceeded') chosen = await vscode.window.showWarningMessage(`"${session.name}" was stopped: ${attention ?? 'a budget is used up'}`, raiseBudget, showTimeline);
  } else if (iteration.status === 'succeeded' && !vscode.window.state.focused) {
    const totals = await orchestrator.store.spans.totals({ sessionId: session.id, iterationId: iteration.id });
    const files = iteration.changedFiles.length === 0 ? 'nothing changed' : `${formatPlural(iteration.changedFiles.length, 'file')} changed (${linesText(iteration.changedFiles)})`;
    chosen = await vscode.window.showInformationMessage(`"${session.name}" is done: ${files}, cost ${formatTotalCost(totals)}.`, showChanges, showTimeline);
  }
  // Without a session it asks for the limit: it may be the day's that stopped it.
  if (chosen === raiseBudget) await vscode.commands.executeCommand(commandIds.setBudget);
  if (chosen === showTimeline) await vscode.commands.executeCommand(commandIds.openTimeline, session.id);
  if (chosen === showChanges) await vscode.commands.executeCommand(commandIds.showChanges, session.id);
}

export async function runIteration(context: CommandContext, invokedOn: unknown): Promise<void> {
  const chosen = await chooseSession(context.engines, invokedOn, { title: 'Run Iteration', fits: /^session\.workable/, none: 'No session is ready for another iteration. Start one with "Amp: New Session...".' });
  if (!chosen) return;
  const { session } = chosen.item;
  const last = chosen.item.iterations.at(-1);
  const prompt = await vscode.window.showInputBox({ title: `Run Iteration: ${session.name}`, prompt: last ? 'What shall the agent do next?' : 'What shall the agent do?', value: last ? '' : session.prompt, placeHolder: last ? session.prompt : '', ignoreFocusOut: true });
  if (prompt === undefined) return;
  await runWithProgress(context, chosen.orchestrator, session, prompt.trim() === '' ? {} : { prompt });
}

export async function stopSession(context: CommandContext, invokedOn: unknown): Promise<void> {
  const chosen = await chooseSession(context.engines, invokedOn, { title: 'Stop', fits: /^session\.running/, none: 'No session is running.' });
  if (!chosen) return;
  await vscode.window.withProgress({ location: { viewId: viewIds.sessions } }, () => chosen.orchestrator.sessions.stop(chosen.item.session.id));
}

export async function deleteSession(context: CommandContext, invokedOn: unknown): Promise<void> {
  const chosen = await chooseSession(context.engines, invokedOn, { title: 'Delete', fits: /^session\.(workable|merged)/, none: 'No session can be deleted.' });
  if (!chosen) return;
  const { session } = chosen.item;
  const confirm = 'Delete session';
  const answer = await vscode.window.showWarningMessage(
    `Delete "${session.name}"?`,
    { modal: true, detail: `Its worktree and its branch ${session.branch} are removed. Commits, changed and untracked files and single ignored files (such as .env) are kept under refs/amp/trash and can be brought back with git; ignored folders (such as node_modules) are not kept.` },
    confirm,
  );
  if (answer !== confirm) return;
  const { restoreCommand } = await vscode.window.withProgress({ location: { viewId: viewIds.sessions } }, () => chosen.orchestrator.sessions.delete(session.id));
  const copy = 'Copy Restore Command';
  const next = await vscode.window.showInformationMessage(`"${session.name}" is deleted.`, ...(restoreCommand === undefined ? [] : [copy]));
  if (next === copy && restoreCommand !== undefined) await vscode.env.clipboard.writeText(restoreCommand);
}
