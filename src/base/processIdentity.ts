import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { systemCode } from './errors';
import type { ProcessEntry, ProcessIdentity } from './processStat';
import { parseProcessTable, processTable, readLinuxStat } from './processStat';

const execute = promisify(execFile);
const maxTableBytes = 32 * 1024 * 1024;

/** When the process started, or undefined when there is none (a zombie is none). */
export async function processStartTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return readLinuxProcess(pid)?.startTime;
  return (await listProcesses()).find((entry) => entry.pid === pid)?.startTime;
}

/** Identity of a child that was started this moment. Also of one that is dead already: its id stays taken until Node has read its exit code. */
export async function identifyChild(pid: number): Promise<ProcessIdentity | undefined> {
  if (process.platform === 'linux') return readLinuxProcess(pid, true);
  return (await listProcesses()).find((entry) => entry.pid === pid);
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await processStartTime(identity.pid)) === identity.startTime;
}

/** Every process of the machine that we may see, zombies left out. Empty where the system has no way to tell (Windows). */
export async function listProcesses(): Promise<readonly ProcessEntry[]> {
  if (process.platform === 'linux') return linuxProcessIds().flatMap((pid) => readLinuxProcess(pid) ?? []);
  if (process.platform === 'win32') return [];
  const { stdout } = await execute(processTable.program, ['-ax', ...processTable.arguments], { env: processTable.env, maxBuffer: maxTableBytes });
  return parseProcessTable(stdout);
}

/** Those among the processes that descend from one of the roots, roots not included. */
export function descendantsOf(processes: readonly ProcessEntry[], roots: readonly number[]): readonly ProcessEntry[] {
  const found = new Map<number, ProcessEntry>();
  const ancestors = new Set(roots);
  for (let grown = true; grown; ) {
    grown = false;
    for (const entry of processes) {
      if (!ancestors.has(entry.parentPid) || ancestors.has(entry.pid)) continue;
      ancestors.add(entry.pid);
      found.set(entry.pid, entry);
      grown = true;
    }
  }
  return [...found.values()];
}

/** The processes whose environment holds `name=value`. Only Linux lets one look; elsewhere none are found. */
export function processesWithEnvironment(name: string, value: string): readonly ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  const wanted = Buffer.from(`${name}=${value}\0`);
  return linuxProcessIds().flatMap((pid) => {
    if (pid === process.pid) return [];
    const environment = unlessHidden(() => readFileSync(`/proc/${pid}/environ`));
    const at = environment?.indexOf(wanted) ?? -1;
    const isWholeEntry = at === 0 || (at > 0 && environment?.[at - 1] === 0);
    return isWholeEntry ? (readLinuxProcess(pid) ?? []) : [];
  });
}

function linuxProcessIds(): readonly number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function readLinuxProcess(pid: number, endedToo = false): ProcessEntry | undefined {
  const stat = unlessHidden(() => readLinuxStat(pid));
  if (!stat || (stat.hasEnded && !endedToo)) return undefined;
  const { parentPid, groupId, startTime } = stat;
  return { pid, parentPid, groupId, startTime };
}

/** Undefined for what is gone meanwhile, or another user's. */
function unlessHidden<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}
