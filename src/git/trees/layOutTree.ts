import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Git } from '../git';
import { makeThrowAwayRepository, plainly } from './throwAwayRepository';

/** Making a file is mostly waiting, so there is more to win than there are processors. */
const workers = Math.max(4, availableParallelism());

export interface TreePlace {
  /** A folder that does not exist; its parent does. */
  readonly directory: string;
  readonly tree: string;
  /** Tree of the commit before, so that `git diff HEAD^` there shows the change. */
  readonly parentTree?: string;
}

/** The same commits for the same trees, whenever and by whomever they are made. */
const author = Object.fromEntries(['AUTHOR', 'COMMITTER'].flatMap((who) => [[`GIT_${who}_NAME`, 'Amp'], [`GIT_${who}_EMAIL`, 'amp@localhost'], [`GIT_${who}_DATE`, '2000-01-01T00:00:00Z']]));

/**
 * Lays a tree out as a checkout with a repository of its own. Whatever runs there finds a commit and a clean work tree, and no ref, hook,
 * remote or configuration of the repository that the objects come from. Links are laid out as they are; submodules as empty folders.
 */
export async function layOutTree(git: Git, { directory, tree, parentTree }: TreePlace): Promise<void> {
  await mkdir(directory);
  const there = await makeThrowAwayRepository(git, { gitDirectory: path.join(directory, '.git'), workTree: directory });
  // Borrowed dependencies are no change of the tree, also where it does not ignore them.
  await appendFile(path.join(there.location.gitDirectory, 'info', 'exclude'), 'node_modules\n.venv\nvenv\n');
  const parent = parentTree === undefined ? [] : ['-p', await commit(there, parentTree, [])];
  await writeFile(path.join(there.location.gitDirectory, 'HEAD'), `${await commit(there, tree, parent)}\n`);
  await there.run(['-c', `checkout.workers=${workers}`, 'read-tree', '-m', '-u', tree], plainly({ timeoutMs: 600_000 }));
}

function commit(git: Git, tree: string, parent: readonly string[]): Promise<string> {
  return git.output(['commit-tree', tree, ...parent, '-F', '-'], plainly({ input: 'Evaluated tree\n', env: author }));
}
