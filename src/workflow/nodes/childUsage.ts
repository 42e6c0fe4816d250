import { isOrchestratorError, OrchestratorError } from '../../base/errors';
import { addSpent, lessSpent, type Spent } from '../../model/workflow/spent';
import type { ExecutionState } from '../../model/workflow/state';
import { spentOf, StepFailure, type ChildResult, type StepContext, type StepEnd, type StepSpent } from '../nodeExecutor';

interface Child {
  readonly status?: ChildResult['status'];
  readonly state: Pick<ExecutionState, 'spent'>;
}

type Waiting = Pick<StepContext, 'used' | 'signal'>;

/**
 * What executions that a step waited for have used: a step tells of its children, and they tell of theirs, so each is counted once. All attempts
 * have the same children: what is on record of the attempts before is not told again.
 */
export function childUsage({ used }: Pick<Waiting, 'used'>, children: readonly Child[]): Spent {
  return lessSpent(children.reduce((sum: Spent, { state }) => addSpent(sum, state.spent), {}), used);
}

/** @throws StepFailure `stopped`, with what all of them have used, where a child was cancelled because its step was */
export function refuseCancelled(context: Waiting, children: readonly Child[]): void {
  const { signal } = context;
  if (!signal.aborted || children.every(({ status }) => status !== 'cancelled')) return;
  throw new StepFailure(new OrchestratorError('stopped', 'It was stopped.', 'Run the workflow again.', { cause: signal.reason }), childUsage(context, children));
}

/** The error, with what the children have used until then. */
export function withUsage(context: Waiting, error: unknown, children: readonly Child[]): unknown {
  return isOrchestratorError(error) && !(error instanceof StepFailure) ? new StepFailure(error, childUsage(context, children)) : error;
}

/** Of a step that was called off while no process was at it: its children, called off with it, tell what they have used. */
export async function usageOfCalledOff(run: Promise<StepEnd>): Promise<StepSpent> {
  const end = await run.catch(spentOf);
  return 'kind' in end ? (end.kind === 'done' ? end : {}) : end;
}
