import { execFile } from 'node:child_process';
import path from 'node:path';
import { systemCode } from './errors';
import type { ProcessEntry, ProcessIdentity } from './processStat';
import { descendantsOf, isAlive, listProcesses, processesWithEnvironment } from './processIdentity';
import { waitUntil } from './processWait';

/** The environment variable that marks every process of one run. */
export const runMarkerVariable = 'AMP_ORCHESTRATOR_RUN';

export interface EndOptions {
  /** Leader of its own process group. */
  readonly leader: ProcessIdentity;
  readonly runMarker?: string;
  /** How long the leader may take after a SIGINT to end by itself; 0 sends none. */
  readonly gracefulMs: number;
  /** How long the group may take after SIGTERM before SIGKILL. */
  readonly terminateMs: number;
}

const killMs = 2_000;
/** A killed process may take seconds to be gone where the machine is busy; only then does a sweep last that long. */
const sweepMs = 10_000;
const sweepRoundMs = 200;

/**
 * Ends a process and all that came from it: SIGINT to the leader when it may say goodbye, SIGTERM to the group, SIGKILL to the group, then
 * a sweep of descendants and of whatever carries the run's marker. No process is signalled without its start time being checked. Not for
 * Windows, see `endWindowsTree`.
 */
export async function endProcessTree(options: EndOptions): Promise<void> {
  const { leader } = options;
  const family = new Map<number, ProcessIdentity>();
  const remember = async (): Promise<void> => {
    const roots = [leader.pid, ...family.keys()];
    for (const entry of descendantsOf(await ownTable(options.leader, await listProcesses()), roots)) family.set(entry.pid, entry);
  };
  await remember();
  if (options.gracefulMs > 0 && (await isAlive(leader))) {
    signalProcess(leader.pid, 'SIGINT');
    await waitUntil(async () => !(await isAlive(leader)), options.gracefulMs);
    await remember();
  }
  await endGroup(options);
  await sweep(markOf(options.runMarker), [...family.values()], options.terminateMs);
}

/** Ends whatever carries the marker: what an earlier, crashed process of ours left behind. Returns how many there were. */
export function endMarked(runMarker: string, terminateMs = 1_000): Promise<number> {
  return sweep(markOf(runMarker), [], terminateMs);
}

/** Ends whatever has this folder for its temporary files. Returns how many there were; none where the system does not tell. */
export function endWithTemporaryFolder(folder: string, terminateMs = 1_000): Promise<number> {
  return endWithVariable('TMPDIR', folder, terminateMs);
}

/** Ends whatever has this in its environment. Returns how many there were; none where the system does not tell. */
export function endWithVariable(variable: string, value: string, terminateMs = 1_000): Promise<number> {
  return sweep({ variable, value }, [], terminateMs);
}

/** An environment variable by which processes are known. */
interface Mark {
  readonly variable: string;
  readonly value: string;
}

function markOf(runMarker: string | undefined): Mark | undefined {
  return runMarker === undefined ? undefined : { variable: runMarkerVariable, value: runMarker };
}

async function endGroup(options: EndOptions): Promise<void> {
  for (const [signal, waitMs] of [['SIGTERM', options.terminateMs], ['SIGKILL', killMs]] as const) {
    if ((await groupMembers(options.leader)).length === 0) return;
    signalProcess(-options.leader.pid, signal);
    await waitUntil(async () => (await groupMembers(options.leader)).length === 0, waitMs);
  }
}

async function groupMembers(leader: ProcessIdentity): Promise<readonly ProcessEntry[]> {
  return (await ownTable(leader, await listProcesses())).filter((entry) => entry.groupId === leader.pid);
}

/** The table, or nothing once the leader's id belongs to another process: its group and children are strangers then. */
function ownTable(leader: ProcessIdentity, table: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const holder = table.find((entry) => entry.pid === leader.pid);
  return holder && holder.startTime !== leader.startTime ? [] : table;
}

async function sweep(mark: Mark | undefined, family: readonly ProcessIdentity[], terminateMs: number): Promise<number> {
  const ended = new Set<string>();
  // Once known, a process is asked for by its id: one that is dying has lost its environment, and is not gone yet.
  const known = new Map(family.map((one) => [keyOf(one), one]));
  const survivors = async (): Promise<readonly ProcessIdentity[]> => {
    for (const one of mark === undefined ? [] : processesWithEnvironment(mark.variable, mark.value)) known.set(keyOf(one), one);
    const alive = await Promise.all([...known.values()].map(async (one) => ((await isAlive(one)) ? [one] : [])));
    return alive.flat();
  };
  const started = performance.now();
  // Those that are left may start others while they die, so look again until none is found.
  for (let round = 0; performance.now() - started < sweepMs; round++) {
    const found = await survivors();
    if (found.length === 0) break;
    for (const one of found) {
      if (!(await isAlive(one))) continue;
      ended.add(keyOf(one));
      signalProcess(one.pid, round === 0 ? 'SIGTERM' : 'SIGKILL');
    }
    await waitUntil(async () => (await survivors()).length === 0, round === 0 ? terminateMs : sweepRoundMs);
  }
  return ended.size;
}

function keyOf({ pid, startTime }: ProcessIdentity): string {
  return `${pid} ${startTime}`;
}

/** Signals a process, or the group of a negative id. One that is gone or not ours is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
  }
}

/**
 * Windows has no signals, no groups and no start times to check; its own tool ends a tree. Only for a child that has not exited: until
 * then its id is nobody else's. The tool complains when the tree is gone meanwhile, which is what we want.
 */
export function endWindowsTree(pid: number): Promise<void> {
  // By its full path: a program of that name in the folder where we run would be found first.
  const taskkill = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
  return new Promise((resolve) => {
    execFile(taskkill, ['/pid', String(pid), '/T', '/F'], { windowsHide: true }, () => {
      resolve();
    });
  });
}
