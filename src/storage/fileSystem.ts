import fs from 'node:fs';

/**
 * The calls that SQLite's files and the lock file need; `node:fs` is the default. Tests put something between: a kill, a full disk, a
 * power loss at the n-th call. All calls throw Node system errors.
 */
export type FileSystem = Pick<
  typeof fs,
  'openSync' | 'closeSync' | 'readSync' | 'writeSync' | 'fsyncSync' | 'fdatasyncSync' | 'ftruncateSync' | 'fstatSync' | 'statSync' | 'unlinkSync' | 'linkSync' | 'accessSync' | 'readFileSync' | 'readdirSync' | 'renameSync'
>;

export const nodeFileSystem: FileSystem = fs;

/** Numbers of WASI and of Emscripten's system calls; what is not listed becomes EIO. */
const errorNumbers: Readonly<Record<string, number>> = {
  EACCES: 2,
  EAGAIN: 6,
  EBADF: 8,
  EBUSY: 10,
  EDQUOT: 19,
  EEXIST: 20,
  EFBIG: 22,
  EINTR: 27,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  EMFILE: 33,
  ENAMETOOLONG: 37,
  ENFILE: 41,
  ENOENT: 44,
  ENOSPC: 51,
  ENOTDIR: 54,
  EPERM: 63,
  EROFS: 69,
};

export function errorNumber(code: string | undefined): number {
  return errorNumbers[code ?? 'EIO'] ?? errorNumbers.EIO ?? 29;
}

/** Reads until `length` bytes are there or the file ends; the number read. */
export function readFully(fileSystem: FileSystem, descriptor: number, bytes: Uint8Array, start: number, length: number, position: number): number {
  let done = 0;
  while (done < length) {
    const read = fileSystem.readSync(descriptor, bytes, start + done, length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/** On a full disk `writeSync` may write a part without an error; only the next call says why. */
export function writeFully(fileSystem: FileSystem, descriptor: number, bytes: Uint8Array, start: number, length: number, position: number): number {
  let done = 0;
  while (done < length) {
    const written = fileSystem.writeSync(descriptor, bytes, start + done, length - done, position + done);
    if (written === 0) throw Object.assign(new Error('nothing could be written'), { code: 'ENOSPC' });
    done += written;
  }
  return done;
}
