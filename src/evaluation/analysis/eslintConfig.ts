import path from 'node:path/posix';
import { parseObject } from '../../base/jsonShape';
import type { TreeFiles } from '../evaluationInput';
import { foldersUp } from './installedTools';

const flatName = /^eslint\.config\.[cm]?[jt]s$/;
const oldName = /^\.eslintrc(\.(c?js|ya?ml|json))?$/;

export function isEslintConfig(file: string): boolean {
  const name = path.basename(file);
  return flatName.test(name) || oldName.test(name) || name === '.eslintignore';
}

/** Where ESLint is run for a file: `flat` in the folder of the nearest configuration, `eslintrc` in the topmost, since these add up. */
export interface EslintHome {
  readonly folder: string;
  readonly style: 'flat' | 'eslintrc';
}

export interface EslintHomes {
  of(file: string): EslintHome | undefined;
  /** Those that are in no other one. */
  readonly top: readonly EslintHome[];
}

/** Finds the configurations of ESLint in a tree, without laying it out. */
export async function eslintHomes(tree: Pick<TreeFiles, 'list' | 'read'>): Promise<EslintHomes> {
  const styles = new Map<string, Set<EslintHome['style']>>();
  const add = (file: string, style: EslintHome['style']): void => {
    const folder = path.dirname(file) === '.' ? '' : path.dirname(file);
    styles.set(folder, (styles.get(folder) ?? new Set()).add(style));
  };
  const files = await tree.list();
  for (const file of files) {
    const name = path.basename(file);
    if (flatName.test(name)) add(file, 'flat');
    if (oldName.test(name)) add(file, 'eslintrc');
  }
  const manifest = await tree.read('package.json');
  if (manifest && parseObject(manifest.toString('utf8'))?.['eslintConfig'] !== undefined) add('package.json', 'eslintrc');
  const of = (file: string): EslintHome | undefined => {
    const folders = foldersUp(path.dirname(file));
    const flat = folders.find((folder) => styles.get(folder)?.has('flat'));
    if (flat !== undefined) return { folder: flat, style: 'flat' };
    const old = folders.findLast((folder) => styles.get(folder)?.has('eslintrc'));
    return old === undefined ? undefined : { folder: old, style: 'eslintrc' };
  };
  const top = [...styles.keys()].sort().flatMap((folder) => {
    const isTop = foldersUp(folder).every((above) => above === folder || !styles.has(above));
    const home = isTop ? of(path.join(folder, 'file')) : undefined;
    return home ? [home] : [];
  });
  return { of, top };
}
