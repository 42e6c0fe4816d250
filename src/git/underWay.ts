import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { OrchestratorError } from '../base/errors';
import type { Git } from './git';
import type { Repository } from './repository';

/** @throws OrchestratorError `dirty-checkout` when a work tree is in the middle of something that moving its branch would spoil */
export function checkNothingUnderWay(git: Git, branch: string): void {
  const underWay = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply'].find((name) => existsSync(path.join(git.location.gitDirectory, name)));
  if (underWay) {
    throw new OrchestratorError('dirty-checkout', `A merge, rebase or cherry-pick is under way in the checkout of ${branch}.`, `Finish or abort it in ${git.location.workTree}, then merge again.`);
  }
}

/**
 * That no work tree rebases or bisects a branch. HEAD is detached meanwhile, so no list of work trees names the branch, and at its end the
 * rebase would put the branch where it has left it.
 * @throws OrchestratorError `dirty-checkout`
 */
export async function checkBranchIsNotInUse(repository: Repository, branch: string): Promise<void> {
  const administration = path.join(repository.commonDirectory, 'worktrees');
  const linked = (await readdir(administration).catch(() => [])).map((name) => path.join(administration, name));
  for (const gitDirectory of [repository.commonDirectory, ...linked]) {
    const what = await useOf(gitDirectory, branch);
    if (what === undefined) continue;
    const place = gitDirectory === repository.commonDirectory ? repository.root : await workTreeOf(gitDirectory);
    throw new OrchestratorError('dirty-checkout', `A ${what} of ${branch} is under way in ${place}.`, 'Finish or abort it there, then merge again. Nothing was changed.');
  }
}

async function useOf(gitDirectory: string, branch: string): Promise<string | undefined> {
  const read = async (name: string): Promise<string[]> => (await readFile(path.join(gitDirectory, name), 'utf8').catch(() => '')).split('\n');
  const ref = `refs/heads/${branch}`;
  // `update-refs` names the branches that `git rebase --update-refs` moves besides its own.
  for (const name of ['rebase-merge/head-name', 'rebase-apply/head-name', 'rebase-merge/update-refs']) if ((await read(name)).includes(ref)) return 'rebase';
  return (await read('BISECT_START')).some((line) => line === branch || line === ref) ? 'bisect' : undefined;
}

/** The work tree of a git directory below `worktrees/`; relative with worktree.useRelativePaths. */
export async function workTreeOf(gitDirectory: string): Promise<string | undefined> {
  const pointer = (await readFile(path.join(gitDirectory, 'gitdir'), 'utf8').catch(() => '')).trim();
  return pointer === '' ? undefined : path.dirname(path.resolve(gitDirectory, pointer));
}
