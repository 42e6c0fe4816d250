import type { Git } from '../git';
import type { BlobReader } from './blobReader';
import { plainly } from './throwAwayRepository';

interface TreeEntry {
  /** Git's name of its content. */
  readonly object: string;
  readonly size: number;
}

interface Listing {
  readonly files: ReadonlyMap<string, TreeEntry>;
  readonly submodules: readonly string[];
}

/** The files of one tree, listed once when they are first asked for. Names that are no UTF-8 have replacement characters in them, and are found by these. */
export class GitTree {
  private listing: Promise<Listing> | undefined;

  constructor(
    /** Git's name of the tree. */
    readonly treeHash: string,
    private readonly git: Git,
    private readonly blobs: BlobReader,
  ) {}

  /** Undefined for what is missing, a link, or no file. */
  async read(file: string): Promise<Buffer | undefined> {
    const entry = (await this.listed()).files.get(file);
    return entry && this.blobs.read(entry.object);
  }

  /** Bytes. */
  async size(file: string): Promise<number | undefined> {
    return (await this.listed()).files.get(file)?.size;
  }

  /** Git's name of the content: equal for equal files. */
  async object(file: string): Promise<string | undefined> {
    return (await this.listed()).files.get(file)?.object;
  }

  /** All files, sorted; links and submodules are left out. */
  async list(): Promise<readonly string[]> {
    return [...(await this.listed()).files.keys()];
  }

  async submodules(): Promise<readonly string[]> {
    return (await this.listed()).submodules;
  }

  private listed(): Promise<Listing> {
    this.listing ??= this.git.run(['ls-tree', '-r', '-l', '-z', '--full-tree', '--end-of-options', this.treeHash], plainly()).then(({ stdout }) => parseListing(stdout));
    return this.listing;
  }
}

const entryPattern = /^(\d{6}) \w+ ([0-9a-f]+) +(\d+|-)\t([^]*)$/;

/** Parses `git ls-tree -r -l -z`. */
export function parseListing(text: string): Listing {
  const files: [string, TreeEntry][] = [];
  const submodules: string[] = [];
  for (const field of text.split('\0')) {
    const [, mode, object = '', size, name = ''] = entryPattern.exec(field) ?? [];
    if (mode === '160000') submodules.push(name);
    else if (mode?.startsWith('100')) files.push([name, { object, size: Number(size) }]);
  }
  return { files: new Map(files.sort(([one], [other]) => (one < other ? -1 : 1))), submodules };
}
