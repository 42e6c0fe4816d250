import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { OrchestratorError, systemCode } from '../base/errors';
import { launch, type LaunchedProcess } from '../base/processLaunch';
import { run } from '../base/processes';

export interface GitLocation {
  /** Where git keeps this work tree's HEAD and index: never looked up from the work tree, whose files an agent can change. */
  readonly gitDirectory: string;
  /** Where refs, objects and configuration are: given to git with each command, and checked against the `commondir` file of a worktree. */
  readonly commonDirectory: string;
  readonly workTree: string;
}

export interface GitRunOptions {
  /** Exit codes that are answers, not failures; only 0 if absent. */
  readonly answers?: readonly number[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** For the commands that refuse `--literal-pathspecs`; paths that are given must start with `./` then. */
  readonly plainPathspecs?: boolean;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const commandTimeoutMs = 120_000;
const lockRetries = 20;
const lockPauseMs = 100;
/** Somebody holds a lock now. A ref that exists or has another value is reported as `cannot lock ref` too, but no waiting helps there. */
const lockHeld = /Unable to create '.*\.lock': File exists|Another git process seems to be running/;

/**
 * Repository configuration is code: a file system monitor, a hook or a diff driver set by an agent would run at our next command.
 * These switches take precedence over any configuration file.
 */
const hardening = [
  '--no-pager',
  '--literal-pathspecs',
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.quotePath=false', 'core.pager=cat', 'gc.auto=0', 'maintenance.auto=false', 'commit.gpgSign=false', 'protocol.ext.allow=never'].flatMap((setting) => ['-c', setting]),
];

/** Git on one work tree: argv only, hardened, in English, never asking anything. */
export class Git {
  constructor(
    readonly location: GitLocation,
    private readonly program = 'git',
  ) {}

  /** Runs a command and gives what it printed. Throws `git-failed` for any exit code that is no answer, `worktree-moved` where the worktree points elsewhere. */
  async run(args: readonly string[], options: GitRunOptions = {}): Promise<GitResult> {
    const place = [`--git-dir=${this.location.gitDirectory}`, `--work-tree=${this.location.workTree}`];
    await checkCommonDirectory(this.location);
    const env = { GIT_COMMON_DIR: this.location.commonDirectory, ...options.env };
    for (let attempt = 1; ; attempt++) {
      const result = await runGit(this.program, [...place, ...args], this.location.workTree, { ...options, env });
      const waits = result.exitCode !== 0 && attempt <= lockRetries && lockHeld.test(result.stderr);
      if (!waits && (options.answers ?? [0]).includes(result.exitCode)) return result;
      if (!waits) throw gitFailed(args, result);
      await new Promise((resolve) => setTimeout(resolve, lockPauseMs));
    }
  }

  /** Starts a command whose output is bytes, or too long to be kept: the caller reads it, and the exit code. Its stdin stays open where it is asked again and again. */
  async launch(args: readonly string[], options: Pick<GitRunOptions, 'env'> & { readonly openInput?: boolean } = {}): Promise<LaunchedProcess> {
    await checkCommonDirectory(this.location);
    const { gitDirectory, commonDirectory, workTree } = this.location;
    const env = { ...gitEnvironment(process.env), GIT_COMMON_DIR: commonDirectory, ...options.env };
    return launch(this.program, [...hardening, `--git-dir=${gitDirectory}`, `--work-tree=${workTree}`, ...args], { cwd: workTree, env, openInput: options.openInput ?? false });
  }

  /** The trimmed standard output of a command that must succeed. */
  async output(args: readonly string[], options?: GitRunOptions): Promise<string> {
    return (await this.run(args, options)).stdout.trim();
  }

  /** The commit a revision names, or undefined. */
  async resolveCommit(revision: string): Promise<string | undefined> {
    const { exitCode, stdout } = await this.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], { answers: [0, 1, 128] });
    return exitCode === 0 ? stdout.trim() : undefined;
  }

  /** Creates a ref that must not exist. False where git refuses, with what it says. */
  async createRef(ref: string, sha: string, reason: string): Promise<{ created: boolean; said: string }> {
    const { exitCode, stderr } = await this.run(['update-ref', '-m', reason, ref, sha, '0'.repeat(sha.length)], { answers: [0, 128] });
    return { created: exitCode === 0, said: stderr };
  }

  /** One command in a folder whose repository git finds itself, such as a submodule. Every exit code is an answer. */
  async inFolder(folder: string, args: readonly string[]): Promise<GitResult> {
    return runGit(this.program, args, folder);
  }

  /** The same program on another work tree of the repository. */
  at(location: GitLocation): Git {
    return new Git(location, this.program);
  }
}

/**
 * Git takes objects and configuration from GIT_COMMON_DIR, but refs always from where the `commondir` file of a worktree points: whoever
 * changes that file would have HEAD read from, and commits written to, another repository.
 */
async function checkCommonDirectory({ gitDirectory, commonDirectory, workTree }: GitLocation): Promise<void> {
  if (gitDirectory === commonDirectory) return;
  const pointer = await readFile(path.join(gitDirectory, 'commondir'), 'utf8').catch(() => undefined);
  if (pointer !== undefined && path.resolve(gitDirectory, pointer.trim()) === commonDirectory) return;
  if (!(await isDirectory(gitDirectory))) throw new OrchestratorError('worktree-missing', `Git no longer knows the worktree ${workTree}.`, 'Its commits are still on its branch; delete the session, or check the branch out again with git worktree add.');
  throw new OrchestratorError('worktree-moved', `The worktree ${workTree} no longer belongs to the repository ${commonDirectory}.`, `Nothing was run there. Look at ${path.join(gitDirectory, 'commondir')}.`);
}

/** One git command in a folder, hardened, without a known work tree: for finding the repository only. */
export async function runGit(program: string, args: readonly string[], cwd: string, options: GitRunOptions = {}): Promise<GitResult> {
  try {
    const switches = options.plainPathspecs ? hardening.filter((item) => item !== '--literal-pathspecs') : hardening;
    const result = await run(program, [...switches, ...args], {
      cwd,
      env: { ...gitEnvironment(process.env), ...options.env },
      timeoutMs: options.timeoutMs ?? commandTimeoutMs,
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (result.timedOut) throw new OrchestratorError('git-failed', `git ${args.join(' ')} did not end in time.`, 'Look for a stuck git process or a slow disk, and try again.');
    return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
  } catch (error) {
    // Node reports a missing working directory as if the program were missing.
    if (systemCode(error) !== undefined && !(await isDirectory(cwd))) {
      throw new OrchestratorError('worktree-missing', `The folder ${cwd} is gone.`, 'Put it back where it was, or open the repository where it is now.', { cause: error });
    }
    if (systemCode(error) === 'ENOENT') {
      throw new OrchestratorError('git-missing', 'The program git was not found.', 'Install git 2.38 or newer and make sure that it is on the PATH.', { cause: error });
    }
    throw error;
  }
}

async function isDirectory(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() ?? false;
}

/** What git is given: none of the caller's `GIT_*` (they could point it at another repository), no prompts, English messages. */
function gitEnvironment(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !/^GIT_/i.test(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', LANGUAGE: '' };
}

export function gitFailed(args: readonly string[], { exitCode, stdout, stderr }: GitResult): OrchestratorError {
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(0, 5).join(' ');
  if (/Please tell me who you are|empty ident name|unable to auto-detect email/i.test(stderr)) return identityMissing();
  if (/No space left on device/i.test(stderr)) return new OrchestratorError('disk-full', 'The disk is full.', 'Free some space and try again; nothing was lost.');
  return new OrchestratorError('git-failed', `git ${args[0] ?? ''} failed (exit ${exitCode}): ${said || 'no message'}`, 'The log has the details.');
}

export function identityMissing(): OrchestratorError {
  return new OrchestratorError('git-identity-missing', 'Git does not know who you are, so it cannot commit.', 'Set it with: git config --global user.name "Your Name" and git config --global user.email you@example.com.');
}
