import type { PatchSink } from './diffOutput';

const sectionStart = Buffer.from('\ndiff --git ');
const binaryNote = /^Binary files .* differ$/m;
const maxBinaryBytes = 16 * 1024;
const maxNamed = 50;

interface Section {
  readonly chunks: Buffer[];
  bytes: number;
}

/** Keeps as many whole files of a patch as fit, in the order they come; a file that does not fit makes room for a later, smaller one. */
export class PatchText implements PatchSink {
  /** Begins with a line end, so that the first file is found like the others. */
  private rest: Buffer = Buffer.from('\n');
  private section: Section | undefined;
  private readonly kept: Buffer[] = [];
  private room: number;
  private count = 0;
  /** Numbers of the files, counted from 0 in the order of the patch. */
  private readonly leftOut: number[] = [];

  constructor(maxBytes: number) {
    this.room = maxBytes;
  }

  push(chunk: Buffer): void {
    let bytes = Buffer.concat([this.rest, chunk]);
    for (let start = bytes.indexOf(sectionStart); start >= 0; start = bytes.indexOf(sectionStart)) {
      this.add(bytes.subarray(0, start + 1));
      this.finish();
      this.section = { chunks: [], bytes: 0 };
      bytes = bytes.subarray(start + 1);
    }
    // What may be the beginning of a head is looked at again with the next piece.
    const certain = Math.max(0, bytes.length - sectionStart.length + 1);
    this.add(bytes.subarray(0, certain));
    this.rest = Buffer.from(bytes.subarray(certain));
  }

  /** The text. `names` are those of the files, in the order of the patch. */
  end(names: readonly string[]): string {
    this.add(this.rest);
    this.finish();
    const text = Buffer.concat(this.kept).toString('utf8');
    const missing = [...new Set(this.leftOut.map((number) => names[number] ?? ''))];
    const named = missing.slice(0, maxNamed).map((name) => `# ${JSON.stringify(name)} is not shown: it is binary or too large.\n`);
    const more = missing.length > maxNamed ? [`# ${missing.length - maxNamed} more files are not shown.\n`] : [];
    return [text, ...named, ...more].join('');
  }

  private add(bytes: Buffer): void {
    if (!this.section) return;
    this.section.bytes += bytes.length;
    if (this.section.bytes <= this.room) this.section.chunks.push(Buffer.from(bytes));
    else this.section.chunks.length = 0;
  }

  private finish(): void {
    const { section } = this;
    if (!section) return;
    const whole = section.bytes <= this.room ? Buffer.concat(section.chunks) : undefined;
    const isBinary = section.bytes <= maxBinaryBytes && whole !== undefined && !whole.includes('\n@@ ') && binaryNote.test(whole.toString('utf8'));
    if (whole === undefined || isBinary) this.leftOut.push(this.count);
    else {
      this.kept.push(whole);
      this.room -= whole.length;
    }
    this.count++;
    this.section = undefined;
  }
}
