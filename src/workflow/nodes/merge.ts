import { present } from '../../base/jsonShape';
import type { MergeConfig } from '../../model/workflow/nodeConfig';
import type { NodeExecutor, Probe, StepContext, StepResult } from '../nodeExecutor';
import { withJudges } from './apiUsage';
import type { NodeServices } from './nodeServices';
import { sessionOfStep } from './sessionOfStep';
import { storeHas } from './storeHas';
import { optionalText } from './templateText';

/**
 * Merges a session into its base branch, through the gate. Only what is committed: that is what was approved, and what tests left in the
 * worktree is none of it.
 */
export function mergeExecutor(services: Pick<NodeServices, 'sessions' | 'store'>): NodeExecutor<MergeConfig> & { readonly type: 'merge' } {
  const { sessions, store } = services;

  async function merge(context: StepContext<MergeConfig>): Promise<StepResult> {
    const { message, keepWorktree = false } = context.config;
    const { id, baseBranch } = await sessionOfStep(services, context);
    return withJudges(services, context, id, async () => {
      const { commit } = await sessions.merge(id, { commitsOnly: true, keepWorktree, signal: context.signal, ...present({ message: optionalText(message) }) });
      return { outcome: 'passed', output: { sha: commit, branch: baseBranch }, session: id };
    });
  }

  async function probe(context: StepContext<MergeConfig>): Promise<Probe> {
    const { id, baseBranch } = await sessionOfStep(services, context);
    // Whoever is merging it at this moment knows better.
    const { status } = await storeHas(store, ['sessions'], async () => {
      const session = await sessions.get(id);
      return session.status === 'merging' ? undefined : session;
    }, context.signal);
    const sha = await sessions.mergedCommit(id);
    if (sha === undefined) return { happened: 'no' };
    // A merge whose process ended before it was recorded is only recorded, and cleaned up after, by merging again.
    if (status !== 'merged' && status !== 'deleted') return { happened: 'yes', result: await merge(context) };
    return { happened: 'yes', result: await withJudges(services, context, id, () => Promise.resolve({ outcome: 'passed', output: { sha, branch: baseBranch }, session: id })) };
  }

  return { type: 'merge', effect: () => 'atMostOnce', run: async (context) => ({ kind: 'done', ...(await merge(context)) }), probe };
}
