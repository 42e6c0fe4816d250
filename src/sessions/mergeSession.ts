import { explain, isOrchestratorError } from '../base/errors';
import { changedFiles, hasChanges } from '../git/changes';
import { commitAll, keepWorkTree } from '../git/checkpoints';
import type { Git } from '../git/git';
import { fastForward, moveWorktree, rebase, squash } from '../git/integrate';
import { resolveBase } from '../git/repository';
import { checkWorktree, removeWorktree } from '../git/worktrees';
import type { ChangedFile, Session } from '../model/session';
import type { AmpTraceEvent } from '../model/span';
import type { SessionPatch } from '../storage/store';
import { commitSubject } from './names';
import { notAvailable, sessionById, workable, type SessionContext } from './sessionContext';
import { trashRef } from './deleteSession';

export interface MergeRequest {
  /** Message of the one commit; made from the session's name if absent. */
  readonly message?: string | undefined;
  /** Leave worktree and branch in place afterwards. */
  readonly keepWorktree?: boolean;
}

export interface MergeResult {
  readonly session: Session;
  readonly commit: string;
  readonly files: readonly ChangedFile[];
}

const attempts = 3;

/**
 * Puts the session's work on its base branch as one commit: squash, rebase, fast-forward. Until the last step no branch but the
 * session's own moves, and everything that was is kept under refs/amp/backup. On a conflict nothing changes.
 * @throws OrchestratorError `nothing-to-merge`, `merge-conflict`, `dirty-checkout`, `session-busy`, `session-finished` …
 */
export async function mergeSession(context: SessionContext, sessionId: string, request: MergeRequest = {}): Promise<MergeResult> {
  const { store, tracer, clock, repository } = context;
  const session = await sessionById(context, sessionId);
  const git = await openWorktree(context, session);
  const claimed = await store.sessions.transition(session.id, workable, { status: 'merging', updatedAt: clock.now() });
  if (!claimed) throw notAvailable(await sessionById(context, sessionId));
  try {
    const merged = await tracer.trace(
      { sessionId: session.id, type: 'git', name: `Merge into ${session.baseBranch}` },
      (span) => integrate(context, { session, git, span, message: messageOf(session, request.message) }),
      ({ commit }) => ({ attrs: { 'vcs.ref.head.revision': commit } }),
    );
    await leave(context, session, { status: 'merged', mergedSha: merged.commit, baseSha: merged.base, attention: undefined });
    const files = await changedFiles(repository.git, merged.base, merged.commit);
    await (request.keepWorktree ? follow(context, session, git, merged.commit) : cleanUp(context, session, git));
    return { session: await sessionById(context, session.id), commit: merged.commit, files };
  } catch (error) {
    const conflicted = isOrchestratorError(error) && error.code === 'merge-conflict';
    await leave(context, session, { status: conflicted ? 'conflict' : session.status === 'conflict' ? 'ready' : session.status, attention: conflicted ? explain(error) : session.attention });
    throw error;
  }
}

async function openWorktree(context: SessionContext, session: Session): Promise<Git> {
  if (!workable.some((status) => status === session.status)) throw notAvailable(session);
  return checkWorktree(context.repository, session.worktree, session.branch);
}

interface Integration {
  readonly session: Session;
  readonly git: Git;
  readonly span: AmpTraceEvent;
  readonly message: string;
}

async function integrate(context: SessionContext, { session, git, span, message }: Integration): Promise<{ commit: string; base: string }> {
  const { repository, tracer } = context;
  const step = <T>(name: string, work: () => Promise<T>): Promise<T> => tracer.trace({ sessionId: session.id, parentId: span.id, type: 'git', name }, work);
  if (await hasChanges(git)) await step('git commit', () => commitAll(git, `${commitSubject('work left in the worktree')}\n`));
  const head = await git.output(['rev-parse', 'HEAD']);
  await git.run(['update-ref', '-m', 'amp: before merge', `refs/amp/backup/${session.id}`, head]);
  for (let attempt = 1; ; attempt++) {
    const base = await resolveBase(repository, session.baseBranch);
    const squashed = await step('git squash', () => squash(git, { head, baseBranch: base.branch, message }));
    const commit = await step('git rebase', () => rebase(git, squashed, base.sha));
    // A merge that was cut after its last step is done already.
    if (await sameTree(git, commit, base.sha)) return { commit: base.sha, base: await git.output(['rev-parse', `${base.sha}^`]) };
    try {
      await step('git merge', () => fastForward(repository, { branch: base.branch, from: base.sha, to: commit }));
    } catch (error) {
      if (attempt < attempts && isOrchestratorError(error) && error.code === 'base-moved') continue;
      throw error;
    }
    return { commit, base: base.sha };
  }
}

function messageOf(session: Session, message: string | undefined): string {
  return message?.trim() ? `${message.trim()}\n` : `${session.name}\n\nSession: ${session.branch}\nAgent: ${session.agent}\n`;
}

async function leave({ store, clock }: SessionContext, session: Session, patch: SessionPatch): Promise<void> {
  await store.sessions.transition(session.id, ['merging'], { ...patch, updatedAt: clock.now() });
  await store.flush();
}

async function sameTree(git: Git, one: string, other: string): Promise<boolean> {
  return (await git.output(['rev-parse', `${one}^{tree}`])) === (await git.output(['rev-parse', `${other}^{tree}`]));
}

/** A worktree that stays goes on from the merged commit. */
async function follow({ log }: SessionContext, session: Session, git: Git, commit: string): Promise<void> {
  await moveWorktree(git, commit).catch((error: unknown) => {
    log.warn(`"${session.name}" is merged, but its worktree stays where it was: ${explain(error)}`);
  });
}

/** The merge is done: what fails here is logged and leaves the worktree where it is. */
async function cleanUp(context: SessionContext, session: Session, git: Git): Promise<void> {
  const { repository, store, tracer, clock, log } = context;
  try {
    await tracer.trace({ sessionId: session.id, type: 'git', name: 'git worktree remove' }, async () => {
      const kept = await keepWorkTree(git, trashRef(session), `amp: worktree of "${session.name}" after its merge\n`);
      await removeWorktree(repository, session.worktree, session.branch);
      await store.sessions.transition(session.id, ['merged'], { trashRef: kept.ref, updatedAt: clock.now() });
    });
    await store.flush();
  } catch (error) {
    log.warn(`"${session.name}" is merged, but its worktree could not be removed: ${explain(error)}`);
  }
}
