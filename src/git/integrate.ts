import { OrchestratorError } from '../base/errors';
import type { Git } from './git';
import { serialised } from './serialised';
import { listWorktrees, type Repository } from './repository';
import { checkBranchIsNotInUse, checkNothingUnderWay } from './underWay';
import { gitOfWorktree } from './worktrees';

/** One commit with the tree of `head` on top of where it left the base. Moves no branch and touches no file. */
export async function squash(git: Git, { head, baseBranch, message }: { head: string; baseBranch: string; message: string }): Promise<string> {
  const fork = await git.output(['merge-base', `refs/heads/${baseBranch}`, head]);
  if ((await git.output(['rev-parse', `${head}^{tree}`])) === (await git.output(['rev-parse', `${fork}^{tree}`]))) {
    throw new OrchestratorError('nothing-to-merge', `The session has changed nothing against ${baseBranch}.`, 'Run an iteration first, or delete the session.');
  }
  return git.output(['commit-tree', `${head}^{tree}`, '-p', fork, '-F', '-'], { input: message });
}

/**
 * The same change as `commit` on top of `onto`, computed without touching a work tree.
 * @throws OrchestratorError `merge-conflict`, naming the files
 */
export async function rebase(git: Git, commit: string, onto: string): Promise<string> {
  if ((await git.output(['rev-parse', `${commit}^`])) === onto) return commit;
  const merged = await git.run(['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', onto, commit], { answers: [0, 1] });
  const [tree = '', ...conflicts] = merged.stdout.split('\0').filter((field) => field !== '');
  if (merged.exitCode !== 0) throw conflict([...new Set(conflicts)]);
  const message = await git.output(['log', '-1', '--format=%B', commit]);
  return git.output(['commit-tree', tree, '-p', onto, '-F', '-'], { input: message });
}

function conflict(files: readonly string[]): OrchestratorError {
  const named = files.slice(0, 5).join(', ') + (files.length > 5 ? ` and ${files.length - 5} more` : '');
  return new OrchestratorError('merge-conflict', `The session and its base branch changed the same lines in ${named}.`, 'Nothing was changed. Run another iteration that merges the base branch into the session, or do that yourself in its worktree, then merge again.');
}

/** @throws OrchestratorError `nothing-to-merge` when a commit has the files of its base */
export async function refuseEmpty(git: Git, commit: string, base: { readonly branch: string; readonly sha: string }): Promise<void> {
  const [tree, before] = await Promise.all([commit, base.sha].map((sha) => git.output(['rev-parse', `${sha}^{tree}`])));
  if (tree === before) throw new OrchestratorError('nothing-to-merge', `Everything the session changed is on ${base.branch} already.`, 'Delete the session, or run another iteration.');
}

/** Moves the session's branch and its worktree to `sha`; refuses (and changes nothing) where that would overwrite uncommitted work. */
export async function moveWorktree(git: Git, sha: string): Promise<void> {
  const { exitCode, stderr } = await git.run(['reset', '--keep', sha], { answers: [0, 1, 128] });
  if (exitCode === 0) return;
  throw new OrchestratorError('dirty-checkout', `The session's worktree could not be moved: ${firstLine(stderr)}`, 'Commit, move or delete the files that are in the way, then merge again.');
}

/**
 * Fast-forwards the base branch to `sha`, in the work tree that has it checked out if there is one. Uncommitted changes there
 * stay as they are; where they would be overwritten, nothing happens.
 * @throws OrchestratorError `base-moved` when the branch is no longer at `from`, `dirty-checkout`
 */
export async function fastForward(repository: Repository, { branch, from, to }: { branch: string; from: string; to: string }): Promise<void> {
  await serialised(repository.commonDirectory, async () => {
    const { git } = repository;
    if ((await git.resolveCommit(`refs/heads/${branch}`)) !== from) throw baseMoved(branch);
    await checkBranchIsNotInUse(repository, branch);
    const checkout = (await listWorktrees(repository)).find((entry) => entry.branch === branch);
    if (!checkout) {
      const moved = await git.run(['update-ref', '-m', 'amp: merge', `refs/heads/${branch}`, to, from], { answers: [0, 1, 128] });
      if (moved.exitCode !== 0) throw baseMoved(branch);
      return;
    }
    const there = checkout.path === repository.root ? git : await gitOfWorktree(repository, checkout.path);
    checkNothingUnderWay(there, branch);
    const merged = await there.run(['merge', '--ff-only', '--quiet', '--no-verify-signatures', '--no-overwrite-ignore', '--no-autostash', to], { answers: [0, 1, 2, 128] });
    if (merged.exitCode !== 0) throw await explainMerge(there, branch, from, merged.stderr);
  });
}

async function explainMerge(git: Git, branch: string, from: string, stderr: string): Promise<OrchestratorError> {
  if ((await git.resolveCommit('HEAD')) !== from) return baseMoved(branch);
  const files = stderr.split('\n').filter((line) => line.startsWith('\t')).map((line) => line.trim());
  if (files.length > 0) {
    return new OrchestratorError('dirty-checkout', `Your checkout of ${branch} has uncommitted changes that the merge would overwrite: ${files.slice(0, 5).join(', ')}.`, 'Commit or stash them, then merge again. Nothing was changed.');
  }
  return new OrchestratorError('git-failed', `The merge into ${branch} failed: ${firstLine(stderr)}`, 'The log has the details. Nothing was changed.');
}

function baseMoved(branch: string): OrchestratorError {
  return new OrchestratorError('base-moved', `${branch} has moved while the session was being merged.`, 'Merge again.');
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
