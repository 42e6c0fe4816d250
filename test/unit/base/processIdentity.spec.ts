import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { descendantsOf, identifyChild, isAlive, listProcesses, processStartTime } from '../../../src/base/processIdentity';
import { parseLinuxStat, parseProcessTable, processTable } from '../../../src/base/processStat';

describe('parseProcessTable', () => {
  it('reads what ps prints, without zombies and nonsense', () => {
    const table = '    1     0     1 Ss   Sun Nov 22 10:00:00 2026\n  312     1   312 Z+   Sun Nov 22 10:00:01 2026\n 4711   312   312 S<l+ Mon Nov 23 10:00:02 2026    \nps: warning\n';
    expect(parseProcessTable(table)).toEqual([
      { pid: 1, parentPid: 0, groupId: 1, startTime: 'Sun Nov 22 10:00:00 2026' },
      { pid: 4711, parentPid: 312, groupId: 312, startTime: 'Mon Nov 23 10:00:02 2026' },
    ]);
  });

  it.skipIf(process.platform === 'win32')('agrees with the real ps about this process', () => {
    const table = execFileSync(processTable.program, ['-ax', ...processTable.arguments], { env: processTable.env, encoding: 'utf8' });
    expect(parseProcessTable(table).find((entry) => entry.pid === process.pid)).toMatchObject({ parentPid: process.ppid });
  });
});

describe('parseLinuxStat', () => {
  const stat = (state: string, threads: number): string => `12 (a) b) c) ${state} 3 4 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 ${threads} 0 7777 0 0\n`;

  it('is not led astray by a program’s name', () => {
    expect(parseLinuxStat(12, stat('S', 1))).toEqual({ pid: 12, parentPid: 3, groupId: 4, startTime: '7777', hasEnded: false });
  });

  it.each([['Z', 1, true], ['Z', 0, true], ['X', 0, true], ['Z', 3, false], ['R', 1, false]])('state %s with %i threads: ended %s', (state, threads, ended) => {
    expect(parseLinuxStat(12, stat(state, threads)).hasEnded).toBe(ended);
  });

  it('refuses what is cut off', () => {
    expect(() => parseLinuxStat(12, '12 (a) S 3')).toThrow('not as expected');
  });
});

describe('identity', () => {
  it.skipIf(process.platform === 'win32')('is the id and the start time', async () => {
    const own = await identifyChild(process.pid);
    expect(own?.startTime).toBe(await processStartTime(process.pid));
    expect(own && (await isAlive(own))).toBe(true);
    expect(await isAlive({ pid: process.pid, startTime: 'another' })).toBe(false);
    expect(await processStartTime(2 ** 22 + 1)).toBeUndefined();
    expect((await listProcesses()).some((entry) => entry.pid === process.pid && entry.parentPid === process.ppid)).toBe(true);
  });

  it('finds descendants in any order, and no cycles', () => {
    const entry = (pid: number, parentPid: number): Parameters<typeof descendantsOf>[0][number] => ({ pid, parentPid, groupId: 0, startTime: '' });
    const table = [entry(5, 4), entry(4, 2), entry(3, 1), entry(2, 1), entry(9, 8), entry(1, 5)];
    expect(descendantsOf(table, [2]).map((one) => one.pid).toSorted()).toEqual([1, 3, 4, 5]);
    expect(descendantsOf(table, [8]).map((one) => one.pid)).toEqual([9]);
  });
});
