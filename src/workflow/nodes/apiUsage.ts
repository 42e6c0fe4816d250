import { isOrchestratorError } from '../../base/errors';
import { spentInCalls, type Spent } from '../../model/workflow/spent';
import { StepFailure, type StepContext, type StepResult } from '../nodeExecutor';
import type { NodeServices } from './nodeServices';

/** What the product's own model calls (judges of evaluations) in a session have used since a time, epoch milliseconds. */
async function apiUsage({ store }: Pick<NodeServices, 'store'>, sessionId: string, fromMs: number): Promise<Spent> {
  const calls = (await store.rollups.usage({ sessionId, fromMs }, ['agent'])).find(({ agent }) => agent === 'api');
  return calls === undefined ? {} : spentInCalls(calls);
}

/** Does a step's work on a session, and adds what the judges have used since the attempt began: also where it fails, and what an earlier process has used. */
export async function withJudges(services: Pick<NodeServices, 'store'>, { startedAt }: Pick<StepContext, 'startedAt'>, sessionId: string, work: () => Promise<StepResult>): Promise<StepResult> {
  let result: StepResult;
  try {
    result = await work();
  } catch (error) {
    throw isOrchestratorError(error) ? new StepFailure(error, await apiUsage(services, sessionId, startedAt)) : error;
  }
  return { ...result, ...(await apiUsage(services, sessionId, startedAt)) };
}
