import { spawn, type ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { cliProgram } from './buildAssets';
import { endLeftovers } from './leftovers';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliRun {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
  /** What it has written so far. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built command line in a folder. It and whatever it leaves are ended with the test. */
export function startCli(folder: string, ...args: readonly string[]): CliRun {
  const own = Object.entries(process.env).filter(([name]) => !/^(GIT_|AMP_ORCHESTRATOR_|NODE_OPTIONS$|VITEST)/.test(name));
  const env = { ...Object.fromEntries(own), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', TZ: 'UTC', TEST_FOLDER: folder };
  const child = spawn(process.execPath, [cliProgram, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => endLeftovers(folder));
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => { written.stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { written.stderr += text; });
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => { resolve({ code, ...written }); });
  });
  return { child, ended, get stdout() { return written.stdout; }, get stderr() { return written.stderr; } };
}

export function cli(folder: string, ...args: readonly string[]): Promise<CliResult> {
  return startCli(folder, ...args).ended;
}

/** What it wrote, without what differs from run to run: times, commits, ids and folders. Steps lose their durations, since a short one has none. */
export function stabilised(text: string, folder: string): string {
  const lines = text
    .replaceAll(folder, '<project>')
    .replace(/\b\d{8}-\d{6}\b/g, '<stamp>')
    .replace(/\b\d\d:\d\d:\d\d\b/g, '<time>')
    .replace(/(?<= )(<1|\d+(\.\d)?) m?s\b/g, '<duration>')
    .replace(/\b[0-9a-f]{12}\b|(?<=git commit )[0-9a-f]{8}\b/g, '<sha>')
    .replace(/^[0-9A-Za-z]{8}(?= {2})/gm, '<id>')
    .split('\n');
  return lines.map((line) => (/^<time> /.test(line) ? step(line) : /^(ID|<id>) /.test(line) ? line.replace(/ {2,}/g, '  ') : line)).join('\n');
}

/** One blank for the padding behind the name of a step; what stands before it is its depth. */
function step(line: string): string {
  return line.replace(/^(<time> +\S.*?)(?: {1,}<duration>)?(?: {2,}(\d.*|\$.*))?$/, (_all, name: string, facts?: string) => [name.trimEnd(), ...(facts === undefined ? [] : [facts])].join('  '));
}
