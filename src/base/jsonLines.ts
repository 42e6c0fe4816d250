export interface LineSplitterOptions {
  /** Longest line kept, in bytes without its end. What follows in a longer one is dropped. Default 8 MiB. */
  readonly maxLineBytes?: number;
  /** A line was longer than that: its first characters and its whole length in bytes. */
  readonly onLongLine?: (head: string, bytes: number) => void;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const defaultMaxLineBytes = 8 * 1024 * 1024;
const firstCapacity = 4096;
const headBytes = 4096;

/**
 * Cuts a byte stream into lines of text. Characters cut by a chunk's border are whole again, `\r\n` counts as `\n`, and the last line needs
 * no end. Holds at most one line, and never more than `maxLineBytes` of it.
 */
export class LineSplitter {
  private held = Buffer.allocUnsafe(firstCapacity);
  private heldBytes = 0;
  private lineBytes = 0;
  private readonly maxLineBytes: number;

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly options: LineSplitterOptions = {},
  ) {
    this.maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      this.hold(bytes.subarray(from, end));
      this.emit();
      from = end + 1;
    }
    this.hold(bytes.subarray(from));
  }

  /** Gives out what came after the last line end. */
  end(): void {
    if (this.lineBytes > 0) this.emit();
  }

  private hold(part: Buffer): void {
    this.lineBytes += part.length;
    // One byte more than allowed, so that the `\r` of a line of exactly the allowed length still fits. Of a longer one only the head stays.
    const kept = this.lineBytes > this.maxLineBytes + 1 ? headBytes : this.maxLineBytes + 1;
    const room = Math.min(part.length, kept - this.heldBytes);
    if (room > 0) {
      if (this.heldBytes + room > this.held.length) this.grow(this.heldBytes + room);
      part.copy(this.held, this.heldBytes, 0, room);
      this.heldBytes += room;
    } else if (this.heldBytes > kept) {
      this.heldBytes = kept;
      this.held = Buffer.from(this.held.subarray(0, kept));
    }
  }

  private grow(needed: number): void {
    const capacity = Math.max(needed, Math.min(this.maxLineBytes + 1, this.held.length * 2));
    const larger = Buffer.allocUnsafe(capacity);
    this.held.copy(larger, 0, 0, this.heldBytes);
    this.held = larger;
  }

  private emit(): void {
    const endsInReturn = this.heldBytes === this.lineBytes && this.held[this.heldBytes - 1] === carriageReturn;
    const length = this.lineBytes - (endsInReturn ? 1 : 0);
    if (length > this.maxLineBytes) this.options.onLongLine?.(this.held.toString('utf8', 0, Math.min(headBytes, this.heldBytes, length)), length);
    else this.onLine(this.held.toString('utf8', 0, length));
    this.heldBytes = 0;
    this.lineBytes = 0;
  }
}

export type JsonLine =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'blank' }
  | { readonly kind: 'text' };

/** One line as JSON; `text` for what is none, `blank` for white space. */
export function parseJsonLine(line: string): JsonLine {
  const trimmed = line.charCodeAt(0) === 0xfeff ? line.slice(1).trim() : line.trim();
  if (trimmed === '') return { kind: 'blank' };
  try {
    return { kind: 'json', value: JSON.parse(trimmed) as unknown };
  } catch {
    return { kind: 'text' };
  }
}
