import { customAlphabet } from 'nanoid';
import type { Clock } from './clock';

const hex = '0123456789abcdef';
const lettersAndDigits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idsPerMillisecond = 256;

/** Ids of sessions, iterations and checks: 21 letters and digits. No other characters: one that begins with `-` would be an option on a command line. */
export const newId: () => string = customAlphabet(lettersAndDigits, 21);

/** Three hex characters that tell the processes that write to one store apart. */
export const newProcessNonce: () => string = customAlphabet(hex, 3);

/**
 * Span ids: 16 hex characters, 11 of milliseconds, 3 of the process nonce, 2 of a counter. Ids of one process rise strictly, ids of
 * several rise with time, so an index over them grows at its end. More than 256 ids in a millisecond borrow from the next ones.
 */
export function spanIds(clock: Clock, processNonce: string): () => string {
  let millisecond = 0;
  let counter = idsPerMillisecond;
  let prefix = '';
  return () => {
    const now = Math.floor(clock.now());
    if (now > millisecond || counter === idsPerMillisecond) {
      millisecond = Math.max(now, millisecond + 1);
      counter = 0;
      prefix = millisecond.toString(16).padStart(11, '0') + processNonce;
    }
    return prefix + twoHexDigits[counter++];
  };
}

const twoHexDigits = Array.from({ length: idsPerMillisecond }, (_, n) => n.toString(16).padStart(2, '0'));
