import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { OrchestratorError, systemCode } from '../base/errors';
import { gitFailed, type Git } from './git';
import { serialised } from './serialised';
import { listWorktrees, type Repository } from './repository';
import { fillSubmodules } from './submodules';
import { workTreeOf } from './underWay';

/**
 * Where the sessions' worktrees of a repository live: beside it, so that no watcher or search of the workspace meets them. Those of a
 * submodule live beside the project around it, which would otherwise take them for its own untracked files.
 */
export function worktreeRoot({ root, superproject }: Repository): string {
  if (superproject === undefined) return `${root}.worktrees`;
  return `${superproject}.${path.relative(superproject, root).split(path.sep).join('-')}.worktrees`;
}

export interface NewWorktree {
  readonly directory: string;
  readonly branch: string;
  readonly sha: string;
  /** Told what did not work but does not stop the session, such as a submodule that cannot be cloned. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Makes a branch at a commit and a worktree on it. Either both exist afterwards or neither. Of several processes that want the same
 * place one gets it: folder and branch are each claimed in one step, and only what this call has made is ever cleaned up.
 * @throws OrchestratorError `branch-taken` (another name will do), `branch-in-the-way` (no name below the same parent will do)
 */
export async function addWorktree(repository: Repository, wanted: NewWorktree): Promise<string> {
  return serialised(repository.commonDirectory, async () => {
    const { git, commonDirectory } = repository;
    const { directory, branch, sha } = wanted;
    await git.output(['check-ref-format', '--branch', branch]);
    await checkBranchIsFree(git, branch);
    await claimFolder(directory);
    let claimed: Claim = { directory };
    try {
      // Git remembers worktrees whose folder is gone (on a disk that is not plugged in, say): their place is not free.
      if (await gitDirectoryOfWorktree(commonDirectory, directory)) throw branchTaken(`Git has a worktree at ${directory} already.`);
      await claimBranch(git, branch, sha);
      claimed = { directory, branch, sha };
      await git.run(['worktree', 'add', directory, branch], { timeoutMs: 600_000 });
    } catch (error) {
      await removeHalfMade(repository, claimed);
      throw error;
    }
    const worktree = await realpath(directory);
    const warning = await fillSubmodules(await gitOfWorktree(repository, worktree));
    if (warning !== undefined) wanted.onWarning?.(warning);
    return worktree;
  });
}

interface Claim {
  readonly directory: string;
  /** Only when the branch was made too. */
  readonly branch?: string;
  readonly sha?: string;
}

async function claimFolder(directory: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(path.dirname(directory), { recursive: true });
    try {
      return await mkdir(directory);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') throw branchTaken(`The folder ${directory} is already there.`);
      // Another process that gave up may have removed the parent between the two steps.
      if (systemCode(error) !== 'ENOENT' || attempt === 10) throw error;
    }
  }
}

async function claimBranch(git: Git, branch: string, sha: string): Promise<void> {
  const { created, said } = await git.createRef(`refs/heads/${branch}`, sha, 'amp: new session');
  if (created) return;
  await checkBranchIsFree(git, branch);
  if (/already exists|exists; cannot create/.test(said)) throw branchTaken(`The branch ${branch} is already there.`);
  throw gitFailed(['update-ref'], { exitCode: 128, stdout: '', stderr: said });
}

async function checkBranchIsFree(git: Git, branch: string): Promise<void> {
  if (await git.resolveCommit(`refs/heads/${branch}`)) throw branchTaken(`The branch ${branch} is already there.`);
  const parts = branch.split('/');
  for (let length = 1; length < parts.length; length++) {
    const parent = parts.slice(0, length).join('/');
    if (await git.resolveCommit(`refs/heads/${parent}`)) {
      throw new OrchestratorError('branch-in-the-way', `The branch "${parent}" is in the way: git cannot hold it beside ${branch}.`, `Rename it: git branch -m ${parent} ${parent}-old.`);
    }
  }
}

function branchTaken(message: string): OrchestratorError {
  return new OrchestratorError('branch-taken', message, 'Try again, or give the session another name.');
}

async function removeHalfMade(repository: Repository, { directory, branch, sha }: Claim): Promise<void> {
  const { git } = repository;
  if (branch !== undefined && sha !== undefined) {
    await git.run(['worktree', 'remove', '--force', '--force', directory], { answers: [0, 1, 128] });
    await rm(directory, { recursive: true, force: true });
    await git.run(['update-ref', '-d', `refs/heads/${branch}`, sha], { answers: [0, 1, 128] });
  } else {
    await rmdir(directory).catch(() => undefined);
  }
  await rmdir(path.dirname(directory)).catch(() => undefined);
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
  return repository.git.at({ gitDirectory, commonDirectory: repository.commonDirectory, workTree: directory });
}

async function gitDirectoryOfWorktree(commonDirectory: string, directory: string): Promise<string | undefined> {
  const administration = path.join(commonDirectory, 'worktrees');
  for (const name of await readdir(administration).catch(() => [])) {
    const gitDirectory = path.join(administration, name);
    if ((await workTreeOf(gitDirectory)) === path.normalize(directory)) return gitDirectory;
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
      const { exitCode } = await git.run(['worktree', 'remove', '--force', '--force', real], { answers: [0, 128], timeoutMs: 600_000 });
      if (exitCode !== 0) await removeDamaged(repository, real);
    } else if (path.dirname(directory) === worktreeRoot(repository) && (await gitDirectoryOfWorktree(repository.commonDirectory, directory))) {
      // Not `worktree prune`: it would also forget the person's own worktrees whose disk is not plugged in.
      await git.run(['worktree', 'remove', '--force', '--force', directory]);
    }
    if (await git.resolveCommit(`refs/heads/${branch}`)) await git.run(['branch', '-D', '--end-of-options', branch]);
    await rmdir(worktreeRoot(repository)).catch(() => undefined);
  });
}

/** One whose `.git` file an agent removed or replaced: git refuses to, but it is known to be ours. Links inside are removed, not followed. */
async function removeDamaged({ git, commonDirectory }: Repository, directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  if (await gitDirectoryOfWorktree(commonDirectory, directory)) await git.run(['worktree', 'remove', '--force', '--force', directory]);
}
