import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorMessage, isOrchestratorError, OrchestratorError, systemCode } from '../../base/errors';

/**
 * Writes a text to a file, as fast as the disk takes it. The file appears (or is replaced) whole: one that could not be written to its
 * end leaves nothing behind. Only its owner may read it.
 * @throws OrchestratorError `disk-full`, `export-failed`, `stopped`
 */
export async function writeText(file: string, pieces: AsyncIterable<string | Uint8Array>, signal?: AbortSignal): Promise<void> {
  const unfinished = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    // Opened before anything can fail: a stream that opens it itself may do so after it was given up, and leave the file.
    const handle = await open(unfinished, 'wx', 0o600);
    await pipeline(pieces, handle.createWriteStream({ flush: true }), { signal });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw failure(error, file, signal);
  }
}

/**
 * Writes a text to a stream that others use too, so it stays open. Nothing is made before the stream has taken what was made before it.
 * @throws OrchestratorError as `writeText`; also when whoever reads the stream has gone
 */
export async function streamText(stream: Writable, pieces: AsyncIterable<string | Uint8Array>, signal?: AbortSignal): Promise<void> {
  const broken = new AbortController();
  const onError = (error: Error): void => { broken.abort(error); };
  stream.on('error', onError);
  const ended = signal ? AbortSignal.any([broken.signal, signal]) : broken.signal;
  try {
    for await (const piece of pieces) await taken(stream, piece, ended);
  } catch (error) {
    throw failure(broken.signal.aborted ? broken.signal.reason : error, 'the output', signal);
  } finally {
    stream.off('error', onError);
  }
}

/** Resolves when the stream has taken the piece. A pipe whose reader does not read never does: `ended` ends the wait. */
function taken(stream: Writable, piece: string | Uint8Array, ended: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    ended.throwIfAborted();
    const onEnd = (): void => { reject(ended.reason instanceof Error ? ended.reason : new Error(String(ended.reason))); };
    ended.addEventListener('abort', onEnd, { once: true });
    stream.write(piece, (error) => {
      ended.removeEventListener('abort', onEnd);
      if (error) reject(error);
      else resolve();
    });
  });
}

const fullDisk = new Set(['ENOSPC', 'EDQUOT']);
const goneReader = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

function failure(error: unknown, target: string, signal: AbortSignal | undefined): OrchestratorError {
  if (isOrchestratorError(error)) return error;
  if (signal?.aborted === true) return new OrchestratorError('stopped', 'The export was stopped before its end.', 'What was written of a file is gone; start it again.', { cause: error });
  const code = systemCode(error) ?? '';
  if (fullDisk.has(code)) return new OrchestratorError('disk-full', `There is no space left for ${target}.`, 'Make room, or choose another place.', { cause: error });
  if (goneReader.has(code)) return new OrchestratorError('export-failed', 'Whoever reads the output ended before the export did: what it got is not whole.', 'Write to a file with --out, or let the reader go on to the end.', { cause: error });
  return new OrchestratorError('export-failed', `${target} could not be written: ${errorMessage(error)}.`, 'Choose another place.', { cause: error });
}
