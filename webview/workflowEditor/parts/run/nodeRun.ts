import { formatDuration, formatTokens } from '../../../../src/base/format';
import { isNegative } from '../../../../src/model/workflow/fold/routing';
import { addSpent, formatSpent, spentIn, type Spent } from '../../../../src/model/workflow/spent';
import { isUnderWay, type ApprovalState, type ExecutionState, type ExecutionStatus, type StepState, type StepStatus } from '../../../../src/model/workflow/state';
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

/** `atMs` is the host's time that is shown; `clockOffset` (host's time less the page's) only where it goes on. */
export interface Moment {
  readonly atMs: number;
  readonly clockOffset?: number;
}

/** The run of each node; what did not change is the same object as before, also the whole. */
export function nodeRuns(state: ExecutionState, moment: Moment, before: ReadonlyMap<string, NodeRun>): ReadonlyMap<string, NodeRun> {
  const sums = new Map<string, Spent>();
  for (const step of state.steps.values()) {
    sums.set(step.node, addSpent(sums.get(step.node) ?? {}, spentIn(step)));
  }
  const approvals = new Map([...state.approvals.values()].map((approval) => [approval.step, approval]));
  const runs = [...state.latest].map(([node, step]): [string, NodeRun] => {
    const run = { ...runOf(step, moment, approvals.get(step.id)), ...figuresOf(sums.get(node) ?? {}) };
    const old = before.get(node);
    return [node, old !== undefined && isSame(old, run) ? old : run];
  });
  return runs.length === before.size && runs.every(([node, run]) => before.get(node) === run) ? before : new Map(runs);
}

function figuresOf(spent: Spent): Pick<NodeRun, 'cost' | 'costNano' | 'tokens'> {
  const { costNano, tokensIn, tokensOut } = spent;
  const cost = formatSpent(spent);
  return { ...(cost === undefined ? {} : { cost }), ...(costNano === undefined ? {} : { costNano }), ...(tokensIn === undefined && tokensOut === undefined ? {} : { tokens: (tokensIn ?? 0) + (tokensOut ?? 0) }) };
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
  const { pass, attempts, elapsedMs, cost, tokens } = run;
  return [
    runLook(run).label,
    ...(pass > 1 ? [`run ${pass}`] : []),
    ...(attempts > 1 ? [`attempt ${attempts}`] : []),
    ...(elapsedMs === undefined ? [] : [formatDuration(elapsedMs)]),
    ...(cost === undefined ? [] : [cost]),
    ...(tokens === undefined || tokens === 0 ? [] : [`${formatTokens(tokens)} tokens`]),
  ].join(', ');
}
