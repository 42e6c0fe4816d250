import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { OrchestratorError } from '../base/errors';
import { Git, identityMissing, runGit } from './git';

/** One repository, whichever of its work trees it was found from. */
export interface Repository {
  /** The main work tree. */
  readonly root: string;
  /** The directory that all work trees share. */
  readonly commonDirectory: string;
  /** Git on the main work tree. */
  readonly git: Git;
  /** Git on the work tree that the repository was found from: a linked one has a HEAD of its own. */
  readonly opened: Git;
  /** The outermost repository's main work tree, when this one is a submodule. */
  readonly superproject?: string;
}

/**
 * Finds the repository that a folder belongs to.
 * @throws OrchestratorError `not-a-repository`, `bare-repository`, `git-missing`, `worktree-missing`
 */
export async function findRepository(folder: string, program = 'git'): Promise<Repository> {
  const place = await existing(folder);
  const asked = await runGit(program, ['rev-parse', '--path-format=absolute', '--is-bare-repository', '--git-common-dir', '--git-dir'], place);
  if (asked.exitCode !== 0) throw unreadable(folder, asked.stderr);
  const [bare, common = '', own = ''] = lines(asked.stdout);
  if (bare === 'true') throw noCheckout(`${folder} is a bare repository: it has no files to work on.`);
  const commonDirectory = await realpath(common);
  const gitDirectory = await realpath(own);
  const top = await topLevel(program, place);
  const root = top !== undefined && gitDirectory === commonDirectory ? top : await mainWorkTree(program, commonDirectory, place);
  const git = new Git({ gitDirectory: commonDirectory, commonDirectory, workTree: root }, program);
  const opened = top === undefined || gitDirectory === commonDirectory ? git : git.at({ gitDirectory, commonDirectory, workTree: top });
  const superproject = await outermost(program, root);
  return { root, commonDirectory, git, opened, ...(superproject === root ? {} : { superproject }) };
}

async function outermost(program: string, root: string): Promise<string> {
  const { stdout } = await runGit(program, ['rev-parse', '--show-superproject-working-tree'], root);
  const around = lines(stdout)[0];
  return around === undefined ? root : outermost(program, await realpath(around));
}

/**
 * The main work tree, seen from a linked one. What git lists first is only a guess made from the name of the common directory: for a
 * submodule, a separate git directory and a bare repository it is no work tree at all, so the place has to say so itself.
 */
async function mainWorkTree(program: string, commonDirectory: string, from: string): Promise<string> {
  const listed = await runGit(program, [`--git-dir=${commonDirectory}`, 'worktree', 'list', '--porcelain', '-z'], from);
  const guess = parseWorktrees(listed.stdout)[0]?.path;
  const top = guess === undefined ? undefined : await topLevel(program, guess).catch(() => undefined);
  const own = top === undefined ? undefined : await runGit(program, ['rev-parse', '--path-format=absolute', '--git-dir'], top);
  if (top === undefined || own?.exitCode !== 0 || (await realpath(own.stdout.trim())) !== commonDirectory) {
    throw noCheckout(`The repository ${commonDirectory} that ${from} belongs to has no main checkout, or git does not know where it is.`);
  }
  return top;
}

async function topLevel(program: string, folder: string): Promise<string | undefined> {
  const { exitCode, stdout } = await runGit(program, ['rev-parse', '--path-format=absolute', '--show-toplevel'], folder);
  const top = lines(stdout)[0];
  return exitCode === 0 && top !== undefined ? realpath(top) : undefined;
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function noCheckout(message: string): OrchestratorError {
  return new OrchestratorError('bare-repository', message, 'Open a normal clone, or the main checkout itself.');
}

function unreadable(folder: string, said: string): OrchestratorError {
  if (/not a git repository/i.test(said)) return notARepository(folder);
  if (/dubious ownership/i.test(said)) {
    return new OrchestratorError('git-failed', `Git does not trust the owner of ${folder}.`, `If you do, run: git config --global --add safe.directory "${folder}".`);
  }
  return new OrchestratorError('git-failed', `git could not read ${folder}: ${said.trim()}`, 'Run `git status` there and mend what it says.');
}

async function existing(folder: string): Promise<string> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new OrchestratorError('not-a-repository', `The folder ${folder} does not exist.`, 'Give the path of a git repository.');
  }
  return realpath(folder);
}

function notARepository(folder: string): OrchestratorError {
  return new OrchestratorError('not-a-repository', `${folder} is not a git repository.`, 'Sessions work on git branches: run `git init` and make a first commit, or open a folder that is a clone.');
}

/** @throws OrchestratorError `no-commits`, `git-identity-missing`, `git-too-old` when no session could be made and merged here */
export async function checkReadyForSessions(repository: Repository): Promise<void> {
  const version = /(\d+)\.(\d+)/.exec(await repository.git.output(['version']));
  const [major = 0, minor = 0] = (version ?? []).slice(1).map(Number);
  if (major < 2 || (major === 2 && minor < 38)) {
    throw new OrchestratorError('git-too-old', `Git ${major}.${minor} is too old.`, 'Sessions are merged with commands that git has since 2.38: please update it.');
  }
  if (!(await hasCommits(repository))) {
    throw new OrchestratorError('no-commits', 'The repository has no commits yet, so there is nothing to branch from.', 'Make a first commit (an empty one will do: git commit --allow-empty -m "Start").');
  }
  const identity = await repository.git.run(['var', 'GIT_COMMITTER_IDENT'], { answers: [0, 1, 128] });
  if (identity.exitCode !== 0) throw identityMissing();
}

async function hasCommits({ git }: Repository): Promise<boolean> {
  if (await git.resolveCommit('HEAD')) return true;
  return (await git.output(['for-each-ref', '--count=1', 'refs/heads'])) !== '';
}

/** The branch that is checked out in the work tree that was opened, or undefined when HEAD is detached. */
export async function currentBranch({ opened }: Repository): Promise<string | undefined> {
  const { exitCode, stdout } = await opened.run(['symbolic-ref', '--quiet', '--short', 'HEAD'], { answers: [0, 1] });
  return exitCode === 0 ? stdout.trim() : undefined;
}

/** Local branches, the most recently committed first; those of sessions left out. */
export async function localBranches({ git }: Repository): Promise<string[]> {
  const listed = await git.output(['for-each-ref', '--sort=-committerdate', '--format=%(refname:short)', 'refs/heads']);
  return listed.split('\n').filter((name) => name !== '' && !name.startsWith('amp/'));
}

/**
 * The branch that a session starts from and merges into, and its commit.
 * @throws OrchestratorError `detached-head` when none is named and none is checked out, `base-branch-missing`
 */
export async function resolveBase(repository: Repository, named?: string): Promise<{ branch: string; sha: string }> {
  const branch = named ?? (await currentBranch(repository));
  if (branch === undefined) {
    throw new OrchestratorError('detached-head', 'No branch is checked out (HEAD is detached), so it is not clear what to merge into.', 'Check out a branch, or name the base branch.');
  }
  const sha = await repository.git.resolveCommit(`refs/heads/${branch}`);
  if (sha) return { branch, sha };
  const known = (await localBranches(repository)).slice(0, 5).join(', ');
  throw new OrchestratorError('base-branch-missing', `There is no local branch "${branch}".`, known ? `Choose one of: ${known}.` : 'Make a first commit.');
}

export interface WorktreeEntry {
  readonly path: string;
  readonly head?: string;
  /** Short name of the checked-out branch. */
  readonly branch?: string;
}

/** The main work tree first. Git guesses where that is from the name of the common directory, so its place is put right. */
export async function listWorktrees({ git, root }: Repository): Promise<WorktreeEntry[]> {
  const [main, ...linked] = parseWorktrees((await git.run(['worktree', 'list', '--porcelain', '-z'])).stdout);
  return main === undefined ? [] : [{ ...main, path: root }, ...linked];
}

/** Parses `git worktree list --porcelain -z`: fields end with NUL, entries with an empty field. */
export function parseWorktrees(porcelain: string): WorktreeEntry[] {
  return porcelain
    .split('\0\0')
    .map((entry) => new Map(entry.split('\0').map((line) => splitOnce(line, ' '))))
    .flatMap((fields) => {
      const location = fields.get('worktree');
      if (!location) return [];
      const head = fields.get('HEAD');
      const branch = fields.get('branch')?.replace(/^refs\/heads\//, '');
      return [{ path: path.normalize(location), ...(head ? { head } : {}), ...(branch ? { branch } : {}) }];
    });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
