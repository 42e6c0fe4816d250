import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { fullDisk, interceptedFileSystem } from '../../support/crashFileSystem';
import { integrityOf, makeSession, makeSpan, openLocalStore, openTestStore, spanId, temporaryFolder } from '../../support/storageHarness';
import { create, numbered, started, steps } from '../../support/workflowJournals';

const lost = { code: 'execution-lost' };

describe('group commit', () => {
  test.each([true, false])('a hundred appends of one tick are one transaction (now: %s), in their order', async (now) => {
    let syncs = 0;
    const store = await openLocalStore(temporaryFolder(), interceptedFileSystem((call) => (syncs += Number(call === 'fdatasyncSync'))));
    await create(store, 'e1');
    await create(store, 'e2');
    const before = syncs;
    await store.workflows.append('e1', 1, steps(1, 2), { now: true });
    const perTransaction = syncs - before;
    expect(perTransaction).toBeGreaterThan(0);
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => store.workflows.append(index % 2 === 0 ? 'e1' : 'e2', 1, steps(1, 3 - (index % 2) + Math.floor(index / 2)), { now }).then(() => order.push(index))),
    );
    expect(syncs - before - perTransaction).toBe(perTransaction);
    expect(order).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(await store.workflows.events('e1', 2)).toEqual(steps(50, 3));
    expect(await store.workflows.events('e2', 1)).toEqual(steps(50, 2));
  });

  test('with `now` nobody waits for the next group, and what was appended before goes along', async () => {
    const commits: number[] = [];
    const store = await openTestStore(temporaryFolder());
    await create(store, 'e1');
    store.onDidChange(() => commits.push(performance.now()));
    const done: string[] = [];
    const later = store.workflows.append('e1', 1, steps(2, 2)).then(() => done.push('group'));
    const now = store.workflows.append('e1', 1, steps(1, 4), { now: true }).then(() => done.push('now'));
    await Promise.all([later, now]);
    expect(done).toEqual(['group', 'now']);
    expect(commits).toHaveLength(1);
  });

  test('the group’s time has to come, and `now` does not wait for it', async () => {
    const store = await openLocalStore(temporaryFolder());
    await create(store, 'e1');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await store.workflows.append('e1', 1, steps(1, 2), { now: true });
    let written = false;
    const later = store.workflows.append('e1', 1, steps(1, 3)).then(() => (written = true));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBe(false);
    vi.advanceTimersByTime(20);
    await later;
  });

  test('what is durable is a prefix: an append that others were given before is there with them', async () => {
    const folder = temporaryFolder();
    const [store, other] = [await openTestStore(folder), await openTestStore(folder)];
    await create(store, 'e1');
    for (let round = 0; round < 40; round++) {
      const from = 2 + round * 3;
      void store.workflows.append('e1', 1, steps(2, from));
      await store.workflows.append('e1', 1, steps(1, from + 2), { now: true });
      expect((await other.workflows.events('e1')).length).toBe(from + 2);
    }
  });
});

describe('a refused append', () => {
  test('writes nothing, and harms nothing that is in its group', async () => {
    const store = await openLocalStore(temporaryFolder());
    await create(store, 'e1');
    await create(store, 'e2');
    store.spans.write(makeSpan(spanId(1, store.processNonce)));
    const saved = store.sessions.save(makeSession('s1'));
    const bad = [
      store.workflows.append('e1', 1, steps(2, 3)),
      store.workflows.append('e1', 1, [...steps(1, 2), ...steps(1, 4)]),
      store.workflows.append('e1', 2, steps(1, 2, 2)),
      store.workflows.append('none', 1, steps(1, 2)),
    ].map((promise) => expect(promise).rejects.toMatchObject(lost));
    const good = [store.workflows.append('e2', 1, steps(2, 2)), store.workflows.append('e1', 1, steps(1, 2))];
    await Promise.all([saved, ...bad, ...good]);
    expect(await store.workflows.events('e1', 1)).toEqual(steps(1, 2));
    expect(await store.workflows.events('e2', 1)).toEqual(steps(2, 2));
    expect(await store.sessions.get('s1')).toEqual(makeSession('s1'));
    // Its caller was told; nobody else is to be blamed for it.
    await store.flush();
  });

  test('one in the midst of a row of appends holds up all behind it', async () => {
    const store = await openLocalStore(temporaryFolder());
    await create(store, 'e1');
    const outcomes = await Promise.allSettled([store.workflows.append('e1', 1, steps(1, 2)), store.workflows.append('e1', 1, steps(1, 4)), store.workflows.append('e1', 1, steps(1, 5))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await store.workflows.execution('e1')).toMatchObject({ lastSeq: 2 });
  });

  test('an event that is none is refused before it leaves its caller', async () => {
    const store = await openLocalStore(temporaryFolder());
    await create(store, 'e1');
    const [event] = steps(1, 2);
    if (event === undefined) throw new Error('no event');
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const odd = [{ ...event, at: Number.NaN }, { ...event, seq: 2.5 }, { ...event, epoch: 3 }, { ...event, output: { value: cycle } }, { ...event, output: { value: 7n } }];
    for (const one of odd) await expect(store.workflows.append('e1', 1, [one])).rejects.toMatchObject({ code: 'invalid-argument' });
    await store.workflows.append('e1', 1, [event]);
  });
});

describe('a full disk', () => {
  test.each([0, 447, 4096 * 2 + 100])('after %i bytes: an append is told, stays on its way, and is written once when there is space', async (room) => {
    const folder = temporaryFolder();
    const disk = fullDisk();
    const store = await openLocalStore(folder, disk.fileSystem);
    await create(store, 'e1');
    await store.workflows.append('e1', 1, steps(60, 2), { now: true });
    disk.fillAfter(room);
    const long = steps(1, 62).map((event) => ({ ...event, output: { value: 'x'.repeat(4_000) } }));
    const both = [store.workflows.append('e1', 1, long), store.workflows.append('e1', 1, steps(20, 63), { now: true })];
    for (const promise of both) await expect(promise).rejects.toMatchObject({ code: 'disk-full' });
    // Nothing of it is there yet, and who asks again is told again.
    expect((await store.workflows.events('e1')).length).toBe(61);
    await expect(store.workflows.append('e1', 1, steps(20, 63), { now: true })).rejects.toMatchObject({ code: 'disk-full' });
    await expect(store.workflows.release('e1', 1)).rejects.toMatchObject({ code: 'disk-full' });
    disk.free();
    // Asking again tells what became of it; it is not there twice.
    await store.workflows.append('e1', 1, steps(20, 63), { now: true });
    await store.workflows.append('e1', 1, steps(1, 83), { now: true });
    expect(await store.workflows.events('e1', 61)).toEqual([...long, ...steps(21, 63)]);
    await store.close();
    expect(integrityOf(store.file)).toBe('ok');
  });

  test('who claims it afterwards has all of the journal that there will ever be', async () => {
    const folder = temporaryFolder();
    const disk = fullDisk();
    const store = await openLocalStore(folder, disk.fileSystem, { busyTimeoutMs: 200 });
    await create(store, 'e1');
    disk.fillAfter(0);
    await expect(store.workflows.append('e1', 1, steps(3, 2), { now: true })).rejects.toMatchObject({ code: 'disk-full' });
    await expect(store.workflows.claim('e1')).rejects.toMatchObject({ code: 'disk-full' });
    disk.free();
    const other = await openLocalStore(folder);
    expect(await other.workflows.claim('e1', { takeOver: true })).toEqual({ epoch: 2 });
    // What the first one still had on its way is refused.
    await expect(store.workflows.append('e1', 1, steps(3, 2), { now: true })).rejects.toMatchObject(lost);
    await store.flush();
    expect(await other.workflows.events('e1')).toEqual(numbered([started()], 1));
  });

  test('the same numbers with other events are no repetition', async () => {
    const store = await openLocalStore(temporaryFolder());
    await create(store, 'e1');
    await store.workflows.append('e1', 1, steps(3, 2));
    await store.workflows.append('e1', 1, steps(4, 3));
    expect(await store.workflows.execution('e1')).toMatchObject({ lastSeq: 6 });
    await expect(store.workflows.append('e1', 1, numbered([{ type: 'step.cancelled', step: 's#1', reason: 'no' }], 6))).rejects.toMatchObject(lost);
    await expect(store.workflows.append('e1', 1, steps(2, 6).map((event) => ({ ...event, at: 5 })))).rejects.toMatchObject(lost);
    expect(await store.workflows.events('e1', 1)).toEqual(steps(5, 2));
  });
});
