import { OrchestratorError } from '../../base/errors';
import { hasEnded } from '../../model/workflow/state';
import type { ExecutionRecord, WorkflowRepository } from '../../storage/workflowStore';

type Records = Pick<WorkflowRepository, 'execution' | 'executions'>;

export const mostListed = 10_000;

/**
 * By id, or by the beginning of one that no other execution waits for.
 * @throws OrchestratorError `execution-missing`, also when it fits several
 */
export async function executionNamed(records: Records, id: string): Promise<ExecutionRecord> {
  const exact = id === '' ? undefined : await records.execution(id);
  if (exact) return exact;
  const fitting = id === '' ? [] : (await records.executions({ limit: mostListed })).filter((record) => record.id.startsWith(id));
  if (fitting.length === 1 && fitting[0]) return fitting[0];
  if (fitting.length === 0) throw new OrchestratorError('execution-missing', `There is no execution "${id}".`, 'List them with: amp-orchestrator workflow list --all.');
  throw new OrchestratorError('execution-missing', `"${id}" fits ${fitting.length} executions.`, 'Give more of its id.');
}

/** A child goes on with the execution that waits for it: that one, or the one that waits for that. */
export async function waitedFor(records: Records, record: ExecutionRecord): Promise<ExecutionRecord> {
  const parent = record.parent === undefined ? undefined : await records.execution(record.parent);
  return parent === undefined || hasEnded(parent.status) ? record : waitedFor(records, parent);
}
