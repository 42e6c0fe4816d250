import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../canonicalJson';

/** Where package managers write down what they have installed. */
const records = ['.package-lock.json', '.pnpm/lock.yaml', '.yarn-state.yml', '.yarn-integrity'];
/** Not all package managers do, and these decide what is found. */
const tools = ['eslint', 'typescript', 'vitest', 'jest', 'mocha'];

/**
 * A text that is another one when other packages of JavaScript are installed in a checkout: a lock file says what should be there, not what
 * is. SHA-256 in hex, undefined without node_modules.
 */
export async function installedPackages(checkout: string): Promise<string | undefined> {
  const home = path.join(checkout, 'node_modules');
  const names = await namesIn(home);
  if (names === undefined) return undefined;
  const files = [...records, ...tools.map((name) => `${name}/package.json`)];
  const contents = await Promise.all(files.map((file) => readFile(path.join(home, file)).then(sha256, () => null)));
  return sha256(JSON.stringify([names, contents]));
}

/** The same of a Python environment, in which the names of packages' records have their versions. */
export async function installedEnvironment(checkout: string): Promise<string | undefined> {
  for (const name of ['.venv', 'venv']) {
    const home = path.join(checkout, name);
    const settings = await readFile(path.join(home, 'pyvenv.cfg'), 'utf8').catch(() => undefined);
    if (settings === undefined) continue;
    const versions = (await namesIn(path.join(home, 'lib'))) ?? [];
    const folders = [...versions.map((version) => path.join(home, 'lib', version, 'site-packages')), path.join(home, 'Lib', 'site-packages')];
    return sha256(JSON.stringify([settings, await Promise.all(folders.map(namesIn))]));
  }
  return undefined;
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  return names?.sort();
}
