import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from '../git/repository';

/** What an agent must leave alone outside its worktree, as it was at one moment. */
export interface CheckoutState {
  readonly head: string;
  readonly configuration: string;
  readonly changes: ReadonlySet<string>;
}

export interface CheckoutDifference {
  /** The repository's own configuration changed: it is code, so a person has to look at it. */
  readonly configurationChanged: boolean;
  readonly headMoved: boolean;
  /** Files of the main checkout whose state changed. A person may have done that too. */
  readonly files: readonly string[];
}

export async function checkoutState({ git, commonDirectory }: Repository): Promise<CheckoutState> {
  const [head, configuration, status] = await Promise.all([
    git.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { answers: [0, 1, 128] }),
    readFile(path.join(commonDirectory, 'config')).catch(() => Buffer.alloc(0)),
    git.run(['status', '--porcelain', '-z', '--untracked-files=normal', '--no-renames']),
  ]);
  return {
    head: head.stdout.trim(),
    configuration: createHash('sha256').update(configuration).digest('hex'),
    changes: new Set(status.stdout.split('\0').filter((line) => line !== '')),
  };
}

export function compareCheckouts(before: CheckoutState, after: CheckoutState): CheckoutDifference {
  const files = [...before.changes.difference(after.changes), ...after.changes.difference(before.changes)].map((line) => line.slice(3));
  return {
    configurationChanged: before.configuration !== after.configuration,
    headMoved: before.head !== after.head,
    files: [...new Set(files)],
  };
}
