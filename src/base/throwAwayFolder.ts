import { createHash } from 'node:crypto';
import { chmod, lstat, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { errorMessage, OrchestratorError, systemCode } from './errors';
import { endWithTemporaryFolder } from './processEnd';
import { processStartTime } from './processIdentity';
import { isTaken } from './processStat';

const namePattern = /^amp-eval-([0-9a-f]{6})-(\d+)-(\w+)-\w{6}$/;
const unknownStart = '0';

/**
 * A new folder of ours below the system's temporary one, only for this user; its real path. The name says which process made it, so that
 * what a killed one left behind can be told from what is in use.
 * @throws OrchestratorError `disk-full`, `write-failed`
 */
export async function makeThrowAwayFolder(below = os.tmpdir()): Promise<string> {
  try {
    return await realpath(await mkdtemp(path.join(below, `amp-eval-${machine()}-${process.pid}-${await ownStart()}-`)));
  } catch (error) {
    if (systemCode(error) === 'ENOSPC') throw new OrchestratorError('disk-full', 'The disk is full.', `Free some space in ${below} and try again.`, { cause: error });
    throw new OrchestratorError('write-failed', `No folder could be made in ${below}: ${errorMessage(error)}.`, 'Make it writable, or name another folder for temporary files (TMPDIR; TEMP on Windows).', { cause: error });
  }
}

/** Removes such folders of processes that no longer run, and ends what still runs with them. Never rejects; gives how many were removed. */
export async function sweepThrowAwayFolders(below = os.tmpdir()): Promise<number> {
  let swept = 0;
  for (const name of await readdir(below).catch(() => [])) {
    const [, where, pid, start] = namePattern.exec(name) ?? [];
    if (where !== machine() || pid === undefined || start === undefined || (await isRunning(Number(pid), start))) continue;
    const folder = path.join(below, name);
    // What a killed process had started goes on without it, and writes there.
    await realpath(folder).then((real) => endWithTemporaryFolder(real)).catch(() => 0);
    const gone = await removeFolder(folder).then(() => true, () => false);
    if (gone) swept++;
  }
  return swept;
}

/** Removes a folder with all that is in it, also what is read-only. Links are removed, never followed. */
export async function removeFolder(folder: string): Promise<void> {
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  try {
    await remove();
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
    await openFolders(folder);
    await remove();
  }
}

/** Without the right to write to a folder, nothing in it can be removed. */
async function openFolders(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found?.isDirectory()) return;
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) if (entry.isDirectory()) await openFolders(path.join(folder, entry.name));
}

/** Containers may share a temporary folder, and process ids of one mean nothing in the other. */
function machine(): string {
  return createHash('sha256').update(os.hostname()).digest('hex').slice(0, 6);
}

let start: Promise<string> | undefined;

function ownStart(): Promise<string> {
  start ??= processStartTime(process.pid).then(asName);
  return start;
}

async function isRunning(pid: number, startName: string): Promise<boolean> {
  if (pid === process.pid) return startName === (await ownStart());
  const found = await processStartTime(pid);
  // Where the system does not tell when a process started, a folder stays for as long as anything has that id.
  return startName === unknownStart ? isTaken(pid) : asName(found) === startName && found !== undefined;
}

function asName(startTime: string | undefined): string {
  return startTime?.replace(/\W/g, '_') ?? unknownStart;
}
