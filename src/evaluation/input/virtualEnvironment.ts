import { copyFile, lstat, mkdir, readFile, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import path from 'node:path';
import type { BorrowRequest } from './borrowRequest';

/** Files by which an installed project points back to its sources. */
const pointsToSources = /\.(pth|egg-link)$|^__editable__/;
const largestScript = 1024 * 1024;

/**
 * Gives a laid-out tree the virtual environment (`.venv` or `venv`) of the checkout: packages are links, programs and the files that point
 * to the project's own sources are copies that name the laid-out tree. Else an "editable" project would be tested in the checkout.
 */
export async function borrowVirtualEnvironment({ donor, directory }: Omit<BorrowRequest, 'folders'>): Promise<readonly string[]> {
  for (const name of ['.venv', 'venv']) {
    const source = path.join(donor, name);
    const target = path.join(directory, name);
    if (!(await isFile(path.join(source, 'pyvenv.cfg'))) || (await lstat(target).catch(() => undefined))) continue;
    await copyEnvironment({ donor, directory }, source, target);
    return [source];
  }
  return [];
}

interface Places {
  readonly donor: string;
  readonly directory: string;
}

async function copyEnvironment(places: Places, source: string, target: string): Promise<void> {
  await eachEntry(source, target, async (entry, from, to) => {
    if (entry.isFile() && entry.name === 'pyvenv.cfg') await copyFile(from, to);
    else if (entry.isDirectory() && ['bin', 'Scripts'].includes(entry.name)) await eachEntry(from, to, (program, file, copy) => copyProgram(places, program, file, copy));
    else if (entry.isDirectory() && entry.name === 'lib') await eachEntry(from, to, (version, folder, copy) => copyLibrary(places, version, folder, copy));
    else await link(entry, from, to);
  });
}

/** `lib/python3.12`, with its `site-packages` one level deeper. */
async function copyLibrary(places: Places, version: Dirent, source: string, target: string): Promise<void> {
  if (!version.isDirectory()) return link(version, source, target);
  await eachEntry(source, target, async (entry, from, to) => {
    if (!entry.isDirectory() || entry.name !== 'site-packages') return link(entry, from, to);
    await eachEntry(from, to, async (item, file, copy) => {
      if (item.isFile() && pointsToSources.test(item.name)) await writeFile(copy, inTree(places, await readFile(file, 'utf8')));
      else await link(item, file, copy);
    });
  });
}

/** Scripts name the interpreter by its full path, and would start the checkout's. */
async function copyProgram(places: Places, entry: Dirent, source: string, target: string): Promise<void> {
  if (entry.isSymbolicLink()) return symlink(inTree(places, await readlink(source)), target);
  if (!entry.isFile()) return link(entry, source, target);
  const { size, mode } = await stat(source);
  const content = size <= largestScript ? await readFile(source) : undefined;
  if (content === undefined || content.includes(0)) return copyFile(source, target);
  await writeFile(target, inTree(places, content.toString('utf8')), { mode: mode & 0o777 });
}

async function eachEntry(source: string, target: string, handle: (entry: Dirent, from: string, to: string) => Promise<void>): Promise<void> {
  await mkdir(target);
  const entries = await readdir(source, { withFileTypes: true });
  await Promise.all(entries.map((entry) => handle(entry, path.join(source, entry.name), path.join(target, entry.name))));
}

/** What is inside stays a link; a link such as `lib64` leads to its neighbour in the new place. */
async function link(entry: Dirent, source: string, target: string): Promise<void> {
  if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
  else if (process.platform !== 'win32') await symlink(source, target);
  else if (entry.isDirectory()) await symlink(source, target, 'junction');
  else await copyFile(source, target);
}

/** The checkout's path where it stands as a whole, also in front of a deeper one. */
function inTree({ donor, directory }: Places, text: string): string {
  const escaped = donor.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(new RegExp(`${escaped}(?=[\\\\/"'\\s:]|$)`, 'g'), () => directory);
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then((found) => found.isFile(), () => false);
}
