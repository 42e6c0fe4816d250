/** One pair of files as `git diff-tree --raw` tells it. */
export interface RawChange {
  readonly status: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly path: string;
  readonly previousPath?: string;
  /** Undefined for binary files, and where it was not asked for. */
  readonly lines?: { readonly added: number; readonly deleted: number };
}

export interface PatchSink {
  /** Bytes of the patch, in whatever pieces they come. */
  push(chunk: Buffer): void;
}

/** Pieces of a patch that git writes for a pair: what changes from a file to a link is deleted and made anew. */
export function sectionsOf({ status }: RawChange): number {
  return status === 'T' ? 2 : 1;
}

const nothing = Buffer.alloc(0);

/**
 * Takes the output of `git diff-tree -r -z --raw [--numstat] -p` apart while it comes: fields that end with NUL, an empty one, then the
 * patch, which goes on to the sink.
 */
export class DiffOutput {
  private rest: Buffer = nothing;
  private inPatch = false;
  private readonly fields: string[] = [];

  constructor(private readonly sink: PatchSink) {}

  push(chunk: Buffer): void {
    if (this.inPatch) {
      this.sink.push(chunk);
      return;
    }
    let from = 0;
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
      const field = bytes.toString('utf8', from, end);
      from = end + 1;
      // Neither a name nor a record is ever empty.
      if (field === '') {
        this.inPatch = true;
        this.rest = nothing;
        if (from < bytes.length) this.sink.push(bytes.subarray(from));
        return;
      }
      this.fields.push(field);
    }
    this.rest = bytes.subarray(from);
  }

  changes(): readonly RawChange[] {
    return parseFields(this.fields);
  }
}

function parseFields(fields: readonly string[]): readonly RawChange[] {
  const changes: RawChange[] = [];
  const lines = new Map<string, RawChange['lines']>();
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] ?? '';
    const raw = /^:(\d{6}) (\d{6}) \S+ \S+ ([A-Z])\d*$/.exec(field);
    if (raw) {
      const [, oldMode = '', newMode = '', status = ''] = raw;
      const previousPath = status === 'R' || status === 'C' ? fields[++at] : undefined;
      changes.push({ status, oldMode, newMode, path: fields[++at] ?? '', ...(previousPath !== undefined && { previousPath }) });
      continue;
    }
    const [, added, deleted, name = ''] = /^(\d+|-)\t(\d+|-)\t([^]*)$/.exec(field) ?? [];
    if (added === undefined) continue;
    const path = name === '' ? fields[(at += 2)] : name;
    if (path !== undefined && added !== '-') lines.set(path, { added: Number(added), deleted: Number(deleted) });
  }
  return changes.map((change) => {
    const counted = lines.get(change.path);
    return counted ? { ...change, lines: counted } : change;
  });
}
