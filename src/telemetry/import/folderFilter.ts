import { realpathSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether a folder lies in one of `inside` and in none of `outside`, also when the log names it by a link. Logs name folders that may be
 * gone by now; those are taken by their name.
 */
export function folderFilter({ inside, outside }: { readonly inside: readonly string[]; readonly outside: readonly string[] }): (cwd: string | undefined) => boolean {
  const known = new Map<string, boolean>();
  const wanted = inside.map(real);
  const unwanted = outside.map(real);
  return (cwd) => {
    if (cwd === undefined || !path.isAbsolute(cwd)) return false;
    const answer = known.get(cwd) ?? (isIn(real(cwd), wanted) && !isIn(real(cwd), unwanted));
    known.set(cwd, answer);
    return answer;
  };
}

function isIn(folder: string, folders: readonly string[]): boolean {
  return folders.some((other) => {
    const relative = path.relative(other, folder);
    return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
  });
}

/** With links resolved as far as the folder exists. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    const parent = path.dirname(folder);
    return parent === folder ? folder : path.join(real(parent), path.basename(folder));
  }
}
