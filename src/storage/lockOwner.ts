import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import { systemCode } from '../base/errors';
import { isTaken, parseProcessTable, processTable, readLinuxStat } from '../base/processStat';

/** Who holds a lock. A process id alone means nothing after a reboot, in another container or once it is reused. */
export interface LockOwner {
  readonly nonce: string;
  readonly pid: number;
  /** Opaque; absent where the system does not tell (Windows). */
  readonly startTime?: string | undefined;
  readonly host: string;
  readonly boot?: string | undefined;
  readonly pidSpace?: string | undefined;
}

/** `dead` only when proven; `elsewhere`: another computer or container, nothing can be known. */
export type Liveness = 'alive' | 'dead' | 'elsewhere';

export function describeSelf(nonce: string): LockOwner {
  return { nonce, pid: process.pid, startTime: startTimeOf(process.pid), host: os.hostname(), boot: bootId(), pidSpace: pidSpace() };
}

/** Undefined for what is no owner record (empty, cut off, foreign). */
export function parseOwner(text: string): LockOwner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { nonce, pid, startTime, host, boot, pidSpace: space } = value as Record<string, unknown>;
  const optional = [startTime, boot, space].every((field) => field === undefined || typeof field === 'string');
  if (typeof nonce !== 'string' || !/^[\w-]+$/.test(nonce) || !Number.isSafeInteger(pid) || (pid as number) <= 0 || typeof host !== 'string' || !optional) return undefined;
  return value as LockOwner;
}

/** `self` is the judging process: only what shares its machine, boot and process ids can be proven dead. */
export function livenessOf(owner: LockOwner, self: LockOwner, processStartTime = startTimeOf): Liveness {
  if (owner.host !== self.host) return 'elsewhere';
  if (owner.boot !== undefined && self.boot !== undefined && owner.boot !== self.boot) return 'dead';
  if (owner.pidSpace !== self.pidSpace) return 'elsewhere';
  if (!isTaken(owner.pid)) return 'dead';
  const startTime = processStartTime(owner.pid);
  if (startTime === gone) return 'dead';
  return owner.startTime !== undefined && startTime !== undefined && owner.startTime !== startTime ? 'dead' : 'alive';
}

export function ownerText(owner: LockOwner): string {
  return `process ${owner.pid} on ${owner.host}`;
}

/** Start time of a process that has ended but was not yet waited for. */
export const gone = 'gone';

/** When a process started: opaque, comparable on one boot of one machine; `gone`, or undefined when the system does not tell. */
export function startTimeOf(pid: number): string | undefined {
  try {
    if (process.platform === 'win32') return undefined;
    if (process.platform !== 'linux') return startTimeFromTable(pid);
    const { hasEnded, startTime } = readLinuxStat(pid);
    return hasEnded ? gone : startTime;
  } catch (error) {
    return systemCode(error) === 'ENOENT' || systemCode(error) === 'ESRCH' ? gone : undefined;
  }
}

function startTimeFromTable(pid: number): string {
  const table = execFileSync(processTable.program, [...processTable.arguments, '-p', String(pid)], { env: processTable.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return parseProcessTable(table)[0]?.startTime ?? gone;
}

function bootId(): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    if (process.platform === 'darwin') return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
  return undefined;
}

function pidSpace(): string | undefined {
  try {
    return process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : undefined;
  } catch {
    return undefined;
  }
}
