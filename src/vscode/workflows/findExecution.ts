import { OrchestratorError } from '../../base/errors';
import type { ExecutionRecord, Orchestrator } from '../../orchestrator';
import type { Engines } from '../platform/engines';

export interface FoundExecution {
  readonly orchestrator: Orchestrator;
  readonly record: ExecutionRecord;
}

/** @throws OrchestratorError `execution-missing` when no repository of the workspace has it */
export async function findExecution(engines: Engines, id: string): Promise<FoundExecution> {
  for (const orchestrator of await engines.openExisting()) {
    const record = await orchestrator.store.workflows.execution(id);
    if (record) return { orchestrator, record };
  }
  throw new OrchestratorError('execution-missing', 'This execution is not in the workspace any more.', 'Open the folder it belongs to.');
}

/** All executions of the workspace that nothing waits for, newest first. */
export async function allExecutions(engines: Engines): Promise<FoundExecution[]> {
  const lists = await Promise.all((await engines.openExisting()).map(async (orchestrator) => (await orchestrator.workflows.executions()).map((record) => ({ orchestrator, record }))));
  return lists.flat().sort((a, b) => b.record.startedAt - a.record.startedAt);
}
