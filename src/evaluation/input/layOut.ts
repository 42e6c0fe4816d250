import path from 'node:path';
import { realpath } from 'node:fs/promises';
import type { Repository } from '../../git/repository';
import { layOutTree } from '../../git/trees/layOutTree';
import type { GitTree } from '../../git/trees/gitTree';
import type { LaidOutTree } from '../evaluationInput';
import { borrowDependencies, type DependencySources } from './dependencies';
import { runSetup } from './setup';

export interface LayOutRequest {
  readonly repository: Repository;
  readonly tree: GitTree;
  readonly directory: string;
  readonly parentTree?: string;
  readonly dependenciesFrom: DependencySources;
  readonly setup?: readonly (readonly string[])[];
  readonly signal?: AbortSignal;
  readonly marker?: string;
}

/** Lays a tree out with what it needs to run. @throws OrchestratorError `setup-failed`, `tool-missing`, `stopped`, `git-failed`, `disk-full` */
export async function layOut(request: LayOutRequest): Promise<LaidOutTree> {
  const { repository, tree, directory, parentTree, setup = [] } = request;
  await layOutTree(repository.git, { directory, tree: tree.treeHash, ...(parentTree !== undefined && { parentTree }) });
  const objects = path.join(repository.commonDirectory, 'objects');
  const notices = await leftOut(tree);
  if (setup.length > 0) {
    const laidOut = { directory, notices, reads: [objects] };
    await runSetup(laidOut, setup, request);
    return laidOut;
  }
  const borrowed = await borrowDependencies(tree, directory, await realSources(request.dependenciesFrom));
  return { directory, notices: [...notices, ...borrowed.notices], reads: [objects, ...borrowed.reads] };
}

async function leftOut(tree: GitTree): Promise<readonly string[]> {
  const submodules = await tree.submodules();
  const attributes = (await tree.read('.gitattributes'))?.toString('utf8') ?? '';
  return [
    ...(submodules.length > 0 ? [`Submodules are empty folders here: ${submodules.slice(0, 5).join(', ')}${submodules.length > 5 ? ` and ${submodules.length - 5} more` : ''}.`] : []),
    ...(/\bfilter=lfs\b/.test(attributes) ? ['Files of Git LFS are only pointers here.'] : []),
  ];
}

/** Links are compared by where they really lead. */
export async function realSources({ checkout, session }: DependencySources): Promise<DependencySources> {
  const real = (folder: string): Promise<string> => realpath(folder).catch(() => folder);
  return { checkout: await real(checkout), ...(session !== undefined && { session: await real(session) }) };
}
