import { copyFile, lstat, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../../base/errors';
import { makeThrowAwayFolder, removeFolder } from '../../base/throwAwayFolder';
import { stageAll, unstageNested } from '../checkpoints';
import type { Git, GitRunOptions } from '../git';

/**
 * Git's name of a tree of the files as they are in the work tree: tracked and untracked ones, not the ignored ones, and not what is in
 * repositories inside. Index, files and refs stay untouched; only objects are added.
 */
export async function workTreeAsTree(git: Git): Promise<string> {
  const folder = await makeThrowAwayFolder();
  try {
    const index = path.join(folder, 'index');
    const options = { env: { GIT_INDEX_FILE: index } };
    if (await copyIndex(git, index)) await forgetHiddenFiles(git, options);
    await stageAll(git, options);
    await unstageNested(git, options);
    return await git.output(['write-tree'], options);
  } finally {
    await removeFolder(folder);
  }
}

/**
 * A copy knows which files are unchanged, so only the others are read. Git distrusts files that are as new as the index itself, so the
 * copy must not be newer than what it was made from.
 */
async function copyIndex(git: Git, to: string): Promise<boolean> {
  const from = path.join(git.location.gitDirectory, 'index');
  try {
    const seconds = Math.floor((await stat(from)).mtimeMs / 1000);
    await copyFile(from, to);
    await utimes(to, seconds, seconds);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Files that somebody told git not to look at, by `--assume-unchanged` or `--skip-worktree`, count as they are on disk; those that a sparse checkout leaves out count as committed. */
async function forgetHiddenFiles(git: Git, options: Pick<GitRunOptions, 'env'>): Promise<void> {
  const entries = (await git.run(['ls-files', '-v', '-z'], options)).stdout.split('\0');
  const assumed = entries.filter((entry) => /^[a-z] /.test(entry)).map((entry) => entry.slice(2));
  const skipped = await Promise.all(entries.filter((entry) => /^s /i.test(entry)).map(async (entry) => ((await isThere(path.join(git.location.workTree, entry.slice(2)))) ? [entry.slice(2)] : [])));
  await clear(git, '--no-assume-unchanged', assumed, options);
  await clear(git, '--no-skip-worktree', skipped.flat(), options);
}

async function clear(git: Git, flag: string, files: readonly string[], options: Pick<GitRunOptions, 'env'>): Promise<void> {
  if (files.length > 0) await git.run(['update-index', flag, '-z', '--stdin'], { ...options, input: `${files.join('\0')}\0` });
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(() => true, () => false);
}
