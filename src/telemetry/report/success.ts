import type { Rate, SuccessMetrics } from '../../model/costReport';
import type { IterationRun } from '../../model/session';
import type { OutcomeRow } from '../../model/usageRow';

/** What came of the work: runs that still go on count nowhere. Iterations are those that started in the period, by session and number. */
export function successMetrics(iterations: ReadonlyMap<string, readonly IterationRun[]>, outcomes: readonly OutcomeRow[]): SuccessMetrics {
  const ended = [...iterations.values()].map((runs) => runs.filter(({ status }) => status !== 'running')).filter((runs) => runs.length > 0);
  return {
    sessions: rate(ended.map((runs) => runs.at(-1)?.status === 'succeeded')),
    iterations: rate(ended.flat().map(({ status }) => status === 'succeeded')),
    evaluations: outcomeRate(outcomes, 'eval'),
    workflows: outcomeRate(outcomes, 'workflow'),
  };
}

function rate(succeeded: readonly boolean[]): Rate {
  return { succeeded: succeeded.filter(Boolean).length, total: succeeded.length };
}

function outcomeRate(outcomes: readonly OutcomeRow[], kind: OutcomeRow['kind']): Rate {
  const rows = outcomes.filter((row) => row.kind === kind);
  const succeeded = rows.reduce((sum, row) => sum + row.succeeded, 0);
  return { succeeded, total: rows.reduce((sum, row) => sum + row.failed, succeeded) };
}
