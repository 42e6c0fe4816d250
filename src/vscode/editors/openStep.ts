import * as vscode from 'vscode';
import { OrchestratorError } from '../../base/errors';
import { formatTimestamp } from '../../base/format';
import { asName } from '../../base/jsonShape';
import type { WorkflowService } from '../../orchestrator';
import type { WorkflowEditorContract } from '../../protocol/workflowEditor';
import { commandIds } from '../manifest';
import { executionUri } from '../workflows/executionUri';
import { findExecution } from '../workflows/findExecution';
import type { WorkflowEditorContext } from './workflowEditorContext';

/** Opens what a step worked on: its session's timeline, changes or report, or the execution that it waited for. */
export async function openStep(service: WorkflowService, { engines, open }: Pick<WorkflowEditorContext, 'engines' | 'open'>, { execution, step: id, what }: WorkflowEditorContract['actions']['openStep']): Promise<void> {
  if (what === 'child') {
    const child = await chosenChild(service, execution, id);
    if (child !== undefined) await open(await executionUri(await findExecution(engines, child)), { execution: child });
    return;
  }
  const step = (await service.execution(execution)).state.steps.get(id);
  // What still runs has its session in its plan.
  const session = step?.session ?? asName(step?.plan?.['sessionId']);
  if (session === undefined) throw new OrchestratorError('session-missing', 'This step used no session.', 'Its output and its errors are in the inspector.');
  const command = { session: commandIds.openTimeline, changes: commandIds.showChanges, report: commandIds.showEvaluationReport }[what];
  await vscode.commands.executeCommand(command, session);
}

async function chosenChild(service: WorkflowService, execution: string, step: string): Promise<string | undefined> {
  const children = await service.executions({ parent: execution });
  const views = await Promise.all(children.map(({ id }) => service.execution(id)));
  const own = views.filter(({ state }) => state.parent?.step === step).map(({ record }) => record);
  if (own.length === 0) throw new OrchestratorError('execution-missing', 'This step has begun no execution.', 'It may have been reused from another one.');
  if (own.length === 1) return own[0]?.id;
  const items = own.map(({ id, name, status, startedAt }) => ({ label: name, description: `${status} · ${formatTimestamp(startedAt)}`, id }));
  return (await vscode.window.showQuickPick(items, { title: 'Open Execution', placeHolder: 'Select one' }))?.id;
}
