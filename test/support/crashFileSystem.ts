import { nodeFileSystem } from '../../src/storage/fileSystem';
import type { FileSystem } from '../../src/storage/fileSystem';

type Call = keyof FileSystem;

/** What changes the disk; reads and looks are never the last thing that a process did to it. */
const changing: readonly Call[] = ['openSync', 'writeSync', 'fsyncSync', 'fdatasyncSync', 'ftruncateSync', 'unlinkSync', 'linkSync', 'renameSync'];

/** Calls `before` ahead of each changing call, with its number and a way to do only a part of it (of a write). */
export function interceptedFileSystem(before: (call: Call, number: number, doHalf: () => void) => void): FileSystem {
  let number = 0;
  const intercepted = changing.map((call) => [
    call,
    (...values: unknown[]): unknown => {
      const act = (changed: readonly unknown[]): unknown => (nodeFileSystem[call] as (...parameters: readonly unknown[]) => unknown)(...changed);
      before(call, number++, () => {
        if (call !== 'writeSync') return;
        const [descriptor, bytes, offset, length, position] = values;
        act([descriptor, bytes, offset, Math.floor(Number(length) / 2), position]);
      });
      return act(values);
    },
  ]);
  return { ...nodeFileSystem, ...(Object.fromEntries(intercepted) as Partial<FileSystem>) };
}

/** Writes what fits, then nothing, as real disks do: first a short write, then ENOSPC. */
export function fullDisk(): { readonly fileSystem: FileSystem; fillAfter(bytes: number): void; free(): void } {
  let room = Number.POSITIVE_INFINITY;
  const writeSync = (descriptor: number, buffer: NodeJS.ArrayBufferView, offset: number, length: number, position: number): number => {
    if (room <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const written = nodeFileSystem.writeSync(descriptor, buffer, offset, Math.min(length, room), position);
    room -= written;
    return written;
  };
  return {
    fileSystem: { ...nodeFileSystem, writeSync: writeSync as FileSystem['writeSync'] },
    fillAfter: (bytes) => (room = bytes),
    free: () => (room = Number.POSITIVE_INFINITY),
  };
}
