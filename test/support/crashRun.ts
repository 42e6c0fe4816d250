import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { storageCrashProgram } from './buildAssets';

export interface CrashRun {
  readonly child: ChildProcess;
  /** What it promised so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly errors: string }>;
  firstLine(): Promise<void>;
}

export function startCrashProgram(...parameters: readonly string[]): CrashRun {
  const child = spawn(process.execPath, ['--no-warnings', storageCrashProgram, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: Readonly<Record<string, unknown>>[] = [];
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const reader = createInterface({ input: child.stdout });
  const first = new Promise<void>((resolve) => reader.once('line', () => resolve()));
  reader.on('line', (line) => {
    // A kill may cut the last line: then nothing was promised.
    if (line.endsWith('}')) lines.push(JSON.parse(line) as Readonly<Record<string, unknown>>);
  });
  const drained = new Promise<void>((resolve) => reader.once('close', resolve));
  const ended = new Promise<{ code: number | null; signal: string | null; errors: string }>((resolve) => {
    child.once('close', (code, signal) => void drained.then(() => resolve({ code, signal, errors })));
  });
  const failed = ended.then(({ errors: text }) => Promise.reject(new Error(`ended before its first line: ${text}`)));
  failed.catch(() => undefined);
  return { child, lines, ended, firstLine: () => Promise.race([first, failed]) };
}

/** Runs the jobs, two at a time. */
export async function twoAtATime(jobs: readonly (() => Promise<void>)[]): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let job = jobs[next++]; job; job = jobs[next++]) await job();
  };
  await Promise.all([lane(), lane()]);
}
