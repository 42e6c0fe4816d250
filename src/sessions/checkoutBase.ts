import { OrchestratorError } from '../base/errors';
import type { Git } from '../git/git';
import type { Repository } from '../git/repository';

const mainBranches = ['refs/remotes/origin/HEAD', 'refs/remotes/origin/main', 'refs/remotes/origin/master', 'refs/heads/main', 'refs/heads/master'];

/**
 * The commit that a checkout is compared with: where it left the branch that was named, its upstream, or the repository's main branch;
 * HEAD itself on that branch, so that only what is uncommitted counts.
 * @throws OrchestratorError `no-commits`, `invalid-argument` for a name that is no commit, or none that shares history
 */
export async function checkoutBase({ opened }: Repository, named?: string): Promise<string> {
  const head = await opened.resolveCommit('HEAD');
  if (head === undefined) throw new OrchestratorError('no-commits', 'Nothing has been committed here yet, so there is nothing to compare with.', 'Make a first commit.');
  if (named !== undefined) return forkOf(opened, await commitOf(opened, named), named);
  for (const commit of await candidates(opened)) {
    const fork = commit === undefined ? undefined : await mergeBase(opened, commit);
    if (fork !== undefined) return fork;
  }
  return head;
}

/** The likeliest first. One command for all branches: each costs a process. */
async function candidates(git: Git): Promise<readonly (string | undefined)[]> {
  const [upstream, listed] = await Promise.all([git.resolveCommit('@{upstream}'), git.output(['for-each-ref', '--format=%(refname) %(objectname)', ...mainBranches])]);
  const commits = new Map(listed.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
  return [upstream, ...mainBranches.map((branch) => commits.get(branch))];
}

async function commitOf(git: Git, named: string): Promise<string> {
  const commit = named.startsWith('-') ? undefined : await git.resolveCommit(named);
  if (commit !== undefined) return commit;
  throw new OrchestratorError('invalid-argument', `There is no commit "${named}" here.`, 'Name a branch, a tag or a commit. A shallow clone may have to fetch it first: git fetch --unshallow.');
}

async function forkOf(git: Git, commit: string, named: string): Promise<string> {
  const fork = await mergeBase(git, commit);
  if (fork !== undefined) return fork;
  throw new OrchestratorError('invalid-argument', `HEAD and "${named}" have no common history.`, 'Name a branch that this one was made from. A shallow clone may have to fetch more: git fetch --unshallow.');
}

async function mergeBase(git: Git, commit: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git.run(['merge-base', commit, 'HEAD'], { answers: [0, 1, 128] });
  return exitCode === 0 ? stdout.trim() : undefined;
}
