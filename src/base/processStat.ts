import { readFileSync } from 'node:fs';
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

export interface ProcessStat extends ProcessEntry {
  /** It has ended and only waits for its parent to take notice. */
  readonly hasEnded: boolean;
}

/** How `ps` is asked where there is no /proc; `parseProcessTable` reads the answer. */
export const processTable = {
  program: '/bin/ps',
  arguments: ['-o', 'pid=,ppid=,pgid=,stat=,lstart='],
  // A plain environment of its own: locale, zone and column settings change what it prints.
  env: { LC_ALL: 'C', TZ: 'UTC' },
} as const;

/** What Linux tells of a process. Throws Node's system error when it tells nothing (`ENOENT`, `ESRCH`: there is no such process). */
export function readLinuxStat(pid: number): ProcessStat {
  return parseLinuxStat(pid, readFileSync(`/proc/${pid}/stat`, 'latin1'));
}

/**
 * Reads `/proc/PID/stat` (proc(5)). The program's name may itself hold spaces and brackets, so fields are counted from its last bracket. A
 * zombie has not ended while threads of it live: one of them may be in the middle of a write.
 */
export function parseLinuxStat(pid: number, text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parentPid, groupId] = fields;
  const threads = Number(fields[17]);
  const startTime = fields[19];
  if (startTime === undefined) throw new Error(`/proc/${pid}/stat is not as expected`);
  return { pid, parentPid: Number(parentPid), groupId: Number(groupId), startTime, hasEnded: state === 'X' || (state === 'Z' && threads <= 1) };
}

/** Reads what `ps` prints when asked as in `processTable`. Zombies are left out. */
export function parseProcessTable(table: string): readonly ProcessEntry[] {
  return table.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S.*?)\s*$/.exec(line);
    if (!match?.[4] || !match[5] || match[4].startsWith('Z')) return [];
    return [{ pid: Number(match[1]), parentPid: Number(match[2]), groupId: Number(match[3]), startTime: match[5] }];
  });
}

/** Whether anything has that id, also what is another user's. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
