import { readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { nodeFileSystem } from '../../../src/storage/fileSystem';
import type { FileSystem } from '../../../src/storage/fileSystem';
import { fullDisk } from '../../support/crashFileSystem';
import { integrityOf, makeSession, makeSpan, openLocalStore, query, spanId, temporaryFolder } from '../../support/storageHarness';

async function filledStore(spans = 2000): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = temporaryFolder();
  const store = await openLocalStore(folder);
  await store.sessions.save(makeSession('s1'));
  for (let index = 0; index < spans; index++) store.spans.write(makeSpan(spanId(index, 'abc'), { attrs: { text: `value ${index}`.repeat(10) } }));
  await store.close();
  return { folder, file: store.file };
}

function asides(folder: string): string[] {
  return readdirSync(folder).filter((name) => /^orchestrator\.db\.damaged-\d{8}T\d{9}Z$/.test(name));
}

const damages: readonly (readonly [string, (file: string) => void])[] = [
  ['garbage', (file) => writeFileSync(file, 'this is no database at all, '.repeat(400))],
  ['0 bytes', (file) => truncateSync(file, 0)],
  ['half a file', (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
  ['a damaged page in the middle', (file) => overwrite(file, 40 * 4096, 4096)],
  ['the database of another program', (file) => (truncateSync(file, 0), createForeign(file))],
];

test.each(damages)('%s is moved aside with a notice, and a new store works', async (_name, damage) => {
  const { folder, file } = await filledStore();
  damage(file);
  const damaged = readFileSync(file);
  const store = await openLocalStore(folder);
  expect(store.notices).toHaveLength(1);
  const [aside = ''] = asides(folder);
  expect(store.notices[0]).toContain(aside);
  expect(readFileSync(path.join(folder, aside)).equals(damaged)).toBe(true);
  expect(await store.sessions.list()).toEqual([]);
  await store.sessions.save(makeSession('s2'));
  await store.close();
  expect(integrityOf(file)).toBe('ok');
  expect(asides(folder)).toHaveLength(1);
});

test('a store too large to be checked whole: sound ones open, cut off ones and damaged small tables are found', async () => {
  const { folder, file } = await filledStore(40_000);
  const [sound, page] = [readFileSync(file), Number(query(file, "SELECT rootpage FROM sqlite_schema WHERE name = 'sessions'")[0]?.rootpage)];
  expect(sound.length).toBeGreaterThan(8 * 1024 * 1024);
  await (await openLocalStore(folder)).close();
  expect(asides(folder)).toEqual([]);
  overwrite(file, (page - 1) * 4096, 4096);
  await (await openLocalStore(folder)).close();
  expect(asides(folder)).toHaveLength(1);
  writeFileSync(file, sound.subarray(0, sound.length - 4096 * 100));
  await (await openLocalStore(folder)).close();
  expect(asides(folder)).toHaveLength(2);
});

test('a store of a newer version is refused and stays untouched', async () => {
  const { folder, file } = await filledStore(3);
  const db = new DatabaseSync(file);
  db.exec('INSERT INTO schema_version VALUES (99, 0)');
  db.close();
  const [before, names] = [readFileSync(file), readdirSync(folder)];
  await expect(openLocalStore(folder)).rejects.toMatchObject({ code: 'store-newer' });
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(folder)).toEqual(names);
});

test('a folder that cannot be written to is a clear error', async () => {
  const denied: FileSystem = { ...nodeFileSystem, openSync: () => { throw Object.assign(new Error('EACCES: denied'), { code: 'EACCES' }); } };
  await expect(openLocalStore(temporaryFolder(), denied)).rejects.toMatchObject({ code: 'store-failed', advice: expect.stringContaining('permissions') as string });
});

test.each([0, 447, 4096 * 3 + 100])('a disk that is full after %i bytes: a clear error, nothing lost, works again when there is space', async (room) => {
  const { folder, file } = await filledStore(300);
  const disk = fullDisk();
  const store = await openLocalStore(folder, disk.fileSystem);
  const first = makeSpan(spanId(5000, store.processNonce));
  store.spans.write(first);
  await store.flush();
  disk.fillAfter(room);
  const rows = Array.from({ length: 600 }, (_, index) => makeSpan(spanId(6000 + index, store.processNonce), { sessionId: 'late', attrs: { text: 'x'.repeat(100) } }));
  for (const row of rows) store.spans.write(row);
  await expect(store.flush()).rejects.toMatchObject({ code: 'disk-full', message: expect.stringContaining('orchestrator.db') as string });
  await expect(store.sessions.save(makeSession('s9'))).rejects.toMatchObject({ code: 'disk-full' });
  expect(await store.spans.get(first.id)).toEqual(first);
  disk.free();
  await store.flush();
  expect(await store.spans.bySession('late')).toEqual(rows);
  expect(await store.sessions.get('s9')).toEqual(makeSession('s9'));
  expect(store.droppedSpans).toBe(0);
  await store.close();
  expect(integrityOf(file)).toBe('ok');
});

test('a store on a full disk cannot be made: disk-full, and it opens once there is space', async () => {
  const folder = temporaryFolder();
  const disk = fullDisk();
  disk.fillAfter(100);
  await expect(openLocalStore(folder, disk.fileSystem)).rejects.toMatchObject({ code: 'disk-full' });
  disk.fillAfter(1000);
  await expect(openLocalStore(folder, disk.fileSystem)).rejects.toMatchObject({ code: 'disk-full' });
  disk.free();
  const store = await openLocalStore(folder, disk.fileSystem);
  await store.sessions.save(makeSession('s1'));
});

function overwrite(file: string, start: number, length: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, start, start + length);
  writeFileSync(file, bytes);
}

function createForeign(file: string): void {
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE recipes (name TEXT)');
  db.close();
}
