import * as vscode from 'vscode';
import { formatTimestamp } from '../../base/format';
import type { Engines } from '../platform/engines';
import { allExecutions, findExecution, type FoundExecution } from '../workflows/findExecution';
import { invokedExecution } from './invokedExecution';

export interface ExecutionQuestion {
  readonly title: string;
  readonly fits: (found: FoundExecution) => boolean;
  /** Said when none fits. */
  readonly none: string;
}

/** The execution that a command is for: the one it was invoked on, else the only one that fits, else the one a person picks. */
export async function chooseExecution(engines: Engines, invokedOn: unknown, { title, fits, none }: ExecutionQuestion): Promise<FoundExecution | undefined> {
  const { execution } = invokedExecution(invokedOn);
  if (execution !== undefined) return findExecution(engines, execution);
  const fitting = (await allExecutions(engines)).filter(fits);
  if (fitting.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  if (fitting.length === 1) return fitting[0];
  const items = fitting.map((found) => ({ label: found.record.name, description: `${found.record.status} · ${formatTimestamp(found.record.startedAt)}`, found }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Select an execution', matchOnDescription: true }))?.found;
}
