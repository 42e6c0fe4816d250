import type { ChangedFile } from '../model/session';
import type { Git } from './git';

const diffSwitches = ['--no-ext-diff', '--no-textconv', '--no-color', '--find-renames', '-z'];

/** The files that differ between two commits (or trees), with their line counts. */
export async function changedFiles(git: Git, from: string, to: string): Promise<ChangedFile[]> {
  const [status, counts] = await Promise.all([
    git.run(['diff-tree', '-r', '--name-status', ...diffSwitches, from, to, '--']),
    git.run(['diff-tree', '-r', '--numstat', ...diffSwitches, from, to, '--']),
  ]);
  return parseChanges(status.stdout, counts.stdout);
}

/** Joins `--name-status -z` and `--numstat -z` of the same two trees. */
function parseChanges(nameStatus: string, numstat: string): ChangedFile[] {
  const counts = parseNumstat(numstat);
  const fields = nameStatus.split('\0');
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const letter = fields[at++]?.charAt(0) ?? '';
    const renamed = letter === 'R' || letter === 'C';
    const previousPath = renamed ? fields[at++] : undefined;
    const path = fields[at++];
    if (path === undefined) break;
    const lines = counts.get(path);
    files.push({
      path,
      change: renamed ? 'renamed' : letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified',
      ...(previousPath === undefined ? {} : { previousPath }),
      ...(lines ?? {}),
    });
  }
  return files;
}

type LineCounts = Pick<ChangedFile, 'linesAdded' | 'linesDeleted'>;

/** `added<TAB>deleted<TAB>path`, or `added<TAB>deleted<TAB>` and two more fields for a rename; `-` counts mean binary. */
function parseNumstat(numstat: string): Map<string, LineCounts> {
  const counts = new Map<string, LineCounts>();
  const fields = numstat.split('\0');
  for (let at = 0; at < fields.length; at++) {
    const match = /^(\d+|-)\t(\d+|-)\t([^]*)$/.exec(fields[at] ?? '');
    if (!match) continue;
    const [, added, deleted, direct] = match;
    const path = direct === '' ? fields[(at += 2)] : direct;
    if (path === undefined) break;
    counts.set(path, added === '-' ? {} : { linesAdded: Number(added), linesDeleted: Number(deleted) });
  }
  return counts;
}

/** True when the work tree holds changes that are not committed, untracked files included. */
export async function hasChanges(git: Git): Promise<boolean> {
  return (await git.run(['status', '--porcelain', '-z', '--untracked-files=normal', '--ignore-submodules=none'])).stdout !== '';
}

/** A file's content at a commit, or undefined where it has none. */
export async function fileAt(git: Git, commit: string, path: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git.run(['cat-file', 'blob', `${commit}:${path}`], { answers: [0, 128] });
  return exitCode === 0 ? stdout : undefined;
}
