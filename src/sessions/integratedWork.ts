import { hasChanges } from '../git/changes';
import type { Git } from '../git/git';
import { rebase, refuseEmpty, squash } from '../git/integrate';
import { resolveBase } from '../git/repository';
import { workTreeAsTree } from '../git/trees/workTreeAsTree';
import { checkWorktree } from '../git/worktrees';
import type { Session } from '../model/session';
import type { SessionContext } from './sessionContext';

/** A session's work as a merge would make it now. */
export interface IntegratedWork {
  /** Commit of the base branch that it is on. */
  readonly base: string;
  /** The session's last commit; one made for the purpose, that no branch has, where the worktree holds more than is committed. */
  readonly head: string;
  /** The work on the base. */
  readonly commit: string;
}

/**
 * Puts the session's work on its base branch without moving a branch or touching a file.
 * @throws OrchestratorError `merge-conflict`, `nothing-to-merge`, `worktree-missing`, `worktree-moved`, `base-branch-missing`
 */
export async function integratedWork({ repository }: Pick<SessionContext, 'repository'>, session: Session): Promise<IntegratedWork> {
  const git = await checkWorktree(repository, session.worktree, session.branch);
  const base = await resolveBase(repository, session.baseBranch);
  const committed = await git.output(['rev-parse', 'HEAD']);
  const head = (await hasChanges(git)) ? await commitOfWorkTree(git, committed) : committed;
  const squashed = await squash(git, { head, baseBranch: base.branch, message: `${session.name}\n` });
  const commit = await rebase(git, squashed, base.sha);
  await refuseEmpty(git, commit, base);
  return { base: base.sha, head, commit };
}

/** The same files on the same commit give the same one, so that what was evaluated is known again. */
async function commitOfWorkTree(git: Git, parent: string): Promise<string> {
  const person = { NAME: 'Amp Session Orchestrator', EMAIL: 'nobody@localhost', DATE: '@0 +0000' };
  const env = Object.fromEntries(['AUTHOR', 'COMMITTER'].flatMap((role) => Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value])));
  return git.output(['commit-tree', await workTreeAsTree(git), '-p', parent, '-F', '-'], { input: 'amp: uncommitted work\n', env });
}
