import { realpath } from 'node:fs/promises';
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
}

/**
 * Finds the repository that a folder belongs to.
 * @throws OrchestratorError `not-a-repository`, `bare-repository`, `git-missing`, `git-too-old`
 */
export async function findRepository(folder: string, program = 'git'): Promise<Repository> {
  const asked = await runGit(program, ['rev-parse', '--path-format=absolute', '--is-bare-repository', '--git-common-dir'], await existing(folder));
  if (asked.exitCode !== 0) {
    if (/not a git repository/i.test(asked.stderr)) throw notARepository(folder);
    if (/dubious ownership/i.test(asked.stderr)) {
      throw new OrchestratorError('git-failed', `Git does not trust the owner of ${folder}.`, `If you do, run: git config --global --add safe.directory "${folder}".`);
    }
    throw new OrchestratorError('git-failed', `git could not read ${folder}: ${asked.stderr.trim()}`, 'Run `git status` there and mend what it says.');
  }
  const [bare, commonDirectory] = asked.stdout.trim().split('\n');
  if (bare === 'true' || !commonDirectory) {
    throw new OrchestratorError('bare-repository', `${folder} is a bare repository: it has no files to work on.`, 'Open a normal clone of it.');
  }
  const listed = await runGit(program, [`--git-dir=${commonDirectory}`, 'worktree', 'list', '--porcelain', '-z'], folder);
  const root = parseWorktrees(listed.stdout)[0]?.path;
  if (!root) throw notARepository(folder);
  const workTree = await realpath(root);
  return { root: workTree, commonDirectory: await realpath(commonDirectory), git: new Git({ gitDirectory: await realpath(commonDirectory), workTree }, program) };
}

async function existing(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    throw new OrchestratorError('not-a-repository', `The folder ${folder} does not exist.`, 'Give the path of a git repository.', { cause: error });
  }
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

/** The branch that is checked out in the main work tree, or undefined when HEAD is detached. */
export async function currentBranch({ git }: Repository): Promise<string | undefined> {
  const { exitCode, stdout } = await git.run(['symbolic-ref', '--quiet', '--short', 'HEAD'], { answers: [0, 1] });
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

export async function listWorktrees({ git }: Repository): Promise<WorktreeEntry[]> {
  return parseWorktrees((await git.run(['worktree', 'list', '--porcelain', '-z'])).stdout);
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
