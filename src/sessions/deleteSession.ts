import { existsSync } from 'node:fs';
import { explain, isOrchestratorError } from '../base/errors';
import { keepCommit, keepWorkTree } from '../git/checkpoints';
import type { Git } from '../git/git';
import { gitOfWorktree, removeWorktree } from '../git/worktrees';
import type { Session, SessionStatus } from '../model/session';
import { keepTrying } from './keepTrying';
import { notAvailable, sessionById, workable, type SessionContext } from './sessionContext';

/** Below this a session's work is kept after its worktree and branch are gone, one ref a time. */
export function trashRefs({ id }: Session): string {
  return `refs/amp/trash/${id}`;
}

export interface DeleteResult {
  readonly session: Session;
  /** Where its commits and files are kept; absent when there was nothing left to keep. */
  readonly trashRef?: string;
  /** Ignored folders that were not kept. */
  readonly leftOut: readonly string[];
  /** Commands for a shell that bring branch, worktree and files back; absent without a trash ref. */
  readonly restoreCommand?: string;
}

const deletable: readonly SessionStatus[] = [...workable, 'merged'];

/**
 * Removes a session's worktree and branch, after keeping its commits, uncommitted, untracked and ignored files under a trash ref.
 * @throws OrchestratorError `session-busy`, `worktree-moved`
 */
export async function deleteSession(context: SessionContext, sessionId: string): Promise<DeleteResult> {
  const { repository, store, tracer, clock } = context;
  const before = await sessionById(context, sessionId);
  // Claimed first: nobody may start a run in a worktree that is going away.
  const session = await store.sessions.transition(before.id, deletable, { status: 'deleting', updatedAt: clock.now() });
  if (!session) throw notAvailable(await sessionById(context, sessionId));
  try {
    const kept = await tracer.trace({ sessionId: session.id, type: 'git', name: 'git worktree remove' }, async () => {
      const snapshot = await keep(context, session);
      await removeWorktree(repository, session.worktree, session.branch);
      return snapshot;
    });
    const trashRef = kept?.ref ?? session.trashRef;
    const deleted = await end(context, session, { status: 'deleted', attention: undefined, trashRef });
    return { session: deleted ?? session, leftOut: kept?.leftOut ?? [], ...(trashRef === undefined ? {} : { trashRef, restoreCommand: restoreCommand(session, trashRef) }) };
  } catch (error) {
    await end(context, session, { status: before.status, attention: `It could not be deleted: ${explain(error)}` }).catch((reason: unknown) => { context.log.error(`The state of "${session.name}" could not be stored`, reason); });
    throw error;
  }
}

function end(context: SessionContext, session: Session, patch: { status: SessionStatus; attention: string | undefined; trashRef?: string | undefined }): Promise<Session | undefined> {
  const { store, clock } = context;
  return keepTrying(context, `The state of "${session.name}"`, async () => {
    const changed = await store.sessions.transition(session.id, ['deleting'], { ...patch, updatedAt: clock.now() });
    await store.flush();
    return changed;
  });
}

/** The trash commit holds the files on top of the session's last commit: they come back uncommitted, as they were. */
function restoreCommand({ branch, worktree }: Session, trashRef: string): string {
  return `git worktree add -b ${branch} "${worktree}" ${trashRef}^ && git -C "${worktree}" restore --source=${trashRef} --worktree -- .`;
}

/** A worktree that is gone still has its branch, or what an earlier, interrupted deletion kept. */
async function keep({ repository }: SessionContext, session: Session): Promise<{ ref: string; leftOut: readonly string[] } | undefined> {
  const refs = trashRefs(session);
  try {
    if (existsSync(session.worktree)) {
      const kept = await keepWorkTree(await gitOfWorktree(repository, session.worktree), refs, `amp: worktree of "${session.name}"\n`);
      // An agent may have left its branch: then the branch's commits are not below what the worktree had.
      const tip = await repository.git.resolveCommit(`refs/heads/${session.branch}`);
      if (tip && !(await isBelow(repository.git, tip, kept.ref))) await keepCommit(repository.git, refs, tip, `amp: branch of "${session.name}"\n`);
      return kept;
    }
  } catch (error) {
    if (!isOrchestratorError(error) || error.code !== 'worktree-missing') throw error;
  }
  const { git } = repository;
  const earlier = (await git.output(['for-each-ref', '--sort=-refname', '--format=%(refname)', `${refs}/`])).split('\n').filter((ref) => ref !== '');
  const head = await git.resolveCommit(`refs/heads/${session.branch}`);
  if (!head) return earlier[0] === undefined ? undefined : { ref: earlier[0], leftOut: [] };
  for (const ref of earlier) if (await isBelow(git, head, ref)) return { ref, leftOut: [] };
  // An empty change on top, so that all trash commits are restored in the same way.
  const sha = await git.output(['commit-tree', `${head}^{tree}`, '-p', head, '-m', `amp: branch of "${session.name}"`]);
  return { ref: await keepCommit(git, refs, sha, `amp: branch of "${session.name}"\n`), leftOut: [] };
}

async function isBelow(git: Git, commit: string, ref: string): Promise<boolean> {
  return (await git.run(['merge-base', '--is-ancestor', commit, ref], { answers: [0, 1] })).exitCode === 0;
}
