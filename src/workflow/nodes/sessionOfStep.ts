import { existsSync } from 'node:fs';
import { OrchestratorError } from '../../base/errors';
import type { Git } from '../../git/git';
import { checkWorktree } from '../../git/worktrees';
import type { Session } from '../../model/session';
import { notAvailable } from '../../sessions/sessionContext';
import type { StepContext } from '../nodeExecutor';
import type { NodeServices } from './nodeServices';

type Step = Pick<StepContext<never>, 'session' | 'node'>;

/** @throws OrchestratorError `session-missing` when no step before it used a session, or the one that is named is not there */
export async function sessionOfStep({ sessions }: Pick<NodeServices, 'sessions'>, { session, node }: Step): Promise<Session> {
  if (session !== undefined) return sessions.get(session);
  throw new OrchestratorError('session-missing', `"${node.name}" works on a session, and no step before it has used one.`, 'Let an agent work before it, or name a session in its configuration.');
}

/**
 * The session of a step with its worktree, which is checked to be what it is meant to be.
 * @throws OrchestratorError `session-missing`, `session-finished`, `worktree-missing`, `worktree-moved`
 */
export async function worktreeOfStep(services: Pick<NodeServices, 'sessions' | 'repository'>, step: Step): Promise<{ readonly session: Session; readonly git: Git }> {
  const session = await sessionOfStep(services, step);
  if ((session.status === 'merged' || session.status === 'deleted') && !existsSync(session.worktree)) throw notAvailable(session);
  return { session, git: await checkWorktree(services.repository, session.worktree, session.branch) };
}
