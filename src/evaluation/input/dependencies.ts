import type { BorrowRequest } from './borrowRequest';
import { installedEnvironment, installedPackages } from './installedState';
import { differingManifests, needsPackages, nodeManifests, pythonManifests, type Manifests, type ManifestTree } from './manifests';
import { borrowNodeModules } from './nodeModules';
import { borrowVirtualEnvironment } from './virtualEnvironment';

/** Checkouts whose installed dependencies may be borrowed, asked in this order. */
export interface DependencySources {
  /** The person's main checkout. */
  readonly checkout: string;
  /** The session's worktree: an agent has installed there what it liked, so it is only asked second. */
  readonly session?: string;
}

export interface Borrowed {
  readonly notices: readonly string[];
  /** Folders that are read through links. */
  readonly reads: readonly string[];
}

interface Ecosystem {
  readonly manifests: Manifests;
  /** Gives the folders that are read through links; none when nothing is installed there. */
  readonly borrow: (request: BorrowRequest) => Promise<readonly string[]>;
  /** Another text for other packages; undefined when nothing is installed there. */
  readonly installed: (donor: string) => Promise<string | undefined>;
  readonly install: (files: readonly string[]) => readonly string[];
}

const ecosystems: readonly Ecosystem[] = [
  { manifests: nodeManifests, borrow: borrowNodeModules, installed: installedPackages, install: installNode },
  { manifests: pythonManifests, borrow: borrowVirtualEnvironment, installed: installedEnvironment, install: installPython },
];

/** Links what is installed in a checkout that asks for the same packages into a laid-out tree. Copying it would take minutes. */
export async function borrowDependencies(tree: ManifestTree, directory: string, sources: DependencySources): Promise<Borrowed> {
  const folders = foldersOf(await tree.list());
  const each = await Promise.all(ecosystems.map((ecosystem) => borrowFor(ecosystem, tree, { directory, folders }, sources)));
  return { notices: each.flatMap(({ notices }) => notices), reads: each.flatMap(({ reads }) => reads) };
}

/** A text that is another one when what would be borrowed is: outcomes of tools depend on it, and no tree says it. */
export async function installedFor(tree: ManifestTree, { checkout, session }: DependencySources): Promise<string> {
  const donors = session === undefined ? [checkout] : [checkout, session];
  const states = ecosystems.map(async ({ manifests, installed }) => {
    if (!(await needsPackages(tree, manifests))) return null;
    for (const donor of donors) {
      const state = (await differingManifests(tree, donor, manifests)).length === 0 ? await installed(donor) : undefined;
      if (state !== undefined) return state;
    }
    return null;
  });
  return JSON.stringify(await Promise.all(states));
}

async function borrowFor(ecosystem: Ecosystem, tree: ManifestTree, place: Omit<BorrowRequest, 'donor'>, { checkout, session }: DependencySources): Promise<Borrowed> {
  const { manifests, borrow } = ecosystem;
  if (!(await needsPackages(tree, manifests))) return { notices: [], reads: [] };
  const differing = await differingManifests(tree, checkout, manifests);
  const reads = differing.length === 0 ? await borrow({ ...place, donor: checkout }) : [];
  if (reads.length > 0) return { notices: [], reads };
  if (session !== undefined && (await differingManifests(tree, session, manifests)).length === 0) {
    const fromSession = await borrow({ ...place, donor: session });
    const why = differing.length > 0 ? `it changed ${named(differing)}` : 'nothing is installed in the checkout';
    if (fromSession.length > 0) return { notices: [`Dependencies come from the session's worktree, because ${why}.`], reads: fromSession };
  }
  const why = differing.length > 0 ? `the checkout has another ${named(differing)}` : 'they are not installed in the checkout';
  const command = JSON.stringify(ecosystem.install(await tree.list()));
  return { notices: [`There are no dependencies here, because ${why}. Install them there, or add "setup": [${command}] to .amp/evals.json.`], reads: [] };
}

function named(files: readonly string[]): string {
  const [first = ''] = [...files].sort((one, other) => one.length - other.length);
  return files.length > 1 ? `${first} and ${files.length - 1} more` : first;
}

/** Every folder of the tree down to four levels, installed packages left out; the root is an empty text. */
function foldersOf(files: readonly string[]): readonly string[] {
  const folders = new Set(['']);
  for (const file of files) {
    const parts = file.split('/').slice(0, -1);
    if (parts.includes('node_modules')) continue;
    for (let depth = 1; depth <= Math.min(4, parts.length); depth++) folders.add(parts.slice(0, depth).join('/'));
  }
  return [...folders];
}

function installNode(files: readonly string[]): readonly string[] {
  const has = new Set(files);
  if (has.has('pnpm-lock.yaml')) return ['pnpm', 'install', '--frozen-lockfile'];
  if (has.has('yarn.lock')) return ['yarn', 'install', '--immutable'];
  if (has.has('bun.lock') || has.has('bun.lockb')) return ['bun', 'install', '--frozen-lockfile'];
  return has.has('package-lock.json') ? ['npm', 'ci'] : ['npm', 'install'];
}

function installPython(files: readonly string[]): readonly string[] {
  const has = new Set(files);
  if (has.has('uv.lock')) return ['uv', 'sync', '--frozen'];
  if (has.has('poetry.lock')) return ['poetry', 'install'];
  return has.has('requirements.txt') ? ['python3', '-m', 'pip', 'install', '-r', 'requirements.txt'] : ['python3', '-m', 'pip', 'install', '-e', '.'];
}
