import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorMessage, isOrchestratorError, OrchestratorError, systemCode } from '../../base/errors';

/**
 * Writes lines to a file, as fast as the disk takes them. The file appears (or is replaced) whole: one that could not be written to its
 * end leaves nothing behind. Only its owner may read it.
 * @throws OrchestratorError `disk-full`, `export-failed`
 */
export async function writeLines(file: string, lines: AsyncIterable<string>): Promise<void> {
  const unfinished = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await pipeline(Readable.from(ended(lines)), createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true }));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (isOrchestratorError(error)) throw error;
    if (systemCode(error) === 'ENOSPC') throw new OrchestratorError('disk-full', `There is no space left for ${file}.`, 'Make room, or choose another place.', { cause: error });
    throw new OrchestratorError('export-failed', `${file} could not be written: ${errorMessage(error)}.`, 'Choose another place.', { cause: error });
  }
}

async function* ended(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}
