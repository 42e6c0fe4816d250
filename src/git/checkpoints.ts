import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Git } from './git';
import { hasChanges } from './changes';

/** Commits everything in the work tree (ignored files apart). Undefined when there is nothing to commit. */
export async function commitAll(git: Git, message: string): Promise<string | undefined> {
  if (!(await hasChanges(git))) return undefined;
  await git.run(['add', '--all']);
  const staged = await git.run(['diff', '--cached', '--quiet', '--no-ext-diff', '--no-textconv'], { answers: [0, 1] });
  if (staged.exitCode === 0) return undefined;
  await git.run(['commit', '--no-verify', '--quiet', '--file=-', '--cleanup=whitespace'], { input: message });
  return git.output(['rev-parse', 'HEAD']);
}

export interface Snapshot {
  readonly ref: string;
  readonly sha: string;
  /** Ignored folders that are too costly to keep (node_modules/, dist/ …), relative to the work tree. */
  readonly leftOut: readonly string[];
}

/**
 * Keeps the whole work tree under a ref without touching it: commits, uncommitted and untracked files, and ignored files such as
 * `.env`. `git worktree remove` would delete the last two silently. Whole ignored folders are left out and named.
 */
export async function keepWorkTree(git: Git, ref: string, message: string): Promise<Snapshot> {
  const head = await git.output(['rev-parse', 'HEAD']);
  const ignored = (await git.run(['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'])).stdout.split('\0').filter((name) => name !== '');
  const files = ignored.filter((name) => !name.endsWith('/'));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'amp-keep-'));
  try {
    const env = { GIT_INDEX_FILE: path.join(folder, 'index') };
    await git.run(['read-tree', head], { env });
    await git.run(['add', '--all'], { env, timeoutMs: 600_000 });
    if (files.length > 0) await git.run(['add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'], { env, input: files.join('\0') });
    const tree = await git.output(['write-tree'], { env });
    const sha = await git.output(['commit-tree', tree, '-p', head, '-F', '-'], { input: message });
    await git.run(['update-ref', '-m', message.split('\n')[0] ?? '', ref, sha]);
    return { ref, sha, leftOut: ignored.filter((name) => name.endsWith('/')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
