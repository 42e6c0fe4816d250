import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endWithTemporaryFolder } from '../../../src/base/processEnd';
import { identifyChild, isAlive } from '../../../src/base/processIdentity';
import { launch } from '../../../src/base/processLaunch';
import { makeThrowAwayFolder, sweepThrowAwayFolders } from '../../../src/base/throwAwayFolder';
import { expectCode } from '../../support/expectCode';
import { endLeftovers } from '../../support/leftovers';

let below: string;

beforeEach(() => {
  below = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'throw-away-')));
});
afterEach(async () => {
  await endLeftovers(below);
  rmSync(below, { recursive: true, force: true });
});

/** A folder as a process that was killed leaves it: of another start than whatever has its id now. */
async function abandonedFolder(): Promise<string> {
  const own = path.basename(await makeThrowAwayFolder(below));
  const folder = path.join(below, own.replace(/-\d+-\w+-(\w{6})$/, `-${process.pid}-1-$1`));
  mkdirSync(folder);
  return folder;
}

describe('throw-away folders', () => {
  it('say where none can be made', async () => {
    const file = path.join(below, 'file');
    writeFileSync(file, '');
    await expectCode(makeThrowAwayFolder(file), 'write-failed');
  });

  it('go when their process is gone, and stay while it runs', async () => {
    const [mine, abandoned] = [await makeThrowAwayFolder(below), await abandonedFolder()];
    expect(await sweepThrowAwayFolders(below)).toBe(1);
    expect([existsSync(mine), existsSync(abandoned)]).toEqual([true, false]);
  });

  // Elsewhere nobody may look into the environment of a process.
  it.runIf(process.platform === 'linux')('go with what a killed process had started, and with nothing else', async () => {
    const [mine, abandoned] = [await makeThrowAwayFolder(below), await abandonedFolder()];
    const tools = [abandoned, mine].map((folder) => launch(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env: { TMPDIR: folder } }));
    const [orphan, ours] = await Promise.all(tools.map(async ({ pid = 0 }) => identifyChild(pid)));
    if (!orphan || !ours) throw new Error('a tool did not start');
    expect(await sweepThrowAwayFolders(below)).toBe(1);
    expect([await isAlive(orphan), await isAlive(ours)]).toEqual([false, true]);
    expect(await endWithTemporaryFolder(mine)).toBe(1);
    await Promise.all(tools.map(({ exited }) => exited));
  });
});
