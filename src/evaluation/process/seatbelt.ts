import path from 'node:path';
import { keysInToolHomes, type SandboxRequest } from './sandboxPlaces';

/** Arguments of macOS's sandbox-exec. */
export function seatbeltArguments(request: SandboxRequest): readonly string[] {
  return ['-p', seatbeltProfile(request), ...request.argv];
}

/** A profile in Apple's sandbox language: of the rules that fit, the last one counts. */
export function seatbeltProfile({ writable, readable, home, network }: SandboxRequest): string {
  const devices = ['/dev/null', '/dev/zero', '/dev/tty', '/dev/dtracehelper', '/dev/random', '/dev/urandom'];
  return [
    '(version 1)',
    '(allow default)',
    '(deny file-write*)',
    `(allow file-write* ${[...writable.map(subpath), ...devices.map(literal)].join(' ')})`,
    `(deny file-read* ${subpath(home)})`,
    // Names and kinds must be known on the way to what may be read.
    `(allow file-read-metadata ${subpath(home)})`,
    `(allow file-read* ${[...readable, ...writable].map(subpath).join(' ')})`,
    `(deny file-read* ${keysInToolHomes.map((name) => literal(path.posix.join(home, name))).join(' ')})`,
    // Tests talk to servers of their own on this machine.
    ...(network ? [] : ['(deny network*)', '(allow network* (local ip "localhost:*"))', '(allow network-outbound (remote ip "localhost:*"))', `(allow network* ${writable.map(subpath).join(' ')})`]),
    '',
  ].join('\n');
}

function subpath(folder: string): string {
  return `(subpath ${quoted(folder)})`;
}

function literal(file: string): string {
  return `(literal ${quoted(file)})`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, (character) => `\\${character}`)}"`;
}
