import { existsSync } from 'node:fs';
import { explain, isOrchestratorError } from '../base/errors';
import { changedFiles, hasChanges } from '../git/changes';
import { commitAll, keepWorkTree } from '../git/checkpoints';
import type { Git } from '../git/git';
import { fastForward, moveWorktree, rebase, refuseEmpty, squash } from '../git/integrate';
import { resolveBase } from '../git/repository';
import { checkWorktree, removeWorktree } from '../git/worktrees';
import type { ChangedFile, Session } from '../model/session';
import type { AmpTraceEvent } from '../model/span';
import type { SessionPatch } from '../storage/store';
import { trashRefs } from './deleteSession';
import { keepTrying } from './keepTrying';
import type { GateOptions } from './mergeGate';
import { commitSubject } from './names';
import { regenerable } from './regenerable';
import { notAvailable, sessionById, workable, type SessionContext } from './sessionContext';

export interface MergeRequest extends GateOptions {
  /** Message of the one commit; made from the session's name if absent. */
  readonly message?: string | undefined;
  /** Leave worktree and branch in place afterwards. */
  readonly keepWorktree?: boolean;
  /** Merge the commits only: what is uncommitted in the worktree (what tests wrote, say) goes to the trash ref with it. */
  readonly commitsOnly?: boolean;
}

export interface MergeResult {
  readonly session: Session;
  readonly commit: string;
  readonly files: readonly ChangedFile[];
  /** Why the worktree is still there although it was to be removed; absent otherwise. */
  readonly worktreeKept?: string;
}

const attempts = 3;

/**
 * Puts the session's work on its base branch as one commit: squash, rebase, fast-forward. Until the last step no branch but the
 * session's own moves, and everything that was is kept under refs/amp/backup. On a conflict and at a closed gate nothing changes.
 * @throws OrchestratorError `nothing-to-merge`, `merge-conflict`, `gate-blocked`, `dirty-checkout`, `session-busy`, `session-finished` …
 */
export async function mergeSession(context: SessionContext, sessionId: string, request: MergeRequest = {}): Promise<MergeResult> {
  const { store, tracer, clock, repository } = context;
  const session = await sessionById(context, sessionId);
  if (!workable.some((status) => status === session.status)) throw notAvailable(session);
  const cut = await mergedBefore(context, session);
  const git = cut && !existsSync(session.worktree) ? undefined : await checkWorktree(repository, session.worktree, session.branch);
  const claimed = await store.sessions.transition(session.id, workable, { status: 'merging', updatedAt: clock.now() });
  if (!claimed) throw notAvailable(await sessionById(context, sessionId));
  let merged: Integrated;
  try {
    merged =
      cut ??
      (await tracer.trace(
        { sessionId: session.id, type: 'git', name: `Merge into ${session.baseBranch}` },
        (span) => integrate(context, { session, git: git ?? repository.git, span, request }),
        ({ commit }) => ({ attrs: { 'vcs.ref.head.revision': commit } }),
      ));
  } catch (error) {
    await leave(context, session, afterFailure(session, error)).catch((reason: unknown) => { context.log.error(`The state of "${session.name}" could not be stored`, reason); });
    throw error;
  }
  const after = git === undefined ? {} : await (request.keepWorktree ? follow(context, session, git, merged.commit) : cleanUp(context, session, git));
  const { worktreeKept, ...trash } = after;
  await leave(context, session, { status: 'merged', mergedSha: merged.commit, baseSha: merged.base, attention: worktreeKept, ...trash });
  return { session: await sessionById(context, session.id), commit: merged.commit, files: await changedFiles(repository.git, merged.base, merged.commit), ...(worktreeKept === undefined ? {} : { worktreeKept }) };
}

/** A conflict is a state of its own. A closed gate needs attention; what else fails leaves the session as it was. */
function afterFailure(session: Session, error: unknown): SessionPatch {
  const code = isOrchestratorError(error) ? error.code : undefined;
  if (code === 'merge-conflict') return { status: 'conflict', attention: explain(error) };
  const resolved = session.status === 'conflict';
  return { status: resolved ? 'ready' : session.status, attention: code === 'gate-blocked' ? explain(error) : resolved ? undefined : session.attention };
}

interface Integration {
  readonly session: Session;
  readonly git: Git;
  readonly span: AmpTraceEvent;
  readonly request: MergeRequest;
}

interface Integrated {
  readonly commit: string;
  readonly base: string;
}

async function integrate(context: SessionContext, { session, git, span, request }: Integration): Promise<Integrated> {
  const { repository, tracer } = context;
  const step = <T>(name: string, work: () => Promise<T>): Promise<T> => tracer.trace({ sessionId: session.id, parentId: span.id, type: 'git', name }, work);
  const message = messageOf(session, request.message);
  if (!request.commitsOnly && (await hasChanges(git))) await step('git commit', () => commitAll(git, `${commitSubject('work left in the worktree')}\n`));
  const head = await git.output(['rev-parse', 'HEAD']);
  for (let attempt = 1; ; attempt++) {
    const base = await resolveBase(repository, session.baseBranch);
    await git.run(['update-ref', '-m', 'amp: before merge', backupRef(session), head]);
    const squashed = await step('git squash', () => squash(git, { head, baseBranch: base.branch, message }));
    const commit = await step('git rebase', () => rebase(git, squashed, base.sha));
    await refuseEmpty(git, commit, base);
    await context.gate.pass({ ...request, session, base: base.sha, head, commit, parentId: span.id });
    await git.run(['update-ref', mergeRef(session), commit]);
    try {
      await step('git merge', () => fastForward(repository, { branch: base.branch, from: base.sha, to: commit }));
      return { commit, base: base.sha };
    } catch (error) {
      if (attempt === attempts || !isOrchestratorError(error) || error.code !== 'base-moved') throw error;
    }
  }
}

function backupRef({ id }: Session): string {
  return `refs/amp/backup/${id}`;
}

/** The commit that was about to become the base branch's. */
function mergeRef({ id }: Session): string {
  return `refs/amp/merge/${id}`;
}

/**
 * The commit that the session's merge put on its base branch, also where the process ended before that was on record; undefined when it is not merged.
 * @throws OrchestratorError `session-missing`
 */
export async function mergedCommit(context: SessionContext, sessionId: string): Promise<string | undefined> {
  const session = await sessionById(context, sessionId);
  return session.mergedSha ?? (await mergedBefore(context, session))?.commit;
}

/** A merge whose process ended after its last step is done: the base branch has its commit, and the session has not moved since. */
async function mergedBefore({ repository: { git } }: SessionContext, session: Session): Promise<Integrated | undefined> {
  const [commit, backup, head, base] = await Promise.all([mergeRef(session), backupRef(session), `refs/heads/${session.branch}`, `refs/heads/${session.baseBranch}`].map((ref) => git.resolveCommit(ref)));
  if (!commit || !base || (head !== undefined && head !== backup)) return undefined;
  const { exitCode } = await git.run(['merge-base', '--is-ancestor', commit, base], { answers: [0, 1] });
  return exitCode === 0 ? { commit, base: await git.output(['rev-parse', `${commit}^`]) } : undefined;
}

function messageOf(session: Session, message: string | undefined): string {
  return message?.trim() ? `${message.trim()}\n` : `${session.name}\n\nSession: ${session.branch}\nAgent: ${session.agent}\n`;
}

function leave(context: SessionContext, session: Session, patch: SessionPatch): Promise<void> {
  const { store, clock } = context;
  return keepTrying(context, `The state of "${session.name}"`, async () => {
    await store.sessions.transition(session.id, ['merging'], { ...patch, updatedAt: clock.now() });
    await store.flush();
  });
}

type Afterwards = { readonly trashRef?: string; readonly worktreeKept?: string };

/** A worktree that stays goes on from the merged commit. */
async function follow({ log }: SessionContext, session: Session, git: Git, commit: string): Promise<Afterwards> {
  await moveWorktree(git, commit).catch((error: unknown) => {
    log.warn(`"${session.name}" is merged, but its worktree stays where it was: ${explain(error)}`);
  });
  return {};
}

/** The merge is done: what fails here is told and leaves the worktree where it is. So do ignored folders that nothing can make again. */
async function cleanUp(context: SessionContext, session: Session, git: Git): Promise<Afterwards> {
  const { repository, tracer, log } = context;
  try {
    return await tracer.trace({ sessionId: session.id, type: 'git', name: 'git worktree remove' }, async () => {
      const kept = await keepWorkTree(git, trashRefs(session), `amp: worktree of "${session.name}" after its merge\n`);
      const precious = kept.leftOut.filter((folder) => !regenerable(folder));
      if (precious.length > 0) {
        return { trashRef: kept.ref, worktreeKept: `The worktree was kept: git ignores ${precious.join(', ')}, so the merge does not have it. Take from ${session.worktree} what you need, then delete the session.` };
      }
      await removeWorktree(repository, session.worktree, session.branch);
      return { trashRef: kept.ref };
    });
  } catch (error) {
    log.warn(`"${session.name}" is merged, but its worktree could not be removed: ${explain(error)}`);
    return { worktreeKept: `The worktree could not be removed: ${explain(error)}` };
  }
}
