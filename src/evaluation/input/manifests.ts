import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { asObject, parseObject } from '../../base/jsonShape';
import { canonicalJson } from '../canonicalJson';

/** The part of a tree that is asked for here. */
export interface ManifestTree {
  read(file: string): Promise<Buffer | undefined>;
  list(): Promise<readonly string[]>;
}

export interface Manifests {
  readonly isManifest: (name: string) => boolean;
  /** What of a manifest decides which packages are installed, as text to compare. Empty when it asks for none. */
  readonly needs: (name: string, text: string) => string;
}

const deepest = 4;
const packageFields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides', 'resolutions', 'pnpm', 'workspaces'];

export const nodeManifests: Manifests = {
  isManifest: (name) => ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'].includes(name),
  needs: (name, text) => (name === 'package.json' ? packageNeeds(text) : text),
};

export const pythonManifests: Manifests = {
  isManifest: (name) => /^requirements.*\.txt$|^(pyproject\.toml|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock)$/.test(name),
  needs: (name, text) => (name === 'pyproject.toml' ? projectNeeds(text) : name.endsWith('.txt') ? requirements(text) : text),
};

/** Manifests of the tree, of folders up to four deep, outside of installed packages. */
export async function manifestsOf(tree: ManifestTree, { isManifest }: Manifests): Promise<readonly string[]> {
  return (await tree.list()).filter((file) => {
    const parts = file.split('/');
    return parts.length <= deepest + 1 && isManifest(parts.at(-1) ?? '') && !parts.includes('node_modules');
  });
}

/** Those that ask for other packages in the tree than in the folder. */
export async function differingManifests(tree: ManifestTree, folder: string, manifests: Manifests): Promise<readonly string[]> {
  const files = await manifestsOf(tree, manifests);
  const differing = await Promise.all(
    files.map(async (file) => {
      const [ours, theirs] = await Promise.all([tree.read(file), readFile(path.join(folder, file)).catch(() => undefined)]);
      if (ours === undefined || (theirs && ours.equals(theirs))) return [];
      const name = path.posix.basename(file);
      return manifests.needs(name, ours.toString('utf8')) === (theirs ? manifests.needs(name, theirs.toString('utf8')) : '') ? [] : [file];
    }),
  );
  return differing.flat();
}

/** Whether the tree asks for any package at all. */
export async function needsPackages(tree: ManifestTree, manifests: Manifests): Promise<boolean> {
  for (const file of await manifestsOf(tree, manifests)) {
    const name = path.posix.basename(file);
    const isLock = !name.endsWith('.json') && !name.endsWith('.toml') && !name.endsWith('.txt');
    if (!isLock && name !== 'package-lock.json' && manifests.needs(name, (await tree.read(file))?.toString('utf8') ?? '') !== '') return true;
  }
  return false;
}

function packageNeeds(text: string): string {
  const manifest = parseObject(text);
  if (!manifest) return text;
  const fields = packageFields.flatMap((field) => {
    const value = manifest[field];
    const isEmpty = value === undefined || Object.keys(asObject(value) ?? { list: value }).length === 0;
    return isEmpty ? [] : [`${field}: ${canonicalJson(value)}`];
  });
  return fields.join('\n');
}

/** The sections of pyproject.toml that installers read, without the project's own version; settings of other tools change nothing. */
function projectNeeds(text: string): string {
  const needs: string[] = [];
  let counts = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[+\s*([^\]]+?)\s*\]+/.exec(line)?.[1];
    if (section !== undefined && !line.includes('=')) counts = /^(project|build-system|dependency-groups|tool\.(poetry|uv|pdm|hatch))(\.|$)/.test(section);
    if (counts && !/^\s*(version|description|authors|readme|keywords|classifiers)\s*=/.test(line) && !/^\s*(#|$)/.test(line)) needs.push(line.trim());
  }
  return needs.some((line) => /^(dependencies|requires)\s*=\s*\[\s*($|["'])|^\[tool\.poetry\.dependencies\]|^[\w-]+\s*=\s*\[/.test(line)) ? needs.join('\n') : '';
}

function requirements(text: string): string {
  return text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, '').trim()).filter((line) => line !== '').join('\n');
}
