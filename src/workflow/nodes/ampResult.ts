import { isCostUnknown } from '../../base/format';
import { present } from '../../base/jsonShape';
import { toUSD } from '../../model/money';
import type { Iteration, Session, SpanTotals } from '../../model/session';
import { certainty } from '../../model/workflow/spent';
import type { StepResult, StepSpent } from '../nodeExecutor';

const namedFiles = 50;

/** What a step that ran an agent came to. `totals` are those of all its iterations in this attempt. */
export function ampResult(session: Session, iteration: Iteration, totals: SpanTotals): StepResult {
  const { id, status, summary, commitSha, changedFiles } = iteration;
  return {
    outcome: 'passed',
    output: {
      sessionId: session.id,
      iterationId: id,
      status,
      ...present({ summary, commit: commitSha }),
      changedFiles: { count: changedFiles.length, names: changedFiles.slice(0, namedFiles).map(({ path }) => path) },
      branch: session.branch,
      baseSha: session.baseSha,
      // An unknown cost is never zero.
      costUSD: isCostUnknown(totals) ? null : toUSD(totals.costNano),
      tokensIn: totals.tokensIn,
      tokensOut: totals.tokensOut,
    },
    ...spentBy(session, totals),
  };
}

export function spentBy({ id }: Session, { costNano, tokensIn, tokensOut, unknownCosts, approximateCosts }: SpanTotals): StepSpent {
  return { session: id, costNano, tokensIn, tokensOut, ...certainty({ unknownCosts, approximateCosts }) };
}
