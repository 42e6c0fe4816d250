import type { Git } from '../git/git';
import type { Repository } from '../git/repository';
import { repositoryCode } from '../git/repositoryCode';

/** What an agent must leave alone outside its worktree, as it was at one moment. */
export interface CheckoutState {
  readonly head: string;
  /** Hash over everything in the git directories that can make git run programs. */
  readonly code: string;
  readonly changes: ReadonlySet<string>;
}

export interface CheckoutDifference {
  readonly headMoved: boolean;
  /** Files of the main checkout whose state changed. A person may have done that too. */
  readonly files: readonly string[];
}

export async function checkoutState(repository: Repository, worktree: Git): Promise<CheckoutState> {
  const code = await repositoryCode(repository, worktree.location.gitDirectory);
  const head = await repository.git.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { answers: [0, 1, 128] });
  const status = await repository.git.run(['status', '--porcelain', '-z', '--untracked-files=normal', '--no-renames']);
  return { head: head.stdout.trim(), code, changes: new Set(status.stdout.split('\0').filter((line) => line !== '')) };
}

export function compareCheckouts(before: CheckoutState, after: CheckoutState): CheckoutDifference {
  const files = [...before.changes.difference(after.changes), ...after.changes.difference(before.changes)].map((line) => line.slice(3));
  return { headMoved: before.head !== after.head, files: [...new Set(files)] };
}
