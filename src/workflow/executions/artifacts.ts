import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, OrchestratorError, systemCode } from '../../base/errors';
import { newId } from '../../base/ids';
import { sha256 } from '../../evaluation/canonicalJson';
import type { Artifacts } from '../engine/executionParts';

const hashPattern = /^[0-9a-f]{64}$/;

/** Long outputs as files named by their SHA-256. What is there is never written again, unless it is not what its name says. */
export function createArtifacts(directory: string): Artifacts {
  const fileOf = (hash: string): string => path.join(directory, hash);
  const writing = new Map<string, Promise<void>>();

  async function write(hash: string, json: string): Promise<void> {
    if ((await readFile(fileOf(hash), 'utf8').catch(() => undefined)) === json) return;
    const beside = path.join(directory, `${hash}.${newId()}.tmp`);
    try {
      await mkdir(directory, { recursive: true });
      await writeDurably(beside, json);
      await rename(beside, fileOf(hash));
      await syncFolder(directory);
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined);
      if (systemCode(error) === 'ENOSPC') throw new OrchestratorError('disk-full', 'The disk is full: the output of a step could not be kept.', `Free some space in ${directory} and resume the execution.`, { cause: error });
      throw new OrchestratorError('store-failed', `The output of a step could not be kept in ${directory}: ${errorMessage(error)}.`, 'Make the folder writable and resume the execution.', { cause: error });
    }
  }

  return {
    async keep(json) {
      const hash = sha256(json);
      const same = writing.get(hash);
      const done = same ?? write(hash, json).finally(() => writing.delete(hash));
      if (!same) writing.set(hash, done);
      await done;
      return hash;
    },
    async read(hash) {
      if (!hashPattern.test(hash)) throw new OrchestratorError('store-failed', 'An output is named by something that is no hash.', 'Run the step again.');
      let text: string;
      try {
        text = await readFile(fileOf(hash), 'utf8');
      } catch (error) {
        throw new OrchestratorError('store-failed', systemCode(error) === 'ENOENT' ? `The output ${hash.slice(0, 12)} is not there any more.` : `The output ${hash.slice(0, 12)} could not be read: ${errorMessage(error)}.`, `Fork the execution from the step that made it; outputs are kept in ${directory}.`, { cause: error });
      }
      if (sha256(text) === hash) return text;
      throw new OrchestratorError('store-failed', `The output ${hash.slice(0, 12)} is not what it was: its file was changed.`, `Fork the execution from the step that made it; outputs are kept in ${directory}.`);
    },
  };
}

/** `writeFile` loops on short writes, which a full disk gives without an error. */
async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text, 'utf8');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Without it the name may be lost with the power. Windows syncs no folders. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EINVAL'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    await handle?.close();
  }
}
