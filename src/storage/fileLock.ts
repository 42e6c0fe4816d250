import { constants } from 'node:fs';
import { systemCode } from '../base/errors';
import { writeFully } from './fileSystem';
import type { FileSystem } from './fileSystem';
import { livenessOf, parseOwner } from './lockOwner';
import type { Liveness, LockOwner } from './lockOwner';
import type { FileLock } from './recordLocks';

export interface FileLockOptions {
  /** The file that is protected; the lock's own files stand beside it. */
  readonly file: string;
  readonly self: LockOwner;
  readonly fileSystem: FileSystem;
  readonly timeoutMs: number;
  readonly liveness?: (owner: LockOwner, self: LockOwner) => Liveness;
}

const shortestPauseMs = 0.1;
const longestPauseMs = 4;
/** How long somebody who just had the lock steps back for those who wait. */
const yieldMs = 8;
const livenessIntervalMs = 25;
/** On file systems without hard links a lock file is empty for a moment; older ones were left so by a crash. */
const emptyLockMs = 10_000;
const noHardLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL', 'EISDIR']);

/** One exclusive lock for all processes that know the file. Blocks its thread while it waits: for worker threads only. */
export class CrossProcessLock implements FileLock {
  readonly lockFile: string;
  readonly ownerFile: string;
  private readonly waitingFile: string;
  private readonly sleeper = new Int32Array(new SharedArrayBuffer(4));
  private readonly liveness: (owner: LockOwner, self: LockOwner) => Liveness;
  private links = true;
  private hadItLast = false;
  /** Who kept us waiting when the last `acquire` gave up. */
  blockedBy: LockOwner | undefined;

  constructor(private readonly options: FileLockOptions) {
    this.lockFile = lockFileOf(options.file);
    this.ownerFile = `${options.file}-owner-${options.self.nonce}`;
    this.waitingFile = `${options.file}-waiting`;
    this.liveness = options.liveness ?? livenessOf;
  }

  /** Writes the owner record that every later `acquire` links to. Throws Node system errors (a full disk). */
  prepare(): void {
    this.create(this.ownerFile);
  }

  acquire(): boolean {
    this.letOthersIn();
    const deadline = performance.now() + this.options.timeoutMs;
    let pauseMs = shortestPauseMs;
    let nextLivenessCheck = performance.now() + livenessIntervalMs;
    let waited = false;
    while (!this.tryTake(this.lockFile)) {
      const now = performance.now();
      if (now >= nextLivenessCheck || !waited) {
        nextLivenessCheck = now + livenessIntervalMs;
        if (this.clearDead(this.lockFile)) continue;
      }
      if (now >= deadline) {
        this.blockedBy = this.read(this.lockFile);
        if (waited) this.remove(this.waitingFile);
        return false;
      }
      if (!waited || pauseMs === longestPauseMs) this.announceWaiting();
      waited = true;
      this.sleep(pauseMs);
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    }
    if (waited) this.remove(this.waitingFile);
    this.hadItLast = true;
    return true;
  }

  release(): void {
    this.remove(this.lockFile);
  }

  /** Gives back everything that this owner may have left. */
  dispose(): void {
    removeLockOf(this.options.file, this.options.self.nonce, this.options.fileSystem);
  }

  /** Removes what dead owners left beside the file. */
  sweep(folderEntries: readonly string[], baseName: string, folder: string): void {
    for (const entry of folderEntries) {
      if (!entry.startsWith(`${baseName}-`)) continue;
      const file = `${folder}/${entry}`;
      if (/-takeover-[\w-]+$/.test(entry)) this.clearDead(file);
      else if (entry.startsWith(`${baseName}-owner-`)) {
        const owner = this.read(file);
        // An unfinished record is a dead process's, or its owner finds it gone and writes it anew.
        if (owner === undefined || this.liveness(owner, this.options.self) === 'dead') this.remove(file);
      }
    }
  }

  /**
   * Removes a lock whose owner is proven dead; true when it may be free now. Two takers must not both remove: the second would remove the
   * lock that the first took meanwhile. So the taker holds a mutex named after the dead owner and looks again. The mutex is a lock of the
   * same kind, cleared in the same way when its holder died.
   */
  private clearDead(file: string, depth = 0): boolean {
    const owner = this.read(file);
    if (owner === undefined) return this.clearEmpty(file);
    if (owner.nonce === this.options.self.nonce) return false;
    if (this.liveness(owner, this.options.self) !== 'dead') return false;
    const mutex = `${file}-takeover-${owner.nonce}`;
    if (!this.tryTake(mutex)) {
      if (depth < 3) this.clearDead(mutex, depth + 1);
      return false;
    }
    try {
      if (this.read(file)?.nonce === owner.nonce) this.remove(file);
    } finally {
      this.remove(mutex);
    }
    return true;
  }

  private clearEmpty(file: string): boolean {
    if (this.links) return false;
    try {
      const { mtimeMs, size } = this.options.fileSystem.statSync(file);
      if (size > 0 || Date.now() - mtimeMs < emptyLockMs) return false;
      this.remove(file);
      return true;
    } catch {
      return true;
    }
  }

  /** True when the lock file is ours now; false when it is somebody's. Throws when neither can be. */
  private tryTake(file: string): boolean {
    const { fileSystem } = this.options;
    if (this.links) {
      try {
        fileSystem.linkSync(this.ownerFile, file);
        return true;
      } catch (error) {
        const code = systemCode(error);
        if (code === 'EEXIST') return false;
        if (code === 'ENOENT') return this.restoreOwnerFile();
        if (!noHardLinks.has(code ?? '')) throw error;
        this.links = false;
      }
    }
    try {
      this.create(file);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      this.remove(file);
      throw error;
    }
    // Had we been stopped before our name was in the file, somebody may have cleared it as abandoned.
    return this.read(file)?.nonce === this.options.self.nonce;
  }

  /** Somebody tidied the folder. */
  private restoreOwnerFile(): false {
    this.create(this.ownerFile);
    return false;
  }

  private create(file: string): void {
    const { fileSystem, self } = this.options;
    const descriptor = fileSystem.openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
    try {
      const bytes = Buffer.from(JSON.stringify(self));
      writeFully(fileSystem, descriptor, bytes, 0, bytes.length, 0);
    } finally {
      fileSystem.closeSync(descriptor);
    }
  }

  /** A busy writer would take the lock again within microseconds, before anyone who waits woke up. */
  private letOthersIn(): void {
    if (!this.hadItLast) return;
    this.hadItLast = false;
    const until = performance.now() + yieldMs;
    while (this.somebodyWaits()) {
      if (performance.now() >= until) {
        // Nobody took it: the one who waited gave up or died.
        this.remove(this.waitingFile);
        return;
      }
      this.sleep(0.5);
    }
  }

  private somebodyWaits(): boolean {
    try {
      this.options.fileSystem.accessSync(this.waitingFile);
      return true;
    } catch {
      return false;
    }
  }

  private announceWaiting(): void {
    try {
      this.options.fileSystem.closeSync(this.options.fileSystem.openSync(this.waitingFile, constants.O_WRONLY | constants.O_CREAT, 0o644));
    } catch {
      // Fairness is a courtesy; on a full disk the lock works without it.
    }
  }

  private sleep(milliseconds: number): void {
    Atomics.wait(this.sleeper, 0, 0, milliseconds);
  }

  private read(file: string): LockOwner | undefined {
    return readOwner(file, this.options.fileSystem);
  }

  private remove(file: string): void {
    removeFile(file, this.options.fileSystem);
  }
}

export function lockFileOf(file: string): string {
  return `${file}-lock`;
}

/** For the thread that started a worker: when the worker died with the lock, nobody else can prove it dead while the process lives. */
export function removeLockOf(file: string, nonce: string, fileSystem: FileSystem): void {
  const lockFile = lockFileOf(file);
  if (readOwner(lockFile, fileSystem)?.nonce === nonce) removeFile(lockFile, fileSystem);
  removeFile(`${file}-owner-${nonce}`, fileSystem);
}

function readOwner(file: string, fileSystem: FileSystem): LockOwner | undefined {
  try {
    return parseOwner(fileSystem.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function removeFile(file: string, fileSystem: FileSystem): void {
  try {
    fileSystem.unlinkSync(file);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
