import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { OrchestratorError } from '../base/errors';
import type { Git } from './git';
import { serialised } from './serialised';
import { listWorktrees, type Repository } from './repository';

/** Where the sessions' worktrees of a repository live: beside it, so that no watcher or search of the workspace meets them. */
export function worktreeRoot(repository: Repository): string {
  return `${repository.root}.worktrees`;
}

/**
 * Makes a branch at a commit and a worktree on it. Either both exist afterwards or neither.
 * @throws OrchestratorError `branch-taken`
 */
export async function addWorktree(repository: Repository, { directory, branch, sha }: { directory: string; branch: string; sha: string }): Promise<string> {
  return serialised(repository.commonDirectory, async () => {
    const { git } = repository;
    await git.output(['check-ref-format', '--branch', branch]);
    await checkBranchIsFree(git, branch);
    if (existsSync(directory)) throw branchTaken(`The folder ${directory} is already there.`);
    await mkdir(path.dirname(directory), { recursive: true });
    try {
      await git.run(['worktree', 'add', '--no-track', '-b', branch, directory, sha], { timeoutMs: 600_000 });
      return await realpath(directory);
    } catch (error) {
      await removeHalfMade(repository, directory, branch);
      throw error;
    }
  });
}

async function checkBranchIsFree(git: Git, branch: string): Promise<void> {
  if (await git.resolveCommit(`refs/heads/${branch}`)) throw branchTaken(`The branch ${branch} is already there.`);
  const parts = branch.split('/');
  for (let length = 1; length < parts.length; length++) {
    const parent = parts.slice(0, length).join('/');
    if (await git.resolveCommit(`refs/heads/${parent}`)) {
      throw branchTaken(`The branch "${parent}" is in the way: git cannot hold it beside ${branch}.`, `Rename it: git branch -m ${parent} ${parent}-old.`);
    }
  }
}

function branchTaken(message: string, advice = 'Try again, or give the session another name.'): OrchestratorError {
  return new OrchestratorError('branch-taken', message, advice);
}

async function removeHalfMade({ git, root }: Repository, directory: string, branch: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await rmdir(path.dirname(directory)).catch(() => undefined);
  await git.run(['worktree', 'prune'], { answers: [0, 1, 128] });
  if (existsSync(root)) await git.run(['branch', '-D', '--end-of-options', branch], { answers: [0, 1, 128, 129] });
}

/**
 * Git on a session's worktree. Its git directory is looked up among those of the repository, not in the worktree's `.git` file,
 * which an agent could have changed.
 * @throws OrchestratorError `worktree-missing`
 */
export async function gitOfWorktree(repository: Repository, directory: string): Promise<Git> {
  const gitDirectory = await gitDirectoryOfWorktree(repository.commonDirectory, directory);
  if (!gitDirectory || !existsSync(directory)) {
    throw new OrchestratorError('worktree-missing', `The session's worktree ${directory} is gone.`, 'Its commits are still on its branch; delete the session, or check the branch out again with git worktree add.');
  }
  return repository.git.at({ gitDirectory, workTree: directory });
}

async function gitDirectoryOfWorktree(commonDirectory: string, directory: string): Promise<string | undefined> {
  const administration = path.join(commonDirectory, 'worktrees');
  const wanted = path.join(directory, '.git');
  for (const name of await readdir(administration).catch(() => [])) {
    const pointer = await readFile(path.join(administration, name, 'gitdir'), 'utf8').catch(() => '');
    if (path.normalize(pointer.trim()) === wanted) return path.join(administration, name);
  }
  return undefined;
}

/**
 * That a folder is the worktree it is meant to be: git's top level there is the folder itself, on the session's branch. An agent
 * started anywhere else would work in the wrong place.
 * @throws OrchestratorError `worktree-missing`, `worktree-moved`
 */
export async function checkWorktree(repository: Repository, directory: string, branch: string): Promise<Git> {
  const git = await gitOfWorktree(repository, directory);
  const pointer = await readFile(path.join(directory, '.git'), 'utf8').catch(() => '');
  const pointsTo = /^gitdir: (.*)$/m.exec(pointer)?.[1];
  const head = await git.run(['symbolic-ref', '--quiet', 'HEAD'], { answers: [0, 1, 128] });
  if (!pointsTo || path.resolve(directory, pointsTo) !== git.location.gitDirectory || (await realpath(directory)) !== directory) {
    throw new OrchestratorError('worktree-moved', `${directory} is no longer the worktree that was made for this session.`, 'Nothing was run there. Look at its .git file, or delete the session and start a new one.');
  }
  if (head.stdout.trim() !== `refs/heads/${branch}`) {
    throw new OrchestratorError('worktree-moved', `The session's worktree is no longer on its branch ${branch}.`, `Check it out again: git -C "${directory}" checkout ${branch}.`);
  }
  return git;
}

/**
 * Removes a session's worktree and branch. The caller has kept what is worth keeping (see checkpoints). Only what all three agree
 * on is removed: our record, git's list, and a real path inside our own worktree folder.
 */
export async function removeWorktree(repository: Repository, directory: string, branch: string): Promise<void> {
  await serialised(repository.commonDirectory, async () => {
    const { git } = repository;
    if (existsSync(directory)) {
      const real = await realpath(directory);
      const listed = (await listWorktrees(repository)).some((entry) => entry.path === real);
      if (!listed || path.dirname(real) !== (await realpath(worktreeRoot(repository)))) {
        throw new OrchestratorError('worktree-moved', `${directory} is not one of this repository's session worktrees.`, 'It was left alone. Remove it by hand if it is no longer needed.');
      }
      await git.run(['worktree', 'remove', '--force', '--force', real], { timeoutMs: 600_000 });
    }
    await git.run(['worktree', 'prune']);
    if (await git.resolveCommit(`refs/heads/${branch}`)) await git.run(['branch', '-D', '--end-of-options', branch]);
    await rmdir(worktreeRoot(repository)).catch(() => undefined);
  });
}
