import { cpSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PowerLoss } from '../../support/crashPowerLoss';
import { seededRandom } from '../../support/seededRandom';
import { integrityOf, makeSpan, openLocalStore, spanId, temporaryFolder, writeVersionOne } from '../../support/storageHarness';

const spansPerBatch = 12;
const call = { type: 'agent', name: 'openai:chat', provider: 'openai', model: 'm', costBasis: 'computed' } as const;

/** Two acknowledged transactions; the second one rewrites a part of the first one. The number that was acknowledged. */
async function work(folder: string, disk: PowerLoss): Promise<number> {
  let acknowledged = 0;
  try {
    const store = await openLocalStore(folder, disk.fileSystem, { busyTimeoutMs: 50 });
    for (const batch of [1, 2]) {
      for (let index = 0; index < spansPerBatch; index++) {
        store.spans.write(makeSpan(spanId(1000 + batch * 4 + index, 'fff'), { ...call, sessionId: `batch-${batch}`, costNano: batch, attrs: { text: 'text '.repeat(60) } }));
      }
      await store.flush();
      acknowledged = batch;
    }
    await store.close();
  } catch {
    // The power is gone; what counts is what was acknowledged before.
  }
  return acknowledged;
}

async function seedStore(): Promise<string> {
  const folder = temporaryFolder();
  const store = await openLocalStore(folder);
  for (let index = 0; index < 200; index++) store.spans.write(makeSpan(spanId(index, 'eee'), { sessionId: 'seed' }));
  await store.close();
  return folder;
}

function seedVersionOne(): string {
  const folder = temporaryFolder();
  writeVersionOne(folder, (db) => {
    const insert = db.prepare("INSERT INTO telemetry_events (id, session_id, type, name, ts_start, ts_end, status, attrs, created_at, provider, cost_nano, cost_basis) VALUES (?, 'seed', 'agent', 'openai:chat', 1000, 1001, 'success', '{}', 1, 'openai', 5, 'computed')");
    for (let index = 0; index < 200; index++) insert.run(spanId(index, 'eee'));
  });
  return folder;
}

test.each(['an old store', 'a store of version 1', 'a new store'])('%s that loses power ahead of any change of the disk has what was acknowledged, whatever of the rest was written', { timeout: 300_000 }, async (kind) => {
  const seed = kind === 'an old store' ? await seedStore() : kind === 'a new store' ? temporaryFolder() : seedVersionOne();
  const copy = (): string => {
    const folder = path.join(temporaryFolder(), 'copy');
    cpSync(seed, folder, { recursive: true });
    return folder;
  };
  const rehearsal = copy();
  const whole = new PowerLoss(rehearsal, Number.POSITIVE_INFINITY, seededRandom(0));
  expect(await work(rehearsal, whole)).toBe(2);
  for (let failAt = 0; failAt < whole.calls; failAt++) {
    const folder = copy();
    const disk = new PowerLoss(folder, failAt, seededRandom(failAt));
    const acknowledged = await work(folder, disk);
    const found = path.join(temporaryFolder(), 'found');
    disk.restoreTo(found);
    const store = await openLocalStore(found);
    if (kind !== 'a new store') {
      expect(store.notices, `change ${failAt}`).toEqual([]);
      expect((await store.spans.bySession('seed')).length).toBe(200);
    }
    const counts = [(await store.spans.bySession('batch-1')).length, (await store.spans.bySession('batch-2')).length];
    expect(await store.check({ rebuild: false }), `change ${failAt}`).toMatchObject({ problems: [], wrongRollups: 0 });
    const possible = [[0, 0], [spansPerBatch, 0], [4, spansPerBatch]];
    expect(possible.slice(acknowledged), `change ${failAt}`).toContainEqual(counts);
    await store.close();
    expect(integrityOf(store.file), `change ${failAt}`).toBe('ok');
  }
});
