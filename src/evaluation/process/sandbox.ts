import { findProgram } from '../../base/findProgram';
import { run } from '../../base/processes';
import type { Isolation } from '../../model/evalResult';
import { bubblewrapArguments } from './bubblewrap';
import type { SandboxRequest } from './sandboxPlaces';
import { seatbeltArguments } from './seatbelt';

/** How a program is kept from the rest of the machine here. */
export interface Sandbox {
  readonly isolation: Extract<Isolation, 'os' | 'process'>;
  /** The command that starts the program of the request. */
  command(request: SandboxRequest): readonly [string, ...string[]];
}

/** No walls: a scrubbed environment and a throw-away tree is all that there is. */
export const noSandbox: Sandbox = { isolation: 'process', command: ({ argv }) => argv };

const probeMs = 10_000;
let known: Promise<Sandbox> | undefined;

/** The sandbox of this machine, tried out once: bubblewrap may be there and still not be allowed to make its namespaces. */
export function systemSandbox(): Promise<Sandbox> {
  known ??= findSandbox(process.platform, process.env);
  return known;
}

/** Looked for along the given PATH, never in a tree. */
export async function findSandbox(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): Promise<Sandbox> {
  const [name, toArguments] = platform === 'darwin' ? (['sandbox-exec', seatbeltArguments] as const) : (['bwrap', bubblewrapArguments] as const);
  if (platform !== 'darwin' && platform !== 'linux') return noSandbox;
  const program = await findProgram(name, environment);
  if (program === undefined) return noSandbox;
  const probe: SandboxRequest = { argv: ['/bin/sh', '-c', 'exit 0'], workingDirectory: '/', writable: [], readable: [], home: '/tmp', temporary: '/tmp', network: false };
  const works = await run(program, toArguments(probe), { timeoutMs: probeMs }).then(({ exitCode, timedOut }) => exitCode === 0 && !timedOut, () => false);
  return works ? { isolation: 'os', command: (request) => [program, ...toArguments(request)] } : noSandbox;
}
