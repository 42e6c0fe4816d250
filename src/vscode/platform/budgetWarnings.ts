import * as vscode from 'vscode';
import type { BudgetWarning } from '../../model/budget';
import type { Orchestrator } from '../../orchestrator';
import { commandIds } from '../manifest';
import type { Engines } from './engines';

const raiseBudget = 'Raise Budget...';

/**
 * Says that a limit is nearly used up, with the way to raise it. Each window speaks of the runs that it started itself, once a limit:
 * what runs elsewhere warns there.
 */
export class BudgetWarnings implements vscode.Disposable {
  private readonly listeners: { dispose(): void }[];

  constructor(
    engines: Engines,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listeners = [
      engines.onDidOpen((orchestrator) => {
        this.listeners.push(
          orchestrator.sessions.budgets.onDidWarn((warning) => {
            this.warn(orchestrator, warning).catch((error: unknown) => { this.log.error('A budget could not be asked for', error); });
          }),
        );
      }),
    ];
  }

  dispose(): void {
    for (const listener of this.listeners.splice(0)) listener.dispose();
  }

  private async warn({ repository }: Orchestrator, { session, message }: BudgetWarning): Promise<void> {
    const whose = session === undefined ? message : `"${session.name}" nears its budget. ${message}`;
    const then = session === undefined ? 'Running sessions are stopped when it is used up.' : 'It is stopped when that is used up.';
    if ((await vscode.window.showWarningMessage(`${whose} ${then}`, raiseBudget)) !== raiseBudget) return;
    await vscode.commands.executeCommand(commandIds.setBudget, session === undefined ? { dayOf: repository.root } : session.id);
  }
}
