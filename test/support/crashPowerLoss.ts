import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeFileSystem } from '../../src/storage/fileSystem';
import type { FileSystem } from '../../src/storage/fileSystem';

type Change = { readonly position: number; readonly bytes: Buffer } | { readonly length: number };

interface Tracked {
  /** What is on the disk for certain. */
  synced: Buffer;
  /** What the disk may have done, in any part and order, or not. */
  pending: Change[];
  nameSynced: boolean;
}

const sector = 512;

/**
 * A disk that loses its power: ahead of its n-th change everything stops, and of what was never synced each piece (a sector of a write, a
 * truncation, the name of a new file) is there or not, as chance has it.
 */
export class PowerLoss {
  calls = 0;
  readonly fileSystem: FileSystem;
  private readonly tracked = new Map<string, Tracked>();
  private readonly descriptors = new Map<number, string>();

  constructor(
    private readonly folder: string,
    private readonly failAt: number,
    private readonly random: () => number,
  ) {
    for (const name of ['orchestrator.db', 'orchestrator.db-journal']) {
      const file = path.join(folder, name);
      if (existsSync(file)) this.tracked.set(file, { synced: readFileSync(file), pending: [], nameSynced: true });
    }
    this.fileSystem = this.wrap();
  }

  /** The folder as it is found when the power is back. */
  restoreTo(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const [file, { synced, pending, nameSynced }] of this.tracked) {
      if (!nameSynced && this.random() < 0.5) continue;
      let content = synced;
      for (const change of pending) content = this.maybe(content, change);
      writeFileSync(path.join(folder, path.basename(file)), content);
    }
  }

  private maybe(content: Buffer, change: Change): Buffer {
    if ('length' in change) return this.random() < 0.5 ? content : resized(content, change.length);
    let result = content;
    for (let start = 0; start < change.bytes.length; start += sector) {
      if (this.random() < 0.5) continue;
      const part = change.bytes.subarray(start, start + sector);
      result = resized(result, Math.max(result.length, change.position + start + part.length));
      part.copy(result, change.position + start);
    }
    return result;
  }

  private wrap(): FileSystem {
    const system = nodeFileSystem;
    const step = (): void => {
      if (this.calls++ >= this.failAt) throw Object.assign(new Error('the power is gone'), { code: 'EIO' });
    };
    const track = (descriptor: number): Tracked | undefined => this.tracked.get(this.descriptors.get(descriptor) ?? '');
    return {
      ...system,
      openSync: (file, flags, mode) => {
        const name = String(file);
        const isNew = /orchestrator\.db(-journal)?$/.test(name) && !existsSync(name);
        const descriptor = system.openSync(file, flags, mode);
        if (isNew) this.tracked.set(name, { synced: Buffer.alloc(0), pending: [], nameSynced: false });
        this.descriptors.set(descriptor, name);
        return descriptor;
      },
      writeSync: ((descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
        step();
        track(descriptor)?.pending.push({ position, bytes: Buffer.from(bytes.subarray(offset, offset + length)) });
        return system.writeSync(descriptor, bytes, offset, length, position);
      }) as FileSystem['writeSync'],
      ftruncateSync: (descriptor, length) => {
        step();
        track(descriptor)?.pending.push({ length: length ?? 0 });
        system.ftruncateSync(descriptor, length);
      },
      fdatasyncSync: (descriptor) => {
        step();
        const tracked = track(descriptor);
        if (tracked === undefined) return;
        tracked.synced = readFileSync(this.descriptors.get(descriptor) ?? '');
        tracked.pending = [];
      },
      fsyncSync: (descriptor) => {
        step();
        if (this.descriptors.get(descriptor) === this.folder) for (const tracked of this.tracked.values()) tracked.nameSynced = true;
      },
    };
  }
}

function resized(content: Buffer, length: number): Buffer {
  const result = Buffer.alloc(length);
  content.copy(result, 0, 0, Math.min(length, content.length));
  return result;
}
