import type { EvalDefinition } from '../evaluation/evalDefinition';
import { loadDefinition } from '../evaluation/definition';
import { fileAt } from '../git/changes';
import type { Git } from '../git/git';
import { BlobReader } from '../git/trees/blobReader';
import { GitTree } from '../git/trees/gitTree';

const kept = 16;

/** Definitions by the tree that they are read from, which never changes: reading one anew takes a list of all files. */
export class EvalDefinitions {
  private readonly byTree = new Map<string, Promise<EvalDefinition>>();

  constructor(private readonly git: Git) {}

  /**
   * What is to be evaluated according to a commit or a tree.
   * @throws OrchestratorError `evals-invalid`
   */
  async at(commit: string): Promise<EvalDefinition> {
    // A tree is its own name; asking git for that of a commit costs a process.
    const asked = this.byTree.get(commit);
    if (asked) return asked;
    const tree = await this.git.output(['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`]);
    const known = this.byTree.get(tree);
    if (known) return known;
    const loading = this.load(tree);
    this.byTree.set(tree, loading);
    loading.catch(() => this.byTree.delete(tree));
    const [oldest] = this.byTree.keys();
    if (this.byTree.size > kept && oldest !== undefined) this.byTree.delete(oldest);
    return loading;
  }

  private async load(tree: string): Promise<EvalDefinition> {
    const blobs = new BlobReader(this.git);
    try {
      return await loadDefinition({ files: new GitTree(tree, this.git, blobs), read: (file) => fileAt(this.git, tree, file) });
    } finally {
      await blobs.close();
    }
  }
}
