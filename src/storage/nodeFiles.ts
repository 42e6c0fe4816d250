import { constants } from 'node:fs';
import path from 'node:path';
import { systemCode } from '../base/errors';
import { errorNumber, readFully, writeFully } from './fileSystem';
import type { FileSystem } from './fileSystem';
import { RecordLocks } from './recordLocks';
import type { FileLock } from './recordLocks';
import type { FileImportName } from './sqlImports';
import type { WasmMemory } from './wasm';
import { WasmView } from './wasmView';

type WasmFunction = (...values: never[]) => unknown;
export type FileCalls = Readonly<Record<FileImportName, WasmFunction>>;

interface OpenFile {
  readonly descriptor: number | undefined;
  readonly isDatabase: boolean;
  readonly isFolder: boolean;
  position: number;
}

const flag = { write: 1, readWrite: 2, create: 0o100, truncate: 0o1000 } as const;
const notOurs = Symbol('not ours');
const badDescriptor = 8;
const tryAgain = 6;
/** Far above any descriptor that Emscripten's own in-memory file system hands out. */
const firstDescriptor = 1_000_000;

/**
 * Answers SQLite's system calls for one database with real files, and passes everything else on to Emscripten's memory files.
 *
 * sql.js names its database `/dbfile_<number>`; that name and its `-journal` stand for `file` and `<file>-journal`, and the folder `/` for
 * the real folder (which SQLite syncs after it made the journal). Every lock that SQLite takes, of whatever kind, is the one `lock`.
 */
export class NodeFiles {
  private readonly open = new Map<number, OpenFile>();
  private next = firstDescriptor;
  private readonly memory = new WasmView();
  private readonly locks: RecordLocks;
  /** True at first: whoever made the files may have died before syncing their names. */
  private folderChanged = true;
  /** The last error of the file system; SQLite's own message says less. */
  lastError: Error | undefined;

  constructor(
    private readonly file: string,
    lock: FileLock,
    private readonly fileSystem: FileSystem,
  ) {
    this.locks = new RecordLocks(lock);
  }

  attach(memory: WasmMemory): void {
    this.memory.attach(memory);
  }

  /** Our answers, falling back on `original` for what is not the database. */
  calls(original: FileCalls): FileCalls {
    const ours: Record<FileImportName, (...values: never[]) => number | typeof notOurs> = {
      __syscall_openat: (_folder: number, name: number, flags: number, rest: number) => this.openFile(name, flags, rest),
      __syscall_faccessat: (_folder: number, name: number) => this.atPath(name, (real) => this.fileSystem.accessSync(real)),
      __syscall_unlinkat: (_folder: number, name: number) => this.atPath(name, (real) => this.unlink(real)),
      __syscall_stat64: (name: number, to: number) => this.atPath(name, (real) => this.memory.writeStat(to, this.fileSystem.statSync(real))),
      __syscall_lstat64: (name: number, to: number) => this.atPath(name, (real) => this.memory.writeStat(to, this.fileSystem.statSync(real))),
      __syscall_newfstatat: (_folder: number, name: number, to: number) => this.atPath(name, (real) => this.memory.writeStat(to, this.fileSystem.statSync(real))),
      __syscall_utimensat: (_folder: number, name: number) => this.atPath(name, () => undefined),
      __syscall_fchmod: (fd: number) => this.atFile(fd, () => undefined),
      __syscall_fchown32: (fd: number) => this.atFile(fd, () => undefined),
      __syscall_fstat64: (fd: number, to: number) => this.atFile(fd, (real) => this.memory.writeStat(to, this.fileSystem.fstatSync(real))),
      __syscall_ftruncate64: (fd: number, length: bigint) => this.atFile(fd, (real) => this.fileSystem.ftruncateSync(real, Number(length))),
      __syscall_fcntl64: (fd: number, command: number, rest: number) => this.control(fd, command, rest),
      fd_sync: (fd: number) => this.sync(fd),
      fd_close: (fd: number) => this.positive(this.closeFile(fd)),
      fd_seek: (fd: number, offset: bigint, whence: number, to: number) => this.seek(fd, Number(offset), whence, to),
      fd_read: (fd: number, vectors: number, count: number, to: number) => this.positive(this.transfer(fd, vectors, count, to, readFully)),
      fd_write: (fd: number, vectors: number, count: number, to: number) => this.positive(this.transfer(fd, vectors, count, to, writeFully)),
    };
    const merged: Record<string, WasmFunction> = {};
    for (const [name, call] of Object.entries(ours)) {
      const fallback = original[name as FileImportName];
      merged[name] = (...values: never[]) => {
        const answer = call(...values);
        return answer === notOurs ? fallback(...values) : answer;
      };
    }
    return merged as FileCalls;
  }

  /** The descriptor of the open database file, for the change counter. */
  databaseDescriptor(): number | undefined {
    for (const { isDatabase, descriptor } of this.open.values()) if (isDatabase) return descriptor;
    return undefined;
  }

  /** Keeps the lock over several statements; false when another process keeps it too long. */
  hold(): boolean {
    return this.locks.hold();
  }

  letGo(): void {
    this.locks.letGo();
  }

  closeAll(): void {
    for (const { descriptor } of this.open.values()) {
      if (descriptor !== undefined) this.attempt(() => this.fileSystem.closeSync(descriptor));
    }
    this.open.clear();
  }

  /** After a failure: nothing stays open or locked. */
  abandon(): void {
    this.closeAll();
    this.letGo();
  }

  private openFile(name: number, flags: number, rest: number): number | typeof notOurs {
    const real = this.realPath(name);
    if (real === undefined) return notOurs;
    const isFolder = real === path.dirname(this.file);
    let descriptor: number | undefined;
    const result = this.attempt(() => (descriptor = isFolder ? this.fileSystem.openSync(real, 'r') : this.openOrCreate(real, flags, rest)));
    // Windows opens no folders; a folder without a descriptor needs no sync there either.
    if (result !== 0 && !isFolder) return result;
    const fd = this.next++;
    this.open.set(fd, { descriptor, isDatabase: real === this.file, isFolder, position: 0 });
    return fd;
  }

  private openOrCreate(real: string, flags: number, rest: number): number {
    const access = hostFlags(flags);
    try {
      return this.fileSystem.openSync(real, access);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || (flags & flag.create) === 0) throw error;
    }
    this.folderChanged = true;
    return this.fileSystem.openSync(real, access | constants.O_CREAT, this.memory.numbers.getUint32(rest, true) || 0o644);
  }

  /**
   * Data and size, as SQLite asks for where it can: times need not be on disk. SQLite syncs the folder before each commit, since it does
   * not know that its persistent journal was there already; without a new or a deleted name there is nothing to sync.
   */
  private sync(fd: number): number | typeof notOurs {
    const isFolder = this.open.get(fd)?.isFolder === true;
    if (isFolder && !this.folderChanged) return 0;
    return this.positive(
      this.atFile(fd, (real) => {
        if (!isFolder) {
          this.fileSystem.fdatasyncSync(real);
          return;
        }
        this.fileSystem.fsyncSync(real);
        this.folderChanged = false;
      }),
    );
  }

  private closeFile(fd: number): number | typeof notOurs {
    const file = this.open.get(fd);
    if (file?.isDatabase === true) this.locks.unlock();
    const result = this.atFile(fd, (real) => this.fileSystem.closeSync(real));
    this.open.delete(fd);
    return result;
  }

  private control(fd: number, command: number, argument: number): number | typeof notOurs {
    const file = this.open.get(fd);
    if (file === undefined) return fd >= firstDescriptor ? -badDescriptor : notOurs;
    if (!file.isDatabase) return 0;
    let granted = false;
    const result = this.attempt(() => (granted = this.locks.control(command, this.memory.numbers, argument)));
    return result !== 0 ? result : granted ? 0 : -tryAgain;
  }

  private unlink(real: string): void {
    this.folderChanged = true;
    this.fileSystem.unlinkSync(real);
  }

  private seek(fd: number, offset: number, whence: number, to: number): number | typeof notOurs {
    const file = this.open.get(fd);
    if (file === undefined) return fd >= firstDescriptor ? badDescriptor : notOurs;
    return this.positive(
      this.attempt(() => {
        if (whence === 0) file.position = offset;
        else if (whence === 1) file.position += offset;
        else file.position = (file.descriptor === undefined ? 0 : this.fileSystem.fstatSync(file.descriptor).size) + offset;
        this.memory.numbers.setBigInt64(to, BigInt(file.position), true);
      }),
    );
  }

  private transfer(fd: number, vectors: number, count: number, to: number, move: typeof readFully): number | typeof notOurs {
    const file = this.open.get(fd);
    return this.atFile(fd, (descriptor) => {
      const view = this.memory.numbers;
      let total = 0;
      for (let index = 0; index < count && file !== undefined; index++) {
        const start = view.getUint32(vectors + index * 8, true);
        const length = view.getUint32(vectors + index * 8 + 4, true);
        const moved = move(this.fileSystem, descriptor, this.memory.bytes, start, length, file.position);
        file.position += moved;
        total += moved;
        if (moved < length) break;
      }
      view.setUint32(to, total, true);
    });
  }

  private atPath(name: number, action: (real: string) => void): number | typeof notOurs {
    const real = this.realPath(name);
    return real === undefined ? notOurs : this.attempt(() => action(real));
  }

  private atFile(fd: number, action: (descriptor: number) => void): number | typeof notOurs {
    const file = this.open.get(fd);
    if (file === undefined) return fd >= firstDescriptor ? -badDescriptor : notOurs;
    const { descriptor } = file;
    return descriptor === undefined ? 0 : this.attempt(() => action(descriptor));
  }

  private attempt(action: () => void): number {
    try {
      action();
      return 0;
    } catch (error) {
      const code = systemCode(error);
      if (code !== 'ENOENT' && error instanceof Error) this.lastError = error;
      return -errorNumber(code);
    }
  }

  /** WASI calls give errors as positive numbers, system calls as negative ones. */
  private positive(result: number | typeof notOurs): number | typeof notOurs {
    return result === notOurs ? notOurs : -result;
  }

  private realPath(pointer: number): string | undefined {
    const name = this.memory.text(pointer);
    if (name === '/') return path.dirname(this.file);
    const match = /^\/dbfile_\d+(-journal|-wal|-shm)?$/.exec(name);
    return match === null ? undefined : this.file + (match[1] ?? '');
  }
}

function hostFlags(flags: number): number {
  const access = (flags & flag.readWrite) !== 0 ? flag.readWrite : (flags & flag.write) !== 0 ? flag.write : 0;
  return access | (flags & flag.truncate ? constants.O_TRUNC : 0);
}
