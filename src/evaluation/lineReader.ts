import type { TreeFiles } from './evaluationInput';

/** A line of a larger file is as good as unknown: nobody reads there. */
const largestFileBytes = 4 * 1024 * 1024;

/** Lines of the files of a tree; each file is read once. */
export class LineReader {
  private readonly files = new Map<string, Promise<readonly string[]>>();

  constructor(private readonly tree: Pick<TreeFiles, 'read' | 'size'>) {}

  /** The 1-based line without the space around it; undefined where there is none. */
  async line(file: string, line: number): Promise<string | undefined> {
    let lines = this.files.get(file);
    if (!lines) this.files.set(file, (lines = this.read(file)));
    return (await lines)[line - 1]?.trim();
  }

  private async read(file: string): Promise<readonly string[]> {
    if (((await this.tree.size(file)) ?? Number.POSITIVE_INFINITY) > largestFileBytes) return [];
    const content = await this.tree.read(file);
    return content?.toString('utf8').split(/\r?\n/) ?? [];
  }
}
