import { OrchestratorError } from '../../base/errors';
import type { ExecutionState } from '../../model/workflow/state';
import type { ChildResult, StepResult } from '../nodeExecutor';

/** What executions that a step waited for have used: a step tells of its children, and they tell of theirs, so each is counted once. */
export function childUsage(states: readonly Pick<ExecutionState, 'costNano' | 'steps'>[]): Required<Pick<StepResult, 'costNano' | 'tokensIn' | 'tokensOut'>> {
  let [costNano, tokensIn, tokensOut] = [0, 0, 0];
  for (const state of states) {
    costNano += state.costNano;
    for (const step of state.steps.values()) {
      tokensIn += step.tokensIn ?? 0;
      tokensOut += step.tokensOut ?? 0;
    }
  }
  return { costNano, tokensIn, tokensOut };
}

/** @throws OrchestratorError `stopped` for a child that was cancelled because its step was */
export function unlessCancelled(child: ChildResult, signal: AbortSignal): ChildResult {
  if (child.status === 'cancelled' && signal.aborted) throw new OrchestratorError('stopped', 'It was stopped.', 'Run the workflow again.', { cause: signal.reason });
  return child;
}
