import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CrossProcessLock, removeLockOf } from '../../../src/storage/fileLock';
import { nodeFileSystem } from '../../../src/storage/fileSystem';
import type { FileSystem } from '../../../src/storage/fileSystem';
import { describeSelf, gone, livenessOf, parseOwner, startTimeOf } from '../../../src/storage/lockOwner';
import type { LockOwner } from '../../../src/storage/lockOwner';
import { temporaryFolder, until } from '../../support/storageHarness';

const self = describeSelf('me');

function makeLock(file: string, owner: LockOwner = self, fileSystem: FileSystem = nodeFileSystem): CrossProcessLock {
  const lock = new CrossProcessLock({ file, self: owner, fileSystem, timeoutMs: 60 });
  lock.prepare();
  return lock;
}

async function deadOwner(nonce: string): Promise<LockOwner> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  return { ...self, nonce, pid: child.pid ?? 0, startTime: '1' };
}

test('one holds it at a time, and who waits is told who has it', () => {
  const file = path.join(temporaryFolder(), 'x.db');
  const [a, b] = [makeLock(file, { ...self, nonce: 'a' }), makeLock(file, { ...self, nonce: 'b' })];
  expect(a.acquire()).toBe(true);
  expect(b.acquire()).toBe(false);
  expect(b.blockedBy?.nonce).toBe('a');
  a.release();
  expect(b.acquire()).toBe(true);
  b.release();
  a.dispose();
  b.dispose();
  expect(readdirSync(path.dirname(file))).toEqual([]);
});

test('taken over from a dead owner', async () => {
  const file = path.join(temporaryFolder(), 'x.db');
  expect(makeLock(file, await deadOwner('dead')).acquire()).toBe(true);
  const lock = makeLock(file);
  expect(lock.acquire()).toBe(true);
  expect(parseOwner(readFileSync(lock.lockFile, 'utf8'))?.nonce).toBe('me');
});

test.each<readonly [string, Partial<LockOwner>, boolean]>([
  ['a living process', {}, false],
  ['another computer', { host: 'elsewhere', pid: 999_999_999 }, false],
  ['another container', { pidSpace: 'pid:[1]', pid: 999_999_999 }, false],
  ['an earlier boot', { boot: 'earlier' }, true],
  ['a process whose id was given to another one', { startTime: '1' }, true],
])('owner is %s', (_name, changes, taken) => {
  const file = path.join(temporaryFolder(), 'x.db');
  expect(makeLock(file, { ...self, nonce: 'other', ...changes }).acquire()).toBe(true);
  expect(makeLock(file).acquire()).toBe(taken);
});

test('the takeover of a taker that died in the middle is taken over', async () => {
  const file = path.join(temporaryFolder(), 'x.db');
  const [dead, taker] = [await deadOwner('dead'), await deadOwner('taker')];
  makeLock(file, dead).acquire();
  writeFileSync(`${file}-lock-takeover-dead`, JSON.stringify(taker));
  expect(makeLock(file).acquire()).toBe(true);
  expect(readdirSync(path.dirname(file)).filter((name) => name.includes('takeover'))).toEqual([]);
});

test('a lock taken meanwhile by a faster taker is not removed', async () => {
  const file = path.join(temporaryFolder(), 'x.db');
  const dead = await deadOwner('dead');
  makeLock(file, dead).acquire();
  const faster = makeLock(file, { ...self, nonce: 'faster' });
  let raced = false;
  const slowFileSystem: FileSystem = {
    ...nodeFileSystem,
    linkSync: (existing, link) => {
      // Between the slow taker's look at the dead owner and its mutex, the faster one does all of it.
      if (String(link).includes('takeover') && !raced) {
        raced = true;
        expect(faster.acquire()).toBe(true);
      }
      nodeFileSystem.linkSync(existing, link);
    },
  };
  expect(makeLock(file, { ...self, nonce: 'slow' }, slowFileSystem).acquire()).toBe(false);
  expect(raced).toBe(true);
  expect(parseOwner(readFileSync(faster.lockFile, 'utf8'))?.nonce).toBe('faster');
});

test('without hard links the lock works, and an abandoned empty lock is cleared', () => {
  const file = path.join(temporaryFolder(), 'x.db');
  const noLinks: FileSystem = { ...nodeFileSystem, linkSync: () => { throw Object.assign(new Error('EPERM'), { code: 'EPERM' }); } };
  const [a, b] = [makeLock(file, { ...self, nonce: 'a' }, noLinks), makeLock(file, { ...self, nonce: 'b' }, noLinks)];
  expect(a.acquire()).toBe(true);
  expect(b.acquire()).toBe(false);
  a.release();
  writeFileSync(a.lockFile, '');
  expect(b.acquire()).toBe(false);
  utimesSync(a.lockFile, 1, 1);
  expect(b.acquire()).toBe(true);
});

test('a worker’s lock is given back by its process, nobody else’s is', () => {
  const file = path.join(temporaryFolder(), 'x.db');
  const lock = makeLock(file);
  lock.acquire();
  removeLockOf(file, 'other', nodeFileSystem);
  expect(existsSync(lock.lockFile)).toBe(true);
  removeLockOf(file, 'me', nodeFileSystem);
  expect(readdirSync(path.dirname(file))).toEqual([]);
});

test('owner files of dead owners are swept, those of living ones stay', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'x.db');
  makeLock(file, await deadOwner('dead'));
  makeLock(file, { ...self, nonce: 'alive' });
  makeLock(file).sweep(readdirSync(folder), 'x.db', folder);
  expect(readdirSync(folder).sort()).toEqual(['x.db-owner-alive', 'x.db-owner-me']);
});

test('liveness: who has ended is dead, this process is alive, its start time is stable', async () => {
  expect(livenessOf(self, self)).toBe('alive');
  expect(startTimeOf(process.pid)).toBe(self.startTime);
  expect(startTimeOf((await deadOwner('x')).pid)).toBe(gone);
});

test.skipIf(process.platform === 'win32')('liveness: a zombie is dead', async () => {
  // Its parent has become a program that never asks how it ended by the time it does.
  const parent = spawn('/bin/sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (line: Buffer) => { resolve(Number(line.toString())); }));
  await until(() => startTimeOf(pid) === gone, 5_000);
  expect(() => process.kill(pid, 0)).not.toThrow();
  expect(livenessOf({ ...self, nonce: 'zombie', pid, startTime: undefined }, self)).toBe('dead');
});

test.each(['', '{', '[]', '{"nonce":"a"}', '{"nonce":"../a","pid":1,"host":"h"}', '{"nonce":"a","pid":-1,"host":"h"}'])('%s is no owner', (text) => {
  expect(parseOwner(text)).toBeUndefined();
});
