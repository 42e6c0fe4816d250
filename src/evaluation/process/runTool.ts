import { lstat, realpath } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { OrchestratorError, systemCode } from '../../base/errors';
import { findProgram } from '../../base/findProgram';
import { newId } from '../../base/ids';
import { run } from '../../base/processes';
import { makeThrowAwayFolder, removeFolder } from '../../base/throwAwayFolder';
import type { RunTool, ToolRequest, ToolRun } from '../evaluator';
import { scrubbedEnvironment } from './environment';
import { systemSandbox, type Sandbox } from './sandbox';
import { isBelow, toolHomes } from './sandboxPlaces';

export interface RunToolOptions {
  /** Aborted at the evaluator's deadline, or by a person. */
  readonly signal: AbortSignal;
  /** Begins the marks of all processes that are started. */
  readonly marker: string;
  /** What little of it a tool gets is said in `scrubbedEnvironment`. Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Default: the best that this machine has. */
  readonly sandbox?: Sandbox;
}

/** Starts tools of a laid-out tree. Every run has a folder for temporary files of its own, and is marked with a mark of its own: the end of one never ends another. */
export function createRunTool({ signal, marker, environment = process.env, sandbox }: RunToolOptions): RunTool {
  return async (request) => {
    if (signal.aborted) throw stopped(request.argv[0], signal);
    const workingDirectory = await folderOf(request);
    const walls = sandbox ?? (await systemSandbox());
    const machineTemporary = await realpath(os.tmpdir());
    const temporary = await makeThrowAwayFolder();
    // A user without a home folder has nothing to hide.
    const home = await realpath(os.homedir()).catch(() => '/');
    try {
      const env = await toolEnvironment(environment, request, workingDirectory, temporary, walls);
      const program = await findProgram(request.argv[0], env, workingDirectory);
      if (program === undefined) throw missing(request.argv[0]);
      const [file, ...args] = walls.command({
        argv: [program, ...request.argv.slice(1)],
        workingDirectory,
        writable: [request.tree.directory, temporary, ...(await Promise.all((request.writable ?? []).map((folder) => realpath(folder))))],
        readable: [...toolHomes(env, [home, machineTemporary, '/run']), ...(request.tree.reads ?? [])],
        home,
        temporary: machineTemporary,
        network: request.network ?? false,
      });
      const result = await run(file, args, {
        cwd: workingDirectory,
        env,
        signal,
        runMarker: `${marker}-${newId()}`,
        ...(request.input !== undefined && { input: request.input }),
        ...(request.maxOutputBytes !== undefined && { maxOutputBytes: request.maxOutputBytes }),
      });
      return { ...result, isolation: walls.isolation } satisfies ToolRun;
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'EACCES') throw missing(request.argv[0], error);
      throw error;
    } finally {
      // What a daemon still writes there is no reason to lose the outcome; the folder is swept later.
      await removeFolder(temporary).catch(() => undefined);
    }
  };
}

/** The real folder that it runs in, which no link of the tree may lead out of. */
async function folderOf({ tree, folder = '' }: ToolRequest): Promise<string> {
  const real = await realpath(path.join(tree.directory, folder)).catch(() => undefined);
  const top = await realpath(tree.directory);
  if (real !== undefined && (real === top || isBelow(real, top))) return real;
  throw new OrchestratorError('invalid-argument', `There is no folder "${folder}" in the tree.`, 'Give a folder of the repository, relative to its root.');
}

async function toolEnvironment(inherited: NodeJS.ProcessEnv, { tree, env }: ToolRequest, workingDirectory: string, temporary: string, walls: Sandbox): Promise<Record<string, string>> {
  const virtualEnvironment = await firstThere([path.join(tree.directory, '.venv'), path.join(tree.directory, 'venv')]);
  const programs = [...binFolders(workingDirectory, await realpath(tree.directory)), ...(virtualEnvironment === undefined ? [] : [path.join(virtualEnvironment, process.platform === 'win32' ? 'Scripts' : 'bin')])];
  // A cache that cannot be written to is an error for Go; every other tool does without.
  const caches = walls.isolation === 'os' ? { GOCACHE: path.join(temporary, 'go-build') } : {};
  return scrubbedEnvironment(inherited, { temporary, programs, ...(virtualEnvironment !== undefined && { virtualEnvironment }) }, { ...caches, ...env });
}

/** `node_modules/.bin` of the folder and of each one above it, up to the top of the tree. */
function binFolders(folder: string, top: string): readonly string[] {
  const here = path.join(folder, 'node_modules', '.bin');
  return folder === top ? [here] : [here, ...binFolders(path.dirname(folder), top)];
}

async function firstThere(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) if ((await lstat(folder).catch(() => undefined))?.isDirectory()) return folder;
  return undefined;
}

function missing(program: string, cause?: unknown): OrchestratorError {
  return new OrchestratorError('tool-missing', `The program ${program} was not found.`, 'Install it and make sure that it is on the PATH, or that the project depends on it.', { cause });
}

function stopped(program: string, signal: AbortSignal): OrchestratorError {
  return new OrchestratorError('stopped', `${path.basename(program)} was stopped.`, '', { cause: signal.reason });
}
