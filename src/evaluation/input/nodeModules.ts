import { copyFile, lstat, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import path from 'node:path';
import type { BorrowRequest } from './borrowRequest';

/** What tools keep there between runs: a run gets its own, and does not write into the checkout's. */
const keptByTools = new Set(['.cache', '.vite', '.vite-temp', '.vitest', '.vitest-attachments']);

/**
 * Gives a laid-out tree every `node_modules` of the checkout: real folders whose entries are links to the checkout's packages. Links to the
 * project's own packages (workspaces) are made anew, so that they lead into the laid-out tree, not to the checkout's sources.
 */
export async function borrowNodeModules({ donor, directory, folders }: BorrowRequest): Promise<readonly string[]> {
  const reads = await Promise.all(
    folders.map(async (folder) => {
      const source = await realFolder(path.join(donor, folder, 'node_modules'));
      const target = path.join(directory, folder, 'node_modules');
      if (source === undefined || !(await makeFolder(target))) return [];
      return [source, ...(await linkEntries({ donor, directory, source, target }))];
    }),
  );
  return reads.flat();
}

interface Farm {
  readonly donor: string;
  readonly directory: string;
  readonly source: string;
  readonly target: string;
}

/** Gives the folders outside of the checkout that links lead to. */
async function linkEntries(farm: Farm): Promise<readonly string[]> {
  const entries = (await readdir(farm.source, { withFileTypes: true })).filter(({ name }) => !keptByTools.has(name));
  return (await Promise.all(entries.map((entry) => linkEntry(farm, entry)))).flat();
}

async function linkEntry(farm: Farm, entry: Dirent): Promise<readonly string[]> {
  const source = path.join(farm.source, entry.name);
  const target = path.join(farm.target, entry.name);
  const isScope = entry.isDirectory() && entry.name.startsWith('@');
  // What the tree holds itself stays as it is; a link of the tree is never followed.
  if (isScope ? !(await makeFolder(target)) : await isThere(target)) return [];
  if (entry.isDirectory() && entry.name === '.bin') {
    await mkdir(target);
    for (const program of await readdir(source, { withFileTypes: true })) await recreate(path.join(source, program.name), path.join(target, program.name), program);
  } else if (isScope) return linkEntries({ ...farm, source, target });
  else if (entry.isDirectory()) await linkFolder(source, target);
  else if (entry.isSymbolicLink()) return linkPackage(farm, source, target);
  else if (entry.isFile()) await copyFile(source, target);
  return [];
}

/** Programs find their package by where they are, so that a relative link is right in its new place too. */
async function recreate(source: string, target: string, entry: Dirent): Promise<void> {
  if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
  else if (entry.isFile()) await copyFile(source, target);
}

async function linkPackage({ donor, directory }: Farm, source: string, target: string): Promise<readonly string[]> {
  const real = await realpath(source).catch(() => undefined);
  if (real === undefined) return [];
  const inside = path.relative(donor, real);
  const isOutside = inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside);
  const isOwn = !isOutside && !inside.split(path.sep).includes('node_modules');
  await linkFolder(isOwn ? path.relative(path.dirname(target), path.join(directory, inside)) : real, target);
  return isOutside ? [real] : [];
}

/** Windows lets everybody make junctions, but not links; a junction needs a full path. */
async function linkFolder(to: string, target: string): Promise<void> {
  if (process.platform === 'win32') await symlink(path.resolve(path.dirname(target), to), target, 'junction');
  else await symlink(to, target);
}

/** False where something else is in its place. */
async function makeFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found) await mkdir(folder);
  return found?.isDirectory() ?? true;
}

async function realFolder(folder: string): Promise<string | undefined> {
  const real = await realpath(folder).catch(() => undefined);
  return real !== undefined && (await lstat(real)).isDirectory() ? real : undefined;
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(() => true, () => false);
}
