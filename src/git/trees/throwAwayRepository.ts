import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Git, GitRunOptions } from '../git';

/**
 * A person's configuration says how files are shown and converted, and which programs do that; what is read here must be the same for
 * everybody. The repository's own configuration is not there at all.
 */
export const plainConfiguration: Readonly<Record<string, string>> = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_ATTR_NOSYSTEM: '1', GIT_NO_REPLACE_OBJECTS: '1' };

export interface ThrowAwayPlaces {
  /** Folder for the git directory, made new. */
  readonly gitDirectory: string;
  /** Folder of the files; it must exist. */
  readonly workTree: string;
}

/**
 * A repository without refs that borrows the objects of another one: what is done there changes nothing in the other. No program of git is
 * run to make it, so neither templates nor hooks get there.
 */
export async function makeThrowAwayRepository(git: Git, { gitDirectory, workTree }: ThrowAwayPlaces): Promise<Git> {
  await Promise.all(['objects/info', 'objects/pack', 'refs/heads', 'info'].map((name) => mkdir(path.join(gitDirectory, name), { recursive: true })));
  const format = await objectFormat(git);
  await Promise.all([
    writeFile(path.join(gitDirectory, 'HEAD'), 'ref: refs/heads/none\n'),
    writeFile(path.join(gitDirectory, 'config'), configuration(format)),
    writeFile(path.join(gitDirectory, 'objects', 'info', 'alternates'), `${path.join(git.location.commonDirectory, 'objects')}\n`),
  ]);
  return git.at({ gitDirectory, commonDirectory: gitDirectory, workTree });
}

/** Options of every command in such a repository. */
export function plainly(options: GitRunOptions = {}): GitRunOptions {
  return { ...options, env: { ...plainConfiguration, ...options.env } };
}

function configuration(format: string): string {
  const core = ['bare = false', 'logallrefupdates = false', 'autocrlf = false', 'fsmonitor = false'];
  const extensions = format === 'sha1' ? '' : `[extensions]\n\tobjectformat = ${format}\n`;
  const settings = [`repositoryformatversion = ${format === 'sha1' ? 0 : 1}`, `filemode = ${process.platform !== 'win32'}`, ...core];
  return `[core]\n${settings.map((setting) => `\t${setting}\n`).join('')}${extensions}[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[user]\n\tname = Amp\n\temail = amp@localhost\n`;
}

/** Read from the file, as every command that git is asked costs a process. */
async function objectFormat(git: Git): Promise<string> {
  const text = await readFile(path.join(git.location.commonDirectory, 'config'), 'utf8').catch(() => '');
  return /^\s*objectformat\s*=\s*"?sha256/im.test(text) ? 'sha256' : 'sha1';
}
