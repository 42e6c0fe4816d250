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
