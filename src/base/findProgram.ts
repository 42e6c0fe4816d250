import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

/** The file that running `program` in `cwd` would start, or undefined. A name is looked for along `PATH`, a path is taken as it is. */
export async function findProgram(program: string, env: NodeJS.ProcessEnv, cwd?: string): Promise<string | undefined> {
  for (const candidate of candidates(program, env, cwd)) {
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

function candidates(program: string, env: NodeJS.ProcessEnv, cwd: string | undefined): readonly string[] {
  const isWindows = process.platform === 'win32';
  const endings = isWindows ? ['', ...(variable(env, 'PATHEXT') ?? '.EXE;.CMD;.BAT;.COM').split(';')] : [''];
  const isPath = program.includes('/') || (isWindows && program.includes('\\'));
  const folders = isPath ? [cwd ?? process.cwd()] : (variable(env, 'PATH') ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => endings.map((ending) => path.resolve(folder, program + ending)));
}

/** Windows does not care how the name of a variable is written, but a copied environment does. */
function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  if (process.platform !== 'win32') return env[name];
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
