import { isUnderWay, type ExecutionState } from '../../model/workflow/state';
import type { WorkflowService } from '../../orchestrator';

/** True when nothing in an execution, or in those that it waits for, can go on before a person has decided or answered. */
export async function waitsForPerson(workflows: Pick<WorkflowService, 'execution' | 'executions'>, id: string): Promise<boolean> {
  const { state, pending } = await workflows.execution(id);
  if (state.status !== 'running' || state.cancelRequested !== undefined || pending.length > 0) return false;
  const steps = [...state.steps.values()];
  if (steps.some(({ isDeciding }) => isDeciding)) return false;
  const open = steps.filter(({ status }) => isUnderWay(status));
  const others = open.filter((step) => !isAsked(state, step.id));
  if (open.length === 0) return false;
  if (others.length === 0) return true;
  // What still runs may itself wait for an execution that waits for a person.
  const children = await workflows.executions({ parent: id, statuses: ['running'] });
  const waiting = await Promise.all(children.map(async (child) => ({ step: (await workflows.execution(child.id)).state.parent?.step, waits: await waitsForPerson(workflows, child.id) })));
  return others.every((other) => {
    const own = waiting.filter(({ step }) => step === other.id);
    return own.length > 0 && own.every(({ waits }) => waits);
  });
}

function isAsked({ steps, approvals }: ExecutionState, id: string): boolean {
  return steps.get(id)?.status === 'asking' || [...approvals.values()].some(({ step, status }) => step === id && status === 'open');
}
