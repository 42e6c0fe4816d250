import { existsSync } from 'node:fs';
import { isOrchestratorError } from '../base/errors';
import { keepWorkTree } from '../git/checkpoints';
import { gitOfWorktree, removeWorktree } from '../git/worktrees';
import type { Session, SessionStatus } from '../model/session';
import { notAvailable, sessionById, workable, type SessionContext } from './sessionContext';

/** Where a session's work is kept after its worktree and branch are gone. */
export function trashRef({ id }: Session): string {
  return `refs/amp/trash/${id}`;
}

export interface DeleteResult {
  readonly session: Session;
  /** Where its commits and files are kept; absent when there was nothing left to keep. */
  readonly trashRef?: string;
  /** Ignored folders that were not kept. */
  readonly leftOut: readonly string[];
}

const deletable: readonly SessionStatus[] = [...workable, 'merged'];

/**
 * Removes a session's worktree and branch, after keeping its commits, uncommitted, untracked and ignored files under its trash ref.
 * @throws OrchestratorError `session-busy`, `worktree-moved`
 */
export async function deleteSession(context: SessionContext, sessionId: string): Promise<DeleteResult> {
  const { repository, store, tracer, clock } = context;
  const session = await sessionById(context, sessionId);
  if (!deletable.includes(session.status)) throw notAvailable(session);
  return tracer.trace({ sessionId: session.id, type: 'git', name: 'git worktree remove' }, async () => {
    const kept = await keep(context, session);
    await removeWorktree(repository, session.worktree, session.branch);
    const deleted = await store.sessions.transition(session.id, deletable, { status: 'deleted', attention: undefined, trashRef: kept?.ref ?? session.trashRef, updatedAt: clock.now() });
    await store.flush();
    if (!deleted) throw notAvailable(await sessionById(context, sessionId));
    return { session: deleted, leftOut: kept?.leftOut ?? [], ...(deleted.trashRef === undefined ? {} : { trashRef: deleted.trashRef }) };
  });
}

/** A worktree that is gone still has its branch; with neither there is nothing to keep. */
async function keep({ repository }: SessionContext, session: Session): Promise<{ ref: string; leftOut: readonly string[] } | undefined> {
  const ref = trashRef(session);
  try {
    if (existsSync(session.worktree)) return await keepWorkTree(await gitOfWorktree(repository, session.worktree), ref, `amp: worktree of "${session.name}"\n`);
  } catch (error) {
    if (!isOrchestratorError(error) || error.code !== 'worktree-missing') throw error;
  }
  const head = await repository.git.resolveCommit(`refs/heads/${session.branch}`);
  if (!head) return undefined;
  await repository.git.run(['update-ref', ref, head]);
  return { ref, leftOut: [] };
}
