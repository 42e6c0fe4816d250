import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { execa } from 'execa';
import { endMarked, endProcessTree, endWindowsTree, signalProcess } from './processEnd';
import { identifyChild } from './processIdentity';
import { settlesWithin } from './processWait';

export interface ExitStatus {
  /** Null when a signal ended the program. */
  readonly exitCode: number | null;
  readonly signal?: string;
}

export interface StopOptions {
  /** First ask with SIGINT and wait that long for the program to end by itself. Default 0: do not ask. */
  readonly gracefulMs?: number;
  /** How long SIGTERM may take before SIGKILL. Default 2 s. */
  readonly terminateMs?: number;
}

export interface RunningProcess {
  /** Undefined when the program could not be started. */
  readonly pid: number | undefined;
  /** Settles when the program has ended and its last line was given out. Rejects (with Node's system error) when it could not be started. */
  readonly exited: Promise<ExitStatus>;
  /** Ends the program and all it started, also what outlived it: to be called at the end of every marked run. Never rejects. */
  stop(options?: StopOptions): Promise<void>;
}

export interface LaunchedProcess extends RunningProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** With `openInput` only. */
  readonly stdin?: Writable;
}

export interface LaunchOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Leaves stdin open for the caller to write to and to end. */
  readonly openInput?: boolean;
  /** How the child is told from a later process with its id. Default `identifyChild`. */
  readonly identify?: typeof identifyChild;
}

const defaultTerminateMs = 2_000;
/** A background process may hold our end of the pipe open after the program has ended: for that long in all, but never for less than that many looks. */
const drainLooks = 20;
const drainLookMs = 50;

const runningGroups = new Set<number>();
let watchesExit = false;

/** Starts a program in a process group of its own. `stdout` and `stderr` must be read from at once. */
export function launch(file: string, args: readonly string[], options: LaunchOptions, runMarker?: string): LaunchedProcess {
  const child = execa(file, args, {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: options.env ?? {},
    extendEnv: false,
    ...(options.input === undefined ? { stdin: options.openInput ? ('pipe' as const) : ('ignore' as const) } : { input: options.input }),
    stdout: 'pipe',
    stderr: 'pipe',
    encoding: 'buffer',
    buffer: false,
    reject: false,
    shell: false,
    // A group of its own, so that one signal reaches all of it. On Windows that would open a console window.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const { pid, stdin, stdout, stderr, nodeChildProcess } = child;
  const identify = options.identify ?? identifyChild;
  // Asked for at once: later the id might be another process's. It can fail where a table has to be asked for (too many open files).
  const leader = pid === undefined ? Promise.resolve(undefined) : identify(pid).catch(() => undefined);
  let hasExited = pid === undefined;
  if (pid !== undefined) endAtExit(pid);
  const streamsEnded = Promise.allSettled([finished(stdout), finished(stderr)]);
  const ended = new Promise<void>((resolve) => {
    nodeChildProcess.once('exit', () => {
      hasExited = true;
      resolve();
    });
    void child.then(() => { resolve(); });
  });
  const exited = (async (): Promise<ExitStatus> => {
    await ended;
    if (pid !== undefined) runningGroups.delete(pid);
    await drained(streamsEnded);
    stdout.destroy();
    stderr.destroy();
    const result = await child;
    if (pid === undefined) throw startFailure(file, result.cause);
    return { exitCode: result.exitCode ?? null, ...(result.signal && { signal: result.signal }) };
  })();
  // Whoever stops a program need not look at its exit as well.
  exited.catch(() => undefined);
  const stopOnce = async ({ gracefulMs = 0, terminateMs = defaultTerminateMs }: StopOptions): Promise<void> => {
    if (process.platform === 'win32') {
      if (pid !== undefined && !hasExited) await endWindowsTree(pid);
      return;
    }
    // While it has not exited its id is still its own, so what failed at the start may be tried again, and its group may be killed as a last resort.
    const identity = (await leader) ?? (pid === undefined || hasExited ? undefined : await identify(pid).catch(() => undefined));
    try {
      if (identity) await endProcessTree({ leader: identity, gracefulMs, terminateMs, ...(runMarker !== undefined && { runMarker }) });
      else if (runMarker !== undefined) await endMarked(runMarker, terminateMs);
    } finally {
      if (pid !== undefined && !hasExited) signalProcess(-pid, 'SIGKILL');
    }
  };
  // One after the other: a sweep that still runs when the last one is waited for would hit the next run with that marker.
  let stopping = Promise.resolve();
  const stop = (stopOptions: StopOptions = {}): Promise<void> => {
    stopping = stopping.then(() => stopOnce(stopOptions)).catch(() => undefined);
    return stopping;
  };
  return { pid, stdout, stderr, exited, stop, ...(options.openInput && stdin && { stdin }) };
}

/**
 * Waits for the rest of a program's output. Counted in looks, each of which lets the pipes be read: on a machine that is busy, one timer
 * may be late by all of the time there is, and what the program said would be thrown away unread.
 */
async function drained(streamsEnded: Promise<unknown>): Promise<void> {
  for (let look = 0; look < drainLooks; look++) {
    if (await settlesWithin(streamsEnded, drainLookMs)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function startFailure(file: string, cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(`${file} could not be started`, { cause });
}

/** A program in a group of its own outlives us, so the groups that still run are killed when this process exits in an orderly way. */
function endAtExit(groupId: number): void {
  if (!watchesExit) process.once('exit', killRunningGroups);
  watchesExit = true;
  runningGroups.add(groupId);
}

function killRunningGroups(): void {
  if (process.platform === 'win32') return;
  for (const groupId of runningGroups) signalProcess(-groupId, 'SIGKILL');
}
