import { errorMessage } from '../base/errors';
import type { Git } from './git';

const updateTimeoutMs = 120_000;

/**
 * Fills the submodules of a new worktree, as far as the person's own git configuration lets it. Gives a warning where that fails: a
 * session without them is worth more than none. May take two minutes (they are cloned), then it is given up.
 */
export async function fillSubmodules(git: Git): Promise<string | undefined> {
  const has = await git.run(['cat-file', '-e', 'HEAD:.gitmodules'], { answers: [0, 1, 128] });
  if (has.exitCode !== 0) return undefined;
  try {
    await git.run(['submodule', '--quiet', 'update', '--init', '--recursive'], { timeoutMs: updateTimeoutMs });
    return undefined;
  } catch (error) {
    return `The submodules of ${git.location.workTree} could not be filled: ${errorMessage(error)}`;
  }
}

/** Paths of the submodules that `.gitmodules` in the work tree names. */
export async function registeredSubmodules(git: Git): Promise<string[]> {
  const { exitCode, stdout } = await git.run(['config', '--file=.gitmodules', '-z', '--get-regexp', '^submodule\\..*\\.path$'], { answers: [0, 1, 128] });
  return exitCode === 0 ? stdout.split('\0').filter((entry) => entry !== '').map((entry) => entry.slice(entry.indexOf('\n') + 1)) : [];
}
