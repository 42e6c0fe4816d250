import { readFileSync, readdirSync } from 'node:fs';
import { waitFor } from './waitFor';

/**
 * Ids of the processes whose environment or arguments hold a text, such as the folder of a test. Looks for itself instead of asking the code
 * under test. Only Linux tells; elsewhere none are found.
 */
export function processesNaming(text: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => ['environ', 'cmdline'].some((file) => contentOf(`/proc/${name}/${file}`).includes(text)))
    .map(Number);
}

/** Kills what a test (also one that failed) left behind, and waits until it is gone. */
export async function endLeftovers(text: string): Promise<void> {
  for (const pid of processesNaming(text)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone meanwhile.
    }
  }
  await waitFor(`the end of what names ${text}`, () => processesNaming(text).length === 0);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
