import * as vscode from 'vscode';
import type { Decision } from '../../model/workflow/event';
import { hasEnded } from '../../model/workflow/state';
import { askVariables } from '../workflows/askVariables';
import { decideApproval } from '../workflows/decideApproval';
import { executionUri } from '../workflows/executionUri';
import { findExecution, type FoundExecution } from '../workflows/findExecution';
import { resumeOrTakeOver, watched } from '../workflows/runWorkflow';
import { changedValues } from '../workflows/variableAnswers';
import type { CommandContext } from './commandContext';
import { invokedExecution } from './invokedExecution';
import { chooseExecution } from './pickExecution';

const nothingThere = 'No workflow has been run yet. Run one with "Amp: Run Workflow...".';

/** Lays an execution over its workflow in the visual editor. */
export async function openExecution(context: CommandContext, invokedOn: unknown): Promise<void> {
  const found = await chooseExecution(context.engines, invokedOn, { title: 'Open Execution', fits: () => true, none: nothingThere });
  if (found) await show(context, found, invokedExecution(invokedOn).node);
}

/** Goes on with what nobody goes on with, or takes it over. */
export async function resumeExecution(context: CommandContext, invokedOn: unknown): Promise<void> {
  await context.engines.require();
  const found = await chooseExecution(context.engines, invokedOn, { title: 'Resume Execution', fits: ({ record }) => !hasEnded(record.status) && record.owner !== 'here', none: 'No execution waits to go on.' });
  if (!found) return;
  if (await resumeOrTakeOver(found.orchestrator.workflows, found.record)) await show(context, found);
}

export async function cancelExecution({ engines }: CommandContext, invokedOn: unknown): Promise<void> {
  const found = await chooseExecution(engines, invokedOn, { title: 'Cancel Execution', fits: ({ record }) => !hasEnded(record.status), none: 'No workflow is running.' });
  if (!found) return;
  const cancel = 'Cancel Execution';
  const chosen = await vscode.window.showWarningMessage(`Cancel "${found.record.name}"?`, { modal: true, detail: 'What it runs is stopped. Its sessions and what they have committed are kept, and it can be forked from any node.' }, cancel);
  if (chosen === cancel) await found.orchestrator.workflows.cancel(found.record.id);
}

/** Begins a new execution that takes over what was done before a node. */
export async function forkExecution(context: CommandContext, invokedOn: unknown): Promise<void> {
  await context.engines.require();
  const found = await chooseExecution(context.engines, invokedOn, { title: 'Fork Execution', fits: () => true, none: nothingThere });
  if (!found) return;
  const { workflows } = found.orchestrator;
  const { definition, state } = await workflows.execution(found.record.id);
  const node = invokedExecution(invokedOn).node ?? (await pickNode(definition.nodes.filter(({ id }) => state.latest.has(id))));
  if (node === undefined) return;
  const answers = await askVariables(definition, state.variables);
  if (!answers) return;
  // What steps have set since comes from their steps: only what a person changed is given.
  const run = watched(await workflows.fork({ execution: found.record.id, node, variables: changedValues(state.variables, answers) }));
  await show(context, await findExecution(context.engines, run.id), node);
}

export function approveStep(context: CommandContext, invokedOn: unknown): Promise<void> {
  return decide(context, invokedOn, 'approved', 'Approve');
}

export function rejectStep(context: CommandContext, invokedOn: unknown): Promise<void> {
  return decide(context, invokedOn, 'rejected', 'Reject');
}

async function decide({ engines }: CommandContext, invokedOn: unknown, decision: Decision, title: string): Promise<void> {
  await engines.require();
  const { execution, approval } = invokedExecution(invokedOn);
  if (execution !== undefined && approval !== undefined) {
    const { orchestrator } = await findExecution(engines, execution);
    return decideApproval(orchestrator.workflows, { execution, id: approval }, [decision]);
  }
  const lists = await Promise.all((await engines.openExisting()).map(async ({ workflows }) => (await workflows.openApprovals()).map((open) => ({ workflows, open }))));
  const items = lists.flat().filter(({ open }) => execution === undefined || open.execution === execution).map((choice) => ({ label: choice.open.message.split('\n')[0] ?? '', description: choice.open.executionName, choice }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage('No approval is open.');
    return;
  }
  const chosen = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title, placeHolder: 'Select an approval', matchOnDescription: true });
  if (chosen) await decideApproval(chosen.choice.workflows, chosen.choice.open, [decision]);
}

async function pickNode(nodes: readonly { readonly id: string; readonly name: string; readonly type: string }[]): Promise<string | undefined> {
  const items = nodes.map(({ id, name, type }) => ({ label: name, description: `${type} · ${id}`, id }));
  return (await vscode.window.showQuickPick(items, { title: 'Fork Execution', placeHolder: 'From which node on?', matchOnDescription: true }))?.id;
}

async function show({ workflows }: CommandContext, found: FoundExecution, node?: string): Promise<void> {
  await workflows.open(await executionUri(found), { execution: found.record.id, node });
}
