import { formatClock } from '../../../../src/base/format';
import { formatSpent } from '../../../../src/model/workflow/spent';
import { isUnderWay, type ExecutionState } from '../../../../src/model/workflow/state';
import type { ExecutionLine } from '../../../../src/protocol/workflowEditor';
import type { Look } from '../../../shared/looks';
import { executionLooks } from './nodeRun';

export interface RunFigures {
  /** Nodes whose newest step is over, of those that the workflow has. */
  readonly done: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Undefined while no step has told of one. */
  readonly cost: string | undefined;
  /** Nodes of steps that wait for a person. */
  readonly needing: readonly string[];
}

export function runFigures(state: ExecutionState): RunFigures {
  const steps = [...state.steps.values()];
  const open = [...state.approvals.values()].filter(({ status }) => status === 'open').map(({ node }) => node);
  return {
    done: [...state.latest.values()].filter(({ status }) => !isUnderWay(status)).length,
    tokensIn: steps.reduce((sum, step) => sum + (step.tokensIn ?? 0), 0),
    tokensOut: steps.reduce((sum, step) => sum + (step.tokensOut ?? 0), 0),
    cost: formatSpent(state.spent),
    needing: [...new Set([...open, ...steps.filter(({ status }) => status === 'asking').map(({ node }) => node)])],
  };
}

/** How an execution looks; one that nobody runs is interrupted, whatever its journal says. */
export function executionLook({ status, owner }: Pick<ExecutionLine, 'status' | 'owner'>, isCancelling = false): Look {
  if (status !== 'running') return executionLooks[status];
  if (owner === 'none') return { icon: 'debug-disconnect', tone: 'warning', label: 'Interrupted' };
  return isCancelling ? { icon: 'loading', tone: 'quiet', label: 'Cancelling', spin: true } : executionLooks.running;
}

/** One line of the list of executions. */
export function executionLabel(line: ExecutionLine, now: number): string {
  const cost = formatSpent(line.spent ?? {});
  const parts = [formatClock(line.startedAt, now), executionLook(line).label, ...(cost === undefined ? [] : [cost]), ...(line.openApprovals > 0 ? ['needs approval'] : [])];
  return parts.join(' · ');
}

/** Milliseconds for what is being counted: tenths would only flicker. */
export function wholeSeconds(milliseconds: number): number {
  return milliseconds < 1_000 ? Math.max(milliseconds, 0) : Math.floor(milliseconds / 1_000) * 1_000;
}
