import type { FileSystem } from './fileSystem';

const offset = 24;

/** SQLite's file change counter: four bytes that every committed change of any process moves by one. Undefined when it cannot be read. */
export function readChangeCounter(fileSystem: FileSystem, descriptor: number | undefined): number | undefined {
  if (descriptor === undefined) return undefined;
  const bytes = Buffer.alloc(4);
  try {
    return fileSystem.readSync(descriptor, bytes, 0, 4, offset) === 4 ? bytes.readUInt32BE(0) : undefined;
  } catch {
    return undefined;
  }
}

/** Tells other processes' commits from our own. */
export class ChangeWatch {
  private seen: number | undefined;

  constructor(private readonly read: () => number | undefined) {
    this.seen = read();
  }

  /** To be called with the lock held, before and after one own transaction; true when somebody else committed since the last look. */
  before(): boolean {
    return this.look();
  }

  /** The counter moves by one in a transaction that changes anything; if it moved further, another process came right after us. */
  after(): boolean {
    const expected = this.seen === undefined ? undefined : (this.seen + 1) >>> 0;
    const now = this.read();
    const foreign = now !== undefined && now !== this.seen && now !== expected;
    this.seen = now ?? this.seen;
    return foreign;
  }

  look(): boolean {
    const now = this.read();
    if (now === undefined || now === this.seen) return false;
    const first = this.seen === undefined;
    this.seen = now;
    return !first;
  }
}
