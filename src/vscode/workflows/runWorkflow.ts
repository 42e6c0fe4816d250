import * as vscode from 'vscode';
import { explain, OrchestratorError } from '../../base/errors';
import { formatPlural } from '../../base/format';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import type { ExecutionRecord, ReadWorkflow, RunningExecution, WorkflowService } from '../../orchestrator';
import { askVariables } from './askVariables';

const takeOver = 'Take Over';

/** `all`: from the start · `trial`: with pinned outputs in place of their nodes · `node`: one node alone · `from`: again from a node of an execution on. */
export interface RunWish {
  readonly mode: 'all' | 'trial' | 'node' | 'from';
  readonly node?: string | undefined;
  /** Its outputs are used; its definition is not. */
  readonly execution?: string | undefined;
}

/** @throws OrchestratorError `workflow-invalid` with the first thing that is wrong */
export function soundWorkflow({ definition, issues, isNewer }: ReadWorkflow): WorkflowDefinition {
  if (definition) return definition;
  if (isNewer) throw new OrchestratorError('workflow-invalid', 'The workflow was written by a newer version of this extension.', 'Update the extension to run it.');
  const errors = issues.filter(({ severity }) => severity === 'error');
  throw new OrchestratorError('workflow-invalid', `The workflow has ${formatPlural(errors.length, 'error')}: ${errors[0]?.message ?? 'it could not be read.'}`, 'The Problems view lists all of them.');
}

/** Asks the variables and begins. Undefined when a person leaves the questions. */
export async function runWorkflow(service: WorkflowService, definition: WorkflowDefinition, { mode, node, execution }: RunWish): Promise<RunningExecution | undefined> {
  if (mode === 'from' || (mode === 'node' && execution !== undefined)) {
    if (execution === undefined || node === undefined) throw new OrchestratorError('invalid-argument', 'There is no execution whose outputs could be used.', 'Run the whole workflow first, or choose one of its executions.');
    return watched(await service.fork({ execution, node, definition, ...(mode === 'node' ? { only: true } : {}) }));
  }
  const variables = await askVariables(definition);
  if (!variables) return undefined;
  return watched(await service.start({ definition, variables, ...(mode === 'all' ? {} : { trial: node === undefined ? {} : { node } }) }));
}

/** Goes on with an execution; what runs elsewhere only when a person wants to take it over. Whether it goes on here. */
export async function resumeOrTakeOver(service: WorkflowService, { id, name, owner }: Pick<ExecutionRecord, 'id' | 'name' | 'owner'>): Promise<boolean> {
  const elsewhere = owner === 'elsewhere';
  if (elsewhere && (await vscode.window.showWarningMessage(`Another window or program goes on with "${name}".`, { modal: true, detail: 'Taking it over ends what it runs there; finished steps are kept.' }, takeOver)) !== takeOver) return false;
  watched(await service.resume(id, { takeOver: elsewhere }));
  return true;
}

/** A journal that could not be written is told once; everything else is in the execution's own state. */
export function watched(run: RunningExecution): RunningExecution {
  run.done.catch((error: unknown) => { void vscode.window.showErrorMessage(`A workflow's record could not be written, so it was stopped: ${explain(error)}`); });
  return run;
}
