import { hash } from 'node:crypto';
import { readSync } from 'node:fs';
import { asName, asNumber, asObject } from '../../base/jsonShape';

/** What tells a log that grew from another one under its name. */
export interface LogIdentity {
  readonly inode: number;
  /** How many of its first bytes the hash is of. */
  readonly headBytes: number;
  readonly headHash: string;
}

const mostHeadBytes = 256;

export function identityOf(handle: number, inode: number, size: number): LogIdentity {
  const headBytes = Math.min(mostHeadBytes, size);
  return { inode, headBytes, headHash: hashOf(handle, headBytes) };
}

/** True when the log still begins with what it began with. */
export function isSameLog(known: LogIdentity, handle: number, inode: number, size: number): boolean {
  return known.inode === inode && size >= known.headBytes && hashOf(handle, known.headBytes) === known.headHash;
}

export function asIdentity(value: unknown): LogIdentity | undefined {
  const object = asObject(value);
  const inode = asNumber(object?.['inode']);
  const headBytes = asNumber(object?.['headBytes']);
  const headHash = asName(object?.['headHash']);
  if (inode === undefined || headBytes === undefined || headHash === undefined || headBytes < 0 || headBytes > mostHeadBytes) return undefined;
  return { inode, headBytes, headHash };
}

function hashOf(handle: number, bytes: number): string {
  const head = Buffer.alloc(bytes);
  const got = readSync(handle, head, 0, bytes, 0);
  return hash('sha1', head.subarray(0, got), 'base64').slice(0, 16);
}
