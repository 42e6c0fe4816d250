import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Orchestrator } from '../../orchestrator';
import { commandIds } from '../manifest';
import { reportError } from '../platform/report';

const open = 'Open';
const approve = 'Approve...';
const reject = 'Reject...';

/**
 * Goes on with the executions of this kind of program that nobody owns, once a repository is opened in a trusted workspace; and tells a person what the executions
 * of this window want: an approval, or a word of a `notify` node. What another window runs is told there.
 */
export class WorkflowRuns implements vscode.Disposable {
  private readonly disposables = new DisposableStore();

  constructor(private readonly log: vscode.LogOutputChannel) {}

  dispose(): void {
    this.disposables.dispose();
  }

  follow({ workflows }: Orchestrator): void {
    this.disposables.add(
      workflows.onDidAppend(({ execution, events }) => {
        for (const event of events) {
          if (event.type === 'approval.requested') this.tell(() => askApproval(execution, event.approval, event.message));
          if (event.type === 'approval.reopened') this.tell(() => askApproval(execution, event.approval, `What was decided on has changed: ${event.reason}`));
          if (event.type === 'step.asked') this.tell(() => showQuestion(execution, event.question));
        }
      }),
    );
    this.disposables.add(workflows.onDidNotify(({ execution, message, level }) => { this.tell(() => showNotice(execution, message, level)); }));
    this.tell(async () => {
      for (const { id, done } of await workflows.resumeAll()) {
        done.catch((error: unknown) => { this.log.error(`The journal of execution ${id} could not be written`, error); });
      }
    });
  }

  private tell(what: () => Promise<void>): void {
    what().catch((error: unknown) => { void reportError(error, this.log); });
  }
}

async function askApproval(execution: string, approval: string, message: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(message, open, approve, reject);
  if (chosen === open) await vscode.commands.executeCommand(commandIds.openExecution, execution);
  if (chosen === approve) await vscode.commands.executeCommand(commandIds.approveStep, { execution, approval });
  if (chosen === reject) await vscode.commands.executeCommand(commandIds.rejectStep, { execution, approval });
}

async function showQuestion(execution: string, question: string): Promise<void> {
  if ((await vscode.window.showWarningMessage(question, open)) === open) await vscode.commands.executeCommand(commandIds.openExecution, execution);
}

async function showNotice(execution: string, message: string, level: 'info' | 'warning' | 'error'): Promise<void> {
  const show = level === 'error' ? vscode.window.showErrorMessage : level === 'warning' ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  if ((await show(message, open)) === open) await vscode.commands.executeCommand(commandIds.openExecution, execution);
}
