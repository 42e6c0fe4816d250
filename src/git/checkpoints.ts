import { existsSync } from 'node:fs';
import path from 'node:path';
import { OrchestratorError } from '../base/errors';
import { makeThrowAwayFolder, removeFolder } from '../base/throwAwayFolder';
import { hasChanges } from './changes';
import type { Git, GitRunOptions } from './git';
import { nestedFiles } from './nestedFiles';
import { registeredSubmodules } from './submodules';

type Environment = Pick<GitRunOptions, 'env'>;

/**
 * Commits everything in the work tree, apart from ignored files and from repositories inside it that are no submodules (see
 * `nestedRepositories`): git could hold these only as a bare commit number, without a single file. Undefined when there is nothing to commit.
 */
export async function commitAll(git: Git, message: string): Promise<string | undefined> {
  if (!(await hasChanges(git))) return undefined;
  await stageAll(git, {});
  await unstageNested(git, {});
  const staged = await git.run(['diff', '--cached', '--quiet', '--no-ext-diff', '--no-textconv'], { answers: [0, 1] });
  if (staged.exitCode === 0) return undefined;
  await git.run(['commit', '--no-verify', '--quiet', '--file=-', '--cleanup=whitespace'], { input: message });
  return git.output(['rev-parse', 'HEAD']);
}

/** Repositories in the work tree that are no submodules, as an agent makes them with `git init` or `git clone`. Ignored ones are not listed. */
export async function nestedRepositories(git: Git): Promise<string[]> {
  const untracked = (await listed(git, ['ls-files', '-z', '--others', '--exclude-standard'])).filter(isNested).map(withoutSlash);
  return [...untracked, ...(await nestedInIndex(git, {}))].sort();
}

/** Those that somebody staged or committed as a bare commit number; one that is empty on disk is not ours to judge. */
async function nestedInIndex(git: Git, options: Environment): Promise<string[]> {
  const links = (await listed(git, ['ls-files', '-z', '--stage'], options)).filter((entry) => entry.startsWith('160000 ')).map((entry) => entry.slice(entry.indexOf('\t') + 1));
  if (links.length === 0) return [];
  const registered = new Set(await registeredSubmodules(git));
  return links.filter((link) => !registered.has(link) && existsSync(path.join(git.location.workTree, link, '.git')));
}

/** Like `git add --all`, which fails as a whole at a repository inside without a commit. */
export async function stageAll(git: Git, options: Environment): Promise<void> {
  await git.run(['add', '--update'], { ...options, timeoutMs: 600_000 });
  await stage(git, (await listed(git, ['ls-files', '-z', '--others', '--exclude-standard'], options)).filter((name) => !isNested(name)), options);
}

/** Files that have gone meanwhile are no error. */
async function stage(git: Git, files: readonly string[], options: Environment): Promise<void> {
  if (files.length > 0) await git.run(['update-index', '--add', '--remove', '-z', '--stdin'], { ...options, input: `${files.join('\0')}\0`, timeoutMs: 600_000 });
}

async function unstage(git: Git, links: readonly string[], options: Environment): Promise<void> {
  if (links.length > 0) await git.run(['update-index', '--force-remove', '-z', '--stdin'], { ...options, input: `${links.join('\0')}\0` });
}

/** What is in HEAD stays: the project may well hold such links on purpose and fill them with a tool of its own. */
export async function unstageNested(git: Git, options: Environment): Promise<void> {
  const staged: string[] = [];
  for (const link of await nestedInIndex(git, options)) {
    const { exitCode } = await git.run(['rev-parse', '--verify', '--quiet', `HEAD:${link}`], { answers: [0, 1, 128] });
    if (exitCode !== 0) staged.push(link);
  }
  await unstage(git, staged, options);
}

export interface Snapshot {
  /** Full name of the ref: `<prefix>/<number>`. */
  readonly ref: string;
  readonly sha: string;
  /**
   * What is not kept, relative to the work tree: ignored folders that are too costly (node_modules/, dist/ …, with a slash at the end),
   * and the history (`<folder>/.git`) of repositories inside, whose files are kept.
   */
  readonly leftOut: readonly string[];
}

/**
 * Keeps the whole work tree under a new ref `<refPrefix>/<n>` without touching it: commits, uncommitted and untracked files, ignored
 * files such as `.env`, and the files of repositories inside. `git worktree remove` would delete all but the commits silently. Earlier
 * snapshots stay as they are.
 */
export async function keepWorkTree(git: Git, refPrefix: string, message: string): Promise<Snapshot> {
  const head = await git.output(['rev-parse', 'HEAD']);
  const ignored = await listed(git, ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']);
  const leftOut = ignored.filter((name) => name.endsWith('/'));
  const folder = await makeThrowAwayFolder();
  try {
    const options = { env: { GIT_INDEX_FILE: path.join(folder, 'index') } };
    await git.run(['read-tree', head], options);
    const submodules = await changedSubmodules(git, options);
    await stageAll(git, options);
    await stage(git, ignored.filter((name) => !name.endsWith('/')), options);
    const nested = new Set([...(await nestedRepositories(git)), ...(await nestedInIndex(git, options)), ...submodules]);
    await unstage(git, [...nested], options);
    for (const directory of nested) {
      const inside = await nestedFiles(git, directory);
      await stage(git, inside.files, options);
      leftOut.push(...inside.leftOut);
    }
    const tree = await git.output(['write-tree'], options);
    const sha = await git.output(['commit-tree', tree, '-p', head, '-F', '-'], { input: message });
    return { ref: await keepCommit(git, refPrefix, sha, message), sha, leftOut };
  } finally {
    await removeFolder(folder);
  }
}

/** Names a commit with the first free `<refPrefix>/<n>`, counted from 1, and gives that name. Never moves a ref. */
export async function keepCommit(git: Git, refPrefix: string, sha: string, message: string): Promise<string> {
  const taken = (await git.output(['for-each-ref', '--format=%(refname)', `${refPrefix}/`])).split('\n');
  const first = 1 + Math.max(0, ...taken.map((ref) => Number(ref.slice(refPrefix.length + 1))).filter(Number.isSafeInteger));
  for (let number = first; ; number++) {
    const ref = `${refPrefix}/${number}`;
    const { created, said } = await git.createRef(ref, sha, message.split('\n')[0] ?? '');
    if (created) return ref;
    if (!said.includes('already exists') || number > first + 100) throw new OrchestratorError('git-failed', `The ref ${ref} could not be made: ${said.trim()}`, 'The log has the details.');
  }
}

/** Submodules whose files or commits exist nowhere but here: with uncommitted work, another commit than HEAD's, or one that no remote has. */
async function changedSubmodules(git: Git, options: Environment): Promise<string[]> {
  const changed = (await listed(git, ['status', '--porcelain=v2', '-z', '--untracked-files=no', '--ignore-submodules=none', '--no-renames'], options)).flatMap((entry) => {
    const match = /^1 \S+ S(\S{3}) (?:\S+ ){5}([^]*)$/.exec(entry);
    return match?.[1] !== undefined && match[2] !== undefined && match[1] !== '...' ? [match[2]] : [];
  });
  const filled = (await registeredSubmodules(git)).filter((name) => existsSync(path.join(git.location.workTree, name, '.git')));
  const own = await Promise.all(filled.map(async (name) => ((await git.inFolder(path.join(git.location.workTree, name), ['rev-list', '--max-count=1', 'HEAD', '--not', '--remotes'])).stdout === '' ? [] : [name])));
  return [...new Set([...changed.filter((name) => existsSync(path.join(git.location.workTree, name, '.git'))), ...own.flat()])];
}

async function listed(git: Git, args: readonly string[], options: Environment = {}): Promise<string[]> {
  return (await git.run(args, options)).stdout.split('\0').filter((entry) => entry !== '');
}

/** Without `--directory`, only a repository inside is listed as a folder. */
function isNested(name: string): boolean {
  return name.endsWith('/');
}

function withoutSlash(name: string): string {
  return name.replace(/\/$/, '');
}
