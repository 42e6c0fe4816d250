import { readSync } from 'node:fs';
import type { LineReader } from './logReader';

/** A line longer than that is skipped. */
export const longestLineBytes = 32 * 1024 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** It fits into a processor's own cache, so that what was read is still there when it is looked through. */
const firstBytes = 256 * 1024;

export interface LinesRead {
  /** Behind the last whole line. */
  readonly offset: number;
  /** Lines that were too long. */
  readonly skipped: number;
}

/** Reads logs through one buffer, which grows to the longest line met. */
export class LineFile {
  private buffer = Buffer.allocUnsafeSlow(firstBytes);

  /** Hands all whole lines from `from` up to `to` to the reader; one that is not ended yet is left for the next time. */
  read(handle: number, from: number, to: number, reader: LineReader): LinesRead {
    let position = from;
    let held = 0;
    let offset = from;
    let skipped = 0;
    let skipping = false;
    while (position < to) {
      if (held === this.buffer.length) this.grow();
      const got = readSync(handle, this.buffer, held, Math.min(this.buffer.length - held, to - position), position);
      if (got === 0) break;
      const filled = held + got;
      const bytes = this.buffer.subarray(0, filled);
      let start = 0;
      // What was held has no end in it.
      for (let end = bytes.indexOf(lineFeed, held); end >= 0; end = bytes.indexOf(lineFeed, start)) {
        if (skipping) skipped += 1;
        else reader.line(bytes, start, bytes[end - 1] === carriageReturn && end > start ? end - 1 : end);
        skipping = false;
        start = end + 1;
        offset = position - held + start;
      }
      reader.settle?.();
      position += got;
      held = filled - start;
      skipping ||= held > longestLineBytes;
      if (skipping) held = 0;
      else if (start > 0) bytes.copyWithin(0, start, filled);
    }
    return { offset, skipped };
  }

  private grow(): void {
    const larger = Buffer.allocUnsafeSlow(Math.min(this.buffer.length * 4, longestLineBytes + firstBytes));
    this.buffer.copy(larger);
    this.buffer = larger;
  }
}
