import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Git } from './git';

export interface NestedFiles {
  /** Relative to the work tree, with ignored files such as `.env`. */
  readonly files: readonly string[];
  /** What was not entered: `.git` of this and deeper repositories, and ignored folders (with a slash at the end). */
  readonly leftOut: readonly string[];
}

/** The files below a folder that is a repository of its own: the git around it never lists what is inside. */
export async function nestedFiles(git: Git, folder: string): Promise<NestedFiles> {
  const files: string[] = [];
  const leftOut: string[] = [];
  for (let level = [folder]; level.length > 0; ) {
    const below: string[] = [];
    for (const directory of level) {
      for (const entry of await readdir(path.join(git.location.workTree, directory), { withFileTypes: true })) {
        const name = `${directory}/${entry.name}`;
        if (entry.name === '.git') leftOut.push(name);
        else if (entry.isDirectory()) below.push(name);
        else if (entry.isFile() || entry.isSymbolicLink()) files.push(name);
      }
    }
    const ignored = await ignoredOf(git, below);
    leftOut.push(...[...ignored].map((name) => `${name}/`));
    level = below.filter((name) => !ignored.has(name));
  }
  return { files, leftOut };
}

async function ignoredOf(git: Git, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const input = names.map((name) => `./${name}`).join('\0');
  const { stdout } = await git.run(['check-ignore', '--no-index', '-z', '--stdin'], { input, answers: [0, 1], plainPathspecs: true });
  return new Set(stdout.split('\0').filter((name) => name !== '').map((name) => name.replace(/^\.\//, '')));
}
