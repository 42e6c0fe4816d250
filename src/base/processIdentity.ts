import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { systemCode } from './errors';

/** A process id is reused; together with the start time it names one process only. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque, comparable for equality on one machine and boot. */
  readonly startTime: string;
}

export interface ProcessEntry extends ProcessIdentity {
  readonly parentPid: number;
  readonly groupId: number;
}

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
  // `ps` wants its own plain environment: locale and column settings change what it prints.
  const { stdout } = await execute('/bin/ps', ['-axo', 'pid=,ppid=,pgid=,stat=,lstart='], { env: { LC_ALL: 'C' }, maxBuffer: maxTableBytes });
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
    const environment = readProcFile(pid, 'environ');
    const at = environment?.indexOf(wanted) ?? -1;
    const isWholeEntry = at === 0 || (at > 0 && environment?.[at - 1] === 0);
    return isWholeEntry ? (readLinuxProcess(pid) ?? []) : [];
  });
}

/** Reads what `ps -o pid=,ppid=,pgid=,stat=,lstart=` prints. */
export function parseProcessTable(table: string): readonly ProcessEntry[] {
  return table.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S.*?)\s*$/.exec(line);
    if (!match?.[4] || !match[5] || match[4].startsWith('Z')) return [];
    return [{ pid: Number(match[1]), parentPid: Number(match[2]), groupId: Number(match[3]), startTime: match[5] }];
  });
}

function linuxProcessIds(): readonly number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/** Fields of `/proc/PID/stat` after the program's name, which may itself hold spaces and brackets (proc(5)). */
function readLinuxProcess(pid: number, zombiesToo = false): ProcessEntry | undefined {
  const text = readProcFile(pid, 'stat')?.toString('utf8');
  if (text === undefined) return undefined;
  const [state, parentPid, groupId, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = rest[16];
  if (startTime === undefined || (!zombiesToo && (state === 'Z' || state === 'X'))) return undefined;
  return { pid, parentPid: Number(parentPid), groupId: Number(groupId), startTime };
}

function readProcFile(pid: number, name: 'stat' | 'environ'): Buffer | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`);
  } catch (error) {
    // Gone meanwhile, or another user's.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}
