/** Takes and gives back the right to touch the database file; `acquire` is false when another process keeps it too long. */
export interface FileLock {
  acquire(): boolean;
  release(): void;
}

const command = { getLock: 12, setLock: 13, setLockWait: 14 } as const;
const unlocked = 2;

/**
 * POSIX record locks, in terms of one exclusive lock: the first lock of any kind takes it, unlocking the whole file gives it back, and
 * what lies between (a byte less, a byte more) changes nothing. Nobody else can hold a lock then, so F_GETLK always says "free".
 */
export class RecordLocks {
  private taken = false;
  private held = false;

  constructor(private readonly lock: FileLock) {}

  /** Keeps the lock over several statements; false when another process keeps it too long. */
  hold(): boolean {
    if (!this.take()) return false;
    this.held = true;
    return true;
  }

  letGo(): void {
    this.held = false;
    this.unlock();
  }

  unlock(): void {
    if (!this.taken || this.held) return;
    this.taken = false;
    this.lock.release();
  }

  /** One `fcntl`; `argument` points to the pointer to its `struct flock`. False means "try again". Throws Node system errors. */
  control(number: number, memory: DataView, argument: number): boolean {
    if (number !== command.getLock && number !== command.setLock && number !== command.setLockWait) return true;
    const request = memory.getUint32(argument, true);
    if (number === command.getLock) {
      memory.setInt16(request, unlocked, true);
      return true;
    }
    if (memory.getInt16(request, true) !== unlocked) return this.take();
    const length = memory.getBigInt64(request + 16, true);
    if (length === 0n) this.unlock();
    return true;
  }

  private take(): boolean {
    this.taken ||= this.lock.acquire();
    return this.taken;
  }
}
