import { createHash } from 'node:crypto';
import { lstat, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from './repository';

const repositoryFiles = ['info/attributes', 'info/grafts', 'objects/info/alternates', 'commondir', 'gitdir'];
const configurationFiles = ['config', 'config.worktree'];

/** Notes that editors and git itself take while one works; they start nothing, so a change of theirs is no change of the code. */
const harmless = /^(branch\..*|submodule\..*\.(url|active))$/is;

/**
 * One sha256 over what can make git run programs or look elsewhere: configuration with all it includes, hooks, attributes, and the files
 * that point to other directories; of the repository, of one worktree if given, and of the submodules of the main checkout. What is in
 * work trees (`.gitattributes`, `.gitmodules`) is no part of it: it starts nothing without configuration.
 */
export async function repositoryCode(repository: Repository, worktreeGitDirectory?: string): Promise<string> {
  const hash = createHash('sha256');
  const add = (name: string, content: string | Buffer): void => {
    hash.update(`${name}\0${content.length}\0`).update(content);
  };
  const { commonDirectory } = repository;
  const places = [commonDirectory, ...(worktreeGitDirectory === undefined || worktreeGitDirectory === commonDirectory ? [] : [worktreeGitDirectory]), ...(await submodulesBelow(path.join(commonDirectory, 'modules')))];
  for (const place of places) {
    for (const name of configurationFiles) add(path.join(place, name), await settings(repository, path.join(place, name)));
    for (const name of repositoryFiles) add(path.join(place, name), await content(path.join(place, name)));
    for (const { name, kind, text } of await filesBelow(path.join(place, 'hooks'))) add(`${name}\0${kind}`, text);
  }
  return hash.digest('hex');
}

/** A configuration file as git reads it, with the files that it includes; as it is where git cannot read it. */
async function settings({ git }: Repository, file: string): Promise<string> {
  const raw = await readFile(file, 'utf8').catch(() => undefined);
  if (raw === undefined) return 'missing';
  const { exitCode, stdout } = await git.run(['config', `--file=${file}`, '--includes', '--list', '-z'], { answers: [0, 1, 3, 128] });
  if (exitCode !== 0) return `unreadable\n${raw}`;
  return stdout.split('\0').filter((entry) => !harmless.test(entry.split('\n', 1)[0] ?? '')).join('\0');
}

async function content(file: string): Promise<Buffer> {
  return readFile(file).then((bytes) => Buffer.concat([Buffer.from('file\n'), bytes]), () => Buffer.from('missing'));
}

async function filesBelow(folder: string): Promise<{ name: string; kind: string; text: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return Promise.all(entries.sort().map(async (entry) => {
    const name = path.join(folder, entry);
    const found = await lstat(name).catch(() => undefined);
    return { name, kind: String(found?.mode), text: found?.isDirectory() ? Buffer.from('folder') : await content(name) };
  }));
}

/** Git directories below `modules/`: a submodule's name can hold slashes, and it can have submodules of its own. */
async function submodulesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true }).catch(() => [])).sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (!entry.isDirectory()) continue;
    const place = path.join(folder, entry.name);
    const isGitDirectory = (await lstat(path.join(place, 'HEAD')).catch(() => undefined)) !== undefined;
    found.push(...(isGitDirectory ? [place, ...(await submodulesBelow(path.join(place, 'modules')))] : await submodulesBelow(place)));
  }
  return found;
}
