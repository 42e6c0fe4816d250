import { OrchestratorError } from '../../base/errors';
import { asNumber, asTime } from '../../base/jsonShape';
import { longestWaitMs, type WaitConfig } from '../../model/workflow/nodeConfig';
import type { NodeExecutor, StepContext } from '../nodeExecutor';
import type { NodeServices } from './nodeServices';

/** Waits for a time or until a time. The time is a part of the plan, so that a restart does not begin anew. */
export function waitExecutor({ clock }: Pick<NodeServices, 'clock'>): NodeExecutor<WaitConfig> & { readonly type: 'wait' } {
  async function dueAt({ config: { durationMs, until }, evaluate }: StepContext<WaitConfig>): Promise<number> {
    const now = clock.now();
    if (durationMs !== undefined) return now + durationMs;
    if (until === undefined) throw new OrchestratorError('invalid-argument', 'It does not say how long to wait.', 'Give durationMs or until.');
    const value = await evaluate(until);
    const time = asNumber(value) ?? asTime(value);
    if (time === undefined) throw new OrchestratorError('expression-failed', `"${until}" gave no time.`, 'Its value is to be epoch milliseconds or an ISO 8601 time.');
    if (time - now > longestWaitMs) throw new OrchestratorError('expression-failed', `"${until}" gave a time that is more than a year away.`, 'Look at the units: numbers are epoch milliseconds.');
    return time;
  }

  return {
    type: 'wait',
    effect: () => 'pure',
    plan: async (context) => ({ dueAt: await dueAt(context) }),
    run: async (context) => ({ kind: 'timer', dueAt: asNumber(context.plan['dueAt']) ?? (await dueAt(context)) }),
  };
}
