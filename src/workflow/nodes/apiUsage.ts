import { tokensIn, tokensOut } from '../../model/usage';
import type { StepResult } from '../nodeExecutor';
import type { NodeServices } from './nodeServices';

/** What the product's own model calls (judges of evaluations) in a session have used since a time, epoch milliseconds. */
export async function apiUsage({ store }: Pick<NodeServices, 'store'>, sessionId: string, fromMs: number): Promise<Pick<StepResult, 'costNano' | 'tokensIn' | 'tokensOut'>> {
  const calls = (await store.rollups.usage({ sessionId, fromMs }, ['agent'])).find(({ agent }) => agent === 'api');
  return calls === undefined ? {} : { costNano: calls.costNano, tokensIn: tokensIn(calls.usage), tokensOut: tokensOut(calls.usage) };
}
