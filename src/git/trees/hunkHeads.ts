import type { PatchSink } from './diffOutput';

export interface Lines {
  /** 1-based. */
  readonly start: number;
  readonly count: number;
}

export interface Hunks {
  /** Lines of the new file that are not in the old one. */
  readonly added: readonly Lines[];
  /** Lines of the old file that are gone. */
  readonly removed: readonly Lines[];
}

/** A hunk's head is far shorter; of longer lines only the beginning is looked at, so a line of 100 MB costs nothing. */
const headBytes = 256;
const hunkPattern = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const [at, letterD, lineEnd] = [0x40, 0x64, 0x0a];

/** The hunks of each file of a patch without context lines. Lines of files begin with a sign, so no content is ever taken for a head. */
export class HunkHeads implements PatchSink {
  private readonly sections: { readonly added: Lines[]; readonly removed: Lines[] }[] = [];
  private rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, from)) {
      this.line(bytes, from, end);
      from = end + 1;
    }
    // A copy: a view would keep the whole chunk in memory.
    this.rest = Buffer.from(bytes.subarray(from, from + headBytes));
  }

  /** One for each `diff --git` of the patch. */
  end(): readonly Hunks[] {
    this.line(this.rest, 0, this.rest.length);
    this.rest = Buffer.alloc(0);
    return this.sections;
  }

  private line(bytes: Buffer, from: number, end: number): void {
    if (bytes[from] !== at && bytes[from] !== letterD) return;
    const head = bytes.toString('latin1', from, Math.min(end, from + headBytes));
    if (head.startsWith('diff --git ')) this.sections.push({ added: [], removed: [] });
    const [matched, oldStart, oldCount = '1', newStart, newCount = '1'] = hunkPattern.exec(head) ?? [];
    if (matched === undefined) return;
    if (oldCount !== '0') this.sections.at(-1)?.removed.push({ start: Number(oldStart), count: Number(oldCount) });
    if (newCount !== '0') this.sections.at(-1)?.added.push({ start: Number(newStart), count: Number(newCount) });
  }
}
