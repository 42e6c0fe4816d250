import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { asObject, asText, parseObject } from '../../base/jsonShape';

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

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
