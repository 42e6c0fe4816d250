import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { asObject, asText, parseObject } from '../../base/jsonShape';
import { sha256 } from '../canonicalJson';

export interface InstalledTool {
  /** File of the program, for `node`: the links of node_modules/.bin are shell scripts on Windows. */
  readonly program: string;
  readonly version: string;
  /** First number of the version. */
  readonly major: number;
}

/** A package's program as a folder of a laid-out tree finds it: in its own node_modules, or in those of the folders above it in the tree. */
export async function installedTool(directory: string, folder: string, name: string, program = name): Promise<InstalledTool | undefined> {
  for (const place of foldersUp(folder)) {
    const home = path.join(directory, place, 'node_modules', name);
    const manifest = parseObject((await readIfThere(path.join(home, 'package.json'))) ?? '');
    const file = asText(manifest?.['bin']) ?? asText(asObject(manifest?.['bin'])?.[program]);
    const version = asText(manifest?.['version']);
    if (file !== undefined && version !== undefined) return { program: path.join(home, file), version, major: Number.parseInt(version, 10) };
  }
  return undefined;
}

/** A folder and those above it up to the tree's own, which is the empty name: `a/b`, `a`, ``. */
export function foldersUp(folder: string): readonly string[] {
  if (folder === '' || folder === '.') return [''];
  const parts = folder.split('/');
  return [...parts.map((_part, at) => parts.slice(0, parts.length - at).join('/')), ''];
}

/** Where package managers write down what they have installed. */
const records = ['.package-lock.json', '.pnpm/lock.yaml', '.yarn-state.yml', '.yarn-integrity'];

/**
 * A text that is another one when other packages are installed in a checkout: the lock file in a tree says what should be there, not what
 * is. SHA-256 in hex, `none` without node_modules.
 */
export async function installedState(checkout: string): Promise<string> {
  const home = path.join(checkout, 'node_modules');
  const names = await readdir(home).catch(() => undefined);
  if (names === undefined) return 'none';
  const manifests = ['eslint', 'typescript'].map((name) => `${name}/package.json`);
  const contents = await Promise.all([...records, ...manifests].map((file) => readIfThere(path.join(home, file))));
  return sha256(JSON.stringify([names.sort(), contents.map((content) => (content === undefined ? null : sha256(content)))]));
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
