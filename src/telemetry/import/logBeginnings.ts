import { closeSync, openSync, readSync } from 'node:fs';
import { TimeSlices } from './timeSlices';

const headBytes = 4096;

/** When the sessions of logs began, epoch milliseconds: their first lines with a time say it. `NaN` where none does. */
export async function beginningsOf(files: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const beginnings = new Map<string, number>();
  const head = Buffer.allocUnsafe(headBytes);
  const slices = new TimeSlices();
  for (const file of files) {
    beginnings.set(file, beginningOf(file, head));
    if (slices.isOver) await slices.next();
  }
  return beginnings;
}

function beginningOf(file: string, head: Buffer): number {
  try {
    const handle = openSync(file, 'r');
    try {
      const text = head.toString('latin1', 0, readSync(handle, head, 0, headBytes, 0));
      return Date.parse(/"timestamp":"([^"]+)"/.exec(text)?.[1] ?? '');
    } finally {
      closeSync(handle);
    }
  } catch {
    return Number.NaN;
  }
}
