import os from 'node:os';
import { plainText } from '../../base/plainText';
import type { Git } from '../../git/git';

const longestName = 200;

/** Name of the person at the keyboard: as git's configuration has it, else as the system does. Asked once. */
export function personOf(git: Git): () => Promise<string> {
  let name: Promise<string> | undefined;
  return () => (name ??= askName(git));
}

async function askName(git: Git): Promise<string> {
  const configured = await git.run(['config', '--get', 'user.name'], { answers: [0, 1] }).then(({ stdout }) => shown(stdout), () => '');
  return configured === '' ? systemName() : configured;
}

function systemName(): string {
  try {
    return shown(os.userInfo().username) || 'somebody';
  } catch {
    // A container may run as a user that nobody has named.
    return 'somebody';
  }
}

function shown(text: string): string {
  return plainText(text).slice(0, longestName);
}
