import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * The git directory shared by all worktrees of the repository that a folder is in, found by looking at files only: activation and
 * the status bar need to know whether there is one, and must not start a program for that. Undefined outside of a repository.
 */
export async function probeCommonDirectory(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    const common = await commonDirectoryAt(path.join(at, '.git'));
    if (common) return common;
    if (path.dirname(at) === at) return undefined;
  }
}

async function commonDirectoryAt(dotGit: string): Promise<string | undefined> {
  const found = await stat(dotGit).catch(() => undefined);
  if (found?.isDirectory()) return dotGit;
  if (!found?.isFile()) return undefined;
  const pointer = /^gitdir: (.*)$/m.exec(await readFile(dotGit, 'utf8'))?.[1];
  if (!pointer) return undefined;
  const gitDirectory = path.resolve(path.dirname(dotGit), pointer.trim());
  const common = await readFile(path.join(gitDirectory, 'commondir'), 'utf8').catch(() => '.');
  return path.resolve(gitDirectory, common.trim());
}

/** True when a store was made in the repository before. */
export async function hasStore(commonDirectory: string): Promise<boolean> {
  return (await stat(path.join(commonDirectory, 'amp-orchestrator', 'orchestrator.db')).catch(() => undefined)) !== undefined;
}
