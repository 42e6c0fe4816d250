import path from 'node:path';
import { toolHomeVariables } from './environment';

/** What a sandbox is told of one run. All paths are absolute and real. */
export interface SandboxRequest {
  readonly argv: readonly [string, ...string[]];
  readonly workingDirectory: string;
  /** Folders that may be written to: the tree, the run's temporary folder, those asked for. */
  readonly writable: readonly string[];
  /** Folders that are read although what is around them is hidden. */
  readonly readable: readonly string[];
  readonly home: string;
  /** The machine's folder for temporary files. */
  readonly temporary: string;
  readonly network: boolean;
}

/** Where version managers and package managers put programs and packages, below the home folder. */
const homesBelowHome = ['.asdf', '.bun', '.cargo', '.deno', '.fnm', '.local/bin', '.local/lib', '.local/share/fnm', '.local/share/mise', '.local/share/pnpm', '.local/share/uv', '.local/pipx', '.nvm', '.pyenv', '.rbenv', '.rustup', '.sdkman', '.volta', 'go', 'sdk'];

/** Keys that lie in tool homes. */
export const keysInToolHomes = ['.cargo/credentials', '.cargo/credentials.toml'];

/** Folders of tools below the hidden ones (the home folder first) that must be seen, from the environment and by habit; some may not exist. */
export function toolHomes(environment: Readonly<Record<string, string | undefined>>, [home, ...others]: readonly [string, ...string[]]): readonly string[] {
  const named = toolHomeVariables.flatMap((name) => (environment[name] === undefined ? [] : [environment[name]]));
  const programs = (environment['PATH'] ?? '').split(path.delimiter).flatMap((folder) => (path.basename(folder) === 'bin' ? [path.dirname(folder), folder] : [folder]));
  const all = [...homesBelowHome.map((name) => path.join(home, name)), ...named, ...programs].filter((folder) => path.isAbsolute(folder)).map((folder) => path.normalize(folder).replace(/(.)\/$/, '$1'));
  // A hidden folder itself, or one around it, would show everything.
  return [...new Set(all)].filter((folder) => [home, ...others].some((hidden) => isBelow(folder, hidden)) && !others.includes(folder) && folder !== home && !isBelow(home, folder)).sort();
}

export function isBelow(folder: string, above: string): boolean {
  const relative = path.relative(above, folder);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
