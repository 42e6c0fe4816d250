import { formatCost, formatDuration, formatTokens } from '../../../../src/base/format';
import { negativeOutcomes } from '../../../../src/model/workflow/nodeConfig';
import type { ApprovalState, ExecutionState, ExecutionStatus, StepState, StepStatus } from '../../../../src/model/workflow/state';
import type { Look } from '../../../shared/looks';
import type { NodeRun } from '../../slots';

export const stepLooks: Readonly<Record<StepStatus, Look>> = {
  running: { icon: 'loading', tone: 'running', label: 'Running', spin: true },
  retrying: { icon: 'debug-restart', tone: 'warning', label: 'Waits for its next attempt' },
  waiting: { icon: 'watch', tone: 'running', label: 'Waiting' },
  asking: { icon: 'question', tone: 'warning', label: 'Needs your answer' },
  succeeded: { icon: 'pass', tone: 'success', label: 'Succeeded' },
  failed: { icon: 'error', tone: 'error', label: 'Failed' },
  cancelled: { icon: 'circle-slash', tone: 'quiet', label: 'Cancelled' },
  reused: { icon: 'pass', tone: 'quiet', label: 'Reused' },
};

export const executionLooks: Readonly<Record<ExecutionStatus, Look>> = {
  running: { icon: 'loading', tone: 'running', label: 'Running', spin: true },
  parked: { icon: 'debug-pause', tone: 'warning', label: 'Parked' },
  succeeded: { icon: 'pass', tone: 'success', label: 'Succeeded' },
  failed: { icon: 'error', tone: 'error', label: 'Failed' },
  cancelled: { icon: 'circle-slash', tone: 'quiet', label: 'Cancelled' },
};

/** How a node's run looks: an open approval asks for somebody, and tests that fail are a step that has been done but no success. */
export function runLook({ status, outcome, approval }: Pick<NodeRun, 'status' | 'outcome' | 'approval'>): Look {
  if (approval?.status === 'open') return { icon: 'account', tone: 'warning', label: 'Needs your approval' };
  if (status === 'succeeded' && outcome !== undefined && isNegative(outcome)) return { icon: 'warning', tone: 'warning', label: `Outcome ${outcome}` };
  return stepLooks[status];
}

export function isNegative(outcome: string): boolean {
  return negativeOutcomes.some((negative) => negative === outcome);
}

export function isUnderWay(status: StepStatus): boolean {
  return status === 'running' || status === 'retrying' || status === 'waiting' || status === 'asking';
}

/** `atMs` is the host's time that is shown; `clockOffset` (host's time less the page's) only where it goes on. */
export interface Moment {
  readonly atMs: number;
  readonly clockOffset?: number;
}

/** The run of each node; what did not change is the same object as before, also the whole. */
export function nodeRuns(state: ExecutionState, moment: Moment, before: ReadonlyMap<string, NodeRun>): ReadonlyMap<string, NodeRun> {
  const sums = new Map<string, { costNano?: number; tokens?: number }>();
  for (const step of state.steps.values()) {
    const sum = sums.get(step.node) ?? {};
    if (step.costNano !== undefined) sum.costNano = (sum.costNano ?? 0) + step.costNano;
    if (step.tokensIn !== undefined || step.tokensOut !== undefined) sum.tokens = (sum.tokens ?? 0) + (step.tokensIn ?? 0) + (step.tokensOut ?? 0);
    sums.set(step.node, sum);
  }
  const approvals = new Map([...state.approvals.values()].map((approval) => [approval.step, approval]));
  const runs = [...state.latest].map(([node, step]): [string, NodeRun] => {
    const run = { ...runOf(step, moment, approvals.get(step.id)), ...sums.get(node) };
    const old = before.get(node);
    return [node, old !== undefined && isSame(old, run) ? old : run];
  });
  return runs.length === before.size && runs.every(([node, run]) => before.get(node) === run) ? before : new Map(runs);
}

function runOf(step: StepState, { atMs, clockOffset }: Moment, approval: ApprovalState | undefined): NodeRun {
  const { id, status, pass, startedAt, endedAt, outcome, error, session } = step;
  const lasts = endedAt === undefined && isUnderWay(status) && clockOffset !== undefined;
  return {
    step: id,
    status,
    pass,
    attempts: Math.max(step.attempts.length, 1),
    startedAt,
    ...(lasts ? { since: startedAt - clockOffset } : { elapsedMs: Math.max((endedAt ?? atMs) - startedAt, 0) }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(session === undefined ? {} : { session }),
    ...(error === undefined ? {} : { problem: error.message }),
    ...(approval === undefined ? {} : { approval }),
  };
}

function isSame(one: NodeRun, other: NodeRun): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof NodeRun>;
  return [...keys].every((key) => one[key] === other[key]);
}

/** A run in words, for who does not see it: `Succeeded, run 2, 12.4 s, $0.18`. What goes on has no time in it, so that it stays the same. */
export function runWords(run: NodeRun): string {
  const { pass, attempts, elapsedMs, costNano, tokens } = run;
  return [
    runLook(run).label,
    ...(pass > 1 ? [`run ${pass}`] : []),
    ...(attempts > 1 ? [`attempt ${attempts}`] : []),
    ...(elapsedMs === undefined ? [] : [formatDuration(elapsedMs)]),
    ...(costNano === undefined ? [] : [formatCost(costNano)]),
    ...(tokens === undefined || tokens === 0 ? [] : [`${formatTokens(tokens)} tokens`]),
  ].join(', ');
}
