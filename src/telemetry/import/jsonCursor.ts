import { closeBrace, closeBracket, colon, comma, endOfPlain, endOfText, openBrace, openBracket, plainCount, quote } from './jsonBytes';
import type { JsonNames } from './jsonNames';

/**
 * Steps through the members of JSON objects in place, as programs write them: without blanks. Whoever meets what they cannot use leaves
 * the line to the parser, which takes ten times as long.
 */
export class JsonCursor<Key extends string> {
  bytes: Buffer = Buffer.alloc(0);
  end = 0;
  /** What comes next. At the first byte of a value that is an object or a list: it is for `enter` or `skip`. */
  at = 0;
  /** Of the value met last: its first byte, and its range, of a text without the quotes. */
  first = 0;
  valueStart = 0;
  valueEnd = 0;
  /** Empty for a key that is not asked for. */
  key: Key | '' = '';

  constructor(private readonly keys: JsonNames<Key>) {}

  goTo(bytes: Buffer, at: number, end: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Reads a key, and its value where that is no object and no list. False at the end of the object, and at what is not written as usual. */
  next(): boolean {
    const { bytes, end } = this;
    const keyStart = this.at + (bytes[this.at] === comma ? 2 : 1);
    if (keyStart >= end || bytes[keyStart - 1] !== quote) return false;
    const keyEnd = endOfText(bytes, keyStart, end);
    if (bytes[keyEnd + 1] !== colon) return false;
    const value = keyEnd + 2;
    const first = bytes[value] ?? 0;
    this.key = this.keys.at(bytes, keyStart, keyEnd);
    this.first = first;
    if (first === quote) {
      this.valueStart = value + 1;
      this.valueEnd = endOfText(bytes, value + 1, end);
      this.at = this.valueEnd + 1;
    } else {
      this.valueStart = value;
      this.at = this.valueEnd = first === openBrace || first === openBracket ? value : endOfPlain(bytes, value, end);
    }
    return true;
  }

  /** The value as `plainCount` reads it. */
  count(): number {
    return plainCount(this.bytes, this.valueStart, this.end);
  }

  /** Goes into the object that is the value. */
  enter(): void {
    this.at += 1;
  }

  /** Goes behind the value, also of an object or a list. */
  skip(): void {
    if (this.first !== openBrace && this.first !== openBracket) return;
    const { bytes, end } = this;
    let depth = 0;
    let at = this.at;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (byte === quote) at = endOfText(bytes, at + 1, end);
      else if (byte === openBrace || byte === openBracket) depth += 1;
      else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) break;
    }
    this.at = at + 1;
  }

  /** Goes out of the object whose members were read; false when they do not end here. */
  leave(): boolean {
    if (this.bytes[this.at] !== closeBrace) return false;
    this.at += 1;
    return true;
  }
}
