import { cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { interruptedSpan } from '../../../src/storage/recovery';
import { startCrashProgram, twoAtATime } from '../../support/crashRun';
import { integrityOf, makeSpan, openLocalStore, openTestStore, query, spanId, temporaryFolder, until } from '../../support/storageHarness';

const killed = 'SIGKILL';

test('killed at every write, sync, create, link and unlink, also with half-written pages: nothing acknowledged is lost', { timeout: 360_000 }, async () => {
  const seed = temporaryFolder();
  const store = await openLocalStore(seed);
  for (let index = 0; index < 400; index++) store.spans.write(makeSpan(spanId(index, 'eee'), { sessionId: 'seed', attrs: { text: 'seed '.repeat(20) } }));
  await store.close();
  const dryRun = startCrashProgram('kill', copyOf(seed), '-1', 'whole');
  expect(await dryRun.ended).toMatchObject({ code: 0, errors: '' });
  const calls = dryRun.lines.at(-1)?.calls as readonly string[];
  expect(new Set(calls)).toEqual(new Set(['openSync', 'writeSync', 'fdatasyncSync', 'fsyncSync', 'linkSync', 'unlinkSync']));

  const points = calls.flatMap((call, number) => (call === 'writeSync' ? ['whole', 'half'] : ['whole']).map((how) => ({ number, how })));
  let acknowledged = 0;
  let unfinished = 0;
  await twoAtATime(
    points.map(({ number, how }) => async () => {
      const folder = copyOf(seed);
      const run = startCrashProgram('kill', folder, String(number), how);
      expect((await run.ended).signal, `call ${number}, ${how}`).toBe(killed);
      const promised = run.lines.filter(({ committed }) => committed !== undefined);
      acknowledged += promised.length;
      const after = await openLocalStore(folder);
      expect(after.notices, `call ${number}, ${how}`).toEqual([]);
      expect((await after.spans.bySession('seed')).length).toBe(400);
      const [one, two] = [await after.spans.bySession('kill-1'), await after.spans.bySession('kill-2')];
      // Each transaction is there as a whole or not at all; the second one takes 8 rows of the first one over.
      expect([[0, 0], [16, 0], [8, 16]], `call ${number}, ${how}`).toContainEqual([one.length, two.length]);
      if (two.length === 0) unfinished++;
      if (promised.length >= 1) expect(one.length).toBeGreaterThan(0);
      if (promised.length >= 2) expect(two.length).toBe(16);
      expect(await after.check({ rebuild: false }), `call ${number}, ${how}`).toMatchObject({ problems: [], wrongRollups: 0 });
      expect((await after.rollups.totals({})).calls).toBe([...one, ...two].filter(({ provider }) => provider !== undefined).length);
      after.spans.write(makeSpan(spanId(9000, after.processNonce)));
      await after.close();
      expect(integrityOf(after.file), `call ${number}, ${how}`).toBe('ok');
      expect(leftovers(folder), `call ${number}, ${how}`).toEqual([]);
    }),
  );
  expect(acknowledged).toBeGreaterThan(0);
  expect(unfinished).toBeGreaterThan(0);
});

test('kill -9 at 50 random moments with two writers: every flushed span is there, open ones are closed', { timeout: 360_000 }, async () => {
  const folder = temporaryFolder();
  const promised = new Map<string, boolean>();
  let kills = 0;
  const lane = async (): Promise<void> => {
    while (kills < 50) {
      kills++;
      const run = startCrashProgram('write', folder);
      await run.firstLine();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 120));
      run.child.kill(killed);
      const { errors } = await run.ended;
      expect(errors).toBe('');
      for (const { ids } of run.lines) if (Array.isArray(ids)) ids.forEach((id, index) => promised.set(String(id), index === 0));
    }
  };
  await Promise.all([lane(), lane()]);
  expect(promised.size).toBeGreaterThan(200);

  const store = await openTestStore(folder);
  expect(await store.check({ rebuild: false })).toMatchObject({ problems: [], wrongRollups: 0 });
  expect((await store.rollups.totals({})).calls).toBeGreaterThan(50);
  await store.close();
  expect(integrityOf(store.file)).toBe('ok');
  const rows = new Map(query(store.file, 'SELECT id, status, error_message, ts_end FROM telemetry_events').map((row) => [String(row.id), row]));
  for (const [id, open] of promised) {
    expect(rows.get(id), id).toMatchObject(open ? { status: 'cancelled', error_message: interruptedSpan } : { status: 'success' });
  }
  expect([...rows.values()].filter(({ status, ts_end: end }) => status === 'running' || end === null)).toEqual([]);
  expect(query(store.file, 'SELECT * FROM processes')).toEqual([]);
  expect(leftovers(folder)).toEqual([]);
});

test('two processes see each other’s sessions within a second', { timeout: 30_000 }, async () => {
  const folder = temporaryFolder();
  const store = await openTestStore(folder);
  const told: number[] = [];
  store.onDidChange(({ external }) => external && told.push(performance.now()));
  const other = startCrashProgram('share', folder, 'theirs', '5');
  await other.firstLine();
  const saved = performance.now();
  await until(async () => told.length > 0 && (await store.sessions.get('theirs')) !== undefined, 1000);
  expect(performance.now() - saved).toBeLessThan(1000);
  expect((await other.ended).errors).toBe('');
});

test('two busy writers share the store: nothing lost, nobody starves, no error', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  const runs = ['a', 'b'].map((session) => startCrashProgram('share', folder, session, '400'));
  for (const run of runs) expect(await run.ended).toEqual({ code: 0, signal: null, errors: '' });
  for (const run of runs) expect(Number(run.lines.at(-1)?.slowestMs)).toBeLessThan(2000);
  const store = await openTestStore(folder);
  for (const session of ['a', 'b']) expect(await store.spans.totals({ sessionId: session })).toMatchObject({ spans: 400 });
  await store.close();
  expect(integrityOf(store.file)).toBe('ok');
});

function copyOf(folder: string): string {
  const copy = path.join(temporaryFolder(), 'copy');
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Nothing of the lock may stay behind a closed store. */
function leftovers(folder: string): string[] {
  return readdirSync(folder).filter((name) => !/^orchestrator\.db(-journal)?$/.test(name));
}
