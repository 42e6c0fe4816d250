import { present } from '../../base/jsonShape';
import { toUSD } from '../../model/money';
import { knownCostUSD } from '../../model/workflow/spent';
import type { ExecutionView } from '../../orchestrator';

/** An execution for programs. Times are ISO 8601, amounts US dollars. */
export function executionJson({ record, state, pending }: ExecutionView): object {
  const { id, workflow, name, status, variables, startedAt, endedAt, by, budgetNano, result, error, parent, fork, trial, steps, approvals } = state;
  return {
    id, workflow, name, status, owner: record.owner, by, variables,
    startedAt: time(startedAt), ...present({ endedAt: endedAt === undefined ? undefined : time(endedAt), budgetUSD: budgetNano === undefined ? undefined : toUSD(budgetNano), result, error, parent, fork, trial }),
    costUSD: knownCostUSD(state.spent),
    steps: [...steps.values()].map((step) => ({
      id: step.id, node: step.node, pass: step.pass, status: step.status, startedAt: time(step.startedAt), attempts: step.attempts.length, costUSD: knownCostUSD(step),
      ...present({ outcome: step.outcome, endedAt: step.endedAt === undefined ? undefined : time(step.endedAt), output: step.output, error: step.error, session: step.session, tokensIn: step.tokensIn, tokensOut: step.tokensOut, question: step.status === 'asking' ? step.question : undefined }),
    })),
    approvals: [...approvals.values()].map(({ requestedAt, dueAt, ...approval }) => ({ ...approval, requestedAt: time(requestedAt), ...present({ dueAt: dueAt === undefined ? undefined : time(dueAt) }) })),
    pending,
  };
}

function time(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
