import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { OrchestratorError } from '../../base/errors';
import { newId } from '../../base/ids';
import { makeThrowAwayFolder, removeFolder, sweepThrowAwayFolders } from '../../base/throwAwayFolder';
import type { Repository } from '../../git/repository';
import { BlobReader } from '../../git/trees/blobReader';
import { changesOfTrees, patchOfTrees } from '../../git/trees/treeDiff';
import { GitTree } from '../../git/trees/gitTree';
import { makeThrowAwayRepository } from '../../git/trees/throwAwayRepository';
import type { EvaluatedTree, EvaluationInput, LaidOutTree } from '../evaluationInput';
import { installedFor, type DependencySources } from './dependencies';
import { layOut, realSources } from './layOut';

export interface EvaluationInputOptions {
  readonly repository: Repository;
  /** Commit or tree to compare with. */
  readonly base: string;
  /** Commit or tree to evaluate; see `workTreeAsTree` for the files of a checkout. */
  readonly head: string;
  readonly dependenciesFrom: DependencySources;
  /** Commands that make a laid-out tree ready, in place of borrowed dependencies. */
  readonly setup?: readonly (readonly string[])[];
  /** Ends set-up commands. */
  readonly signal?: AbortSignal;
  /** Marks what set-up commands start. */
  readonly marker?: string;
}

/**
 * Two trees of a repository as evaluators see them. Nothing is checked out until it is asked for, and nothing of the repository changes.
 * The caller disposes it.
 * @throws OrchestratorError `base-branch-missing` when a side is no commit or tree of the repository, `disk-full`, `git-failed`
 */
export async function createEvaluationInput(options: EvaluationInputOptions): Promise<EvaluationInput> {
  const { repository } = options;
  const [baseHash, headHash] = await Promise.all([treeOf(repository, options.base), treeOf(repository, options.head), sweepThrowAwayFolders()]);
  const folder = await makeThrowAwayFolder();
  try {
    const workTree = path.join(folder, 'empty');
    await mkdir(workTree);
    const git = await makeThrowAwayRepository(repository.git, { gitDirectory: path.join(folder, 'objects.git'), workTree });
    const blobs = new BlobReader(git);
    const base = new GitTree(baseHash, git, blobs);
    const head = new GitTree(headHash, git, blobs);
    const changes = await changesOfTrees(git, baseHash, headHash);
    const layOuts: Promise<LaidOutTree>[] = [];
    let disposed = false;
    const side = (tree: GitTree, name: 'base' | 'head'): EvaluatedTree => {
      const layOutIn = (place: string): Promise<LaidOutTree> => {
        if (disposed) throw new OrchestratorError('stopped', 'The evaluation has ended.', 'Run it again.');
        const started = layOut({ ...options, tree, directory: path.join(folder, place), ...(name === 'head' && { parentTree: baseHash }) });
        layOuts.push(started);
        return started;
      };
      const hasSetup = options.setup !== undefined && options.setup.length > 0;
      // Commands that install something are a part of the definition, and all that a run needs.
      const installed = once(async () => (hasSetup ? 'set up' : installedFor(tree, await realSources(options.dependenciesFrom))));
      return { treeHash: tree.treeHash, read: (file) => tree.read(file), size: (file) => tree.size(file), list: () => tree.list(), layOut: once(() => layOutIn(name)), installed, ...(hasSetup ? {} : { layOutApart: async () => layOutIn(`${name}-${newId()}`) }) };
    };
    return {
      head: side(head, 'head'),
      base: side(base, 'base'),
      changes,
      diff: (maxBytes) => patchOfTrees(git, baseHash, headHash, maxBytes),
      dispose: once(async () => {
        disposed = true;
        await Promise.allSettled([...layOuts, blobs.close()]);
        await removeFolder(folder);
      }),
    };
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

async function treeOf({ git }: Repository, name: string): Promise<string> {
  const { exitCode, stdout } = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{tree}`], { answers: [0, 1, 128] });
  if (exitCode === 0) return stdout.trim();
  throw new OrchestratorError('base-branch-missing', `The repository has no commit ${name}.`, 'Name a branch, a tag or a commit that exists here; in a shallow clone it may have to be fetched first.');
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= Promise.resolve().then(work);
    return result;
  };
}
