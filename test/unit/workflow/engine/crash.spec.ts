import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { workflowCrashProgram } from '../../../support/buildAssets';
import { twoAtATime } from '../../../support/crashRun';
import { crashLedger } from '../../../support/crashWorkflow';
import { seededRandom } from '../../../support/seededRandom';

interface Report {
  readonly state: unknown;
  readonly ledger: readonly string[];
  /** First and last event of each write. */
  readonly writes: readonly (readonly [number, number])[];
  readonly begunAgain: readonly string[];
  /** From when it began to work. */
  readonly tookMs: number;
}

/** One life of the program; undefined when it was killed. `killAfterMs` counts from when it begins to work. */
function life(folder: string, death: readonly string[], killAfterMs?: number): Promise<Report | undefined> {
  const child = spawn(process.execPath, ['--no-warnings', workflowCrashProgram, folder, ...death], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, errors] = ['', ''];
  let begunAt = 0;
  child.stdout.on('data', (data: Buffer) => {
    if (said === '') {
      begunAt = performance.now();
      if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    }
    said += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => {
      const [, report] = said.split('\n').filter((line) => line.endsWith('}'));
      if (report !== undefined) resolve({ ...(JSON.parse(report) as Omit<Report, 'tookMs'>), tookMs: performance.now() - begunAt });
      else if (signal === 'SIGKILL') resolve(undefined);
      else reject(new Error(`the program ended with ${code}: ${errors}`));
    });
  });
}

async function inFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'workflow-crash-'));
  try {
    return await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All of it once, without a death. */
async function undisturbed(): Promise<Report> {
  const report = await inFolder((folder) => life(folder, []));
  if (!report) throw new Error('it was killed');
  return report;
}

function expectSound(report: Report | undefined, whole: Report, what: string): void {
  expect(report?.ledger.filter((line) => !line.startsWith('test')), what).toEqual(crashLedger);
  expect(report?.begunAgain, what).toEqual([]);
  expect(report?.state, what).toEqual(whole.state);
}

describe('a process that is killed in the midst of a workflow', () => {
  it('at every position of the journal: the next one brings it to the same end, and nothing is done twice or left out', async () => {
    const whole = await undisturbed();
    expectSound(whole, whole, 'undisturbed');
    expect(whole.writes.length).toBeGreaterThan(10);
    // Events of one write are there together or not at all: there is no position between them.
    const deaths = whole.writes.flatMap(([first, last]) => [['before', String(first)], ['after', String(last)]]);
    let killed = 0;
    await twoAtATime(deaths.map((death) => () => inFolder(async (folder) => {
      const first = await life(folder, death);
      if (first === undefined) killed++;
      expectSound(first ?? (await life(folder, [])), whole, death.join(' '));
    })));
    // Writes are made by time: an event may have come in another one, even with another number.
    expect(killed).toBeGreaterThanOrEqual(deaths.length - 4);
  }, 600_000);

  it('at a hundred random times', async () => {
    const whole = await undisturbed();
    const random = seededRandom(5);
    let killed = 0;
    await twoAtATime(Array.from({ length: 100 }, () => () => inFolder(async (folder) => {
      const first = await life(folder, [], random() * whole.tookMs);
      if (first === undefined) killed++;
      expectSound(first ?? (await life(folder, [])), whole, 'random');
    })));
    expect(killed).toBeGreaterThan(50);
  }, 600_000);
});
