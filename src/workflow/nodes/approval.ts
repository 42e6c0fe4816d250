import { present } from '../../base/jsonShape';
import type { ApprovalConfig } from '../../model/workflow/nodeConfig';
import type { NodeExecutor, StepContext } from '../nodeExecutor';
import type { NodeServices } from './nodeServices';
import { templateText } from './templateText';

type Asked = Pick<StepContext<ApprovalConfig>, 'config' | 'session'>;

/** Asks a person. The answer is bound to the session's last commit and to what the configuration names. */
export function approvalExecutor({ repository, sessions, clock }: Pick<NodeServices, 'repository' | 'sessions' | 'clock'>): NodeExecutor<ApprovalConfig> & { readonly type: 'approval' } {
  /** A session that is merged or deleted has no branch any more. */
  async function commitOf(id: string): Promise<string | null> {
    const { branch, mergedSha } = await sessions.get(id);
    return (await repository.git.resolveCommit(`refs/heads/${branch}`)) ?? mergedSha ?? null;
  }

  async function content({ config, session }: Asked): Promise<unknown> {
    return present({ commit: session === undefined ? undefined : await commitOf(session), content: config.content });
  }

  return {
    type: 'approval',
    effect: () => 'pure',
    content,
    run: async (context) => {
      const { message, quorum = 1, timeoutMs } = context.config;
      const dueAt = timeoutMs === undefined ? undefined : clock.now() + timeoutMs;
      return { kind: 'approval', request: { message: templateText(message), content: await content(context), quorum, ...present({ session: context.session, dueAt }) } };
    },
  };
}
