import { cpSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { WorkflowEvent } from '../../../src/model/workflow/event';
import type { Store } from '../../../src/storage/store';
import type { ExecutionRecord } from '../../../src/storage/workflowStore';
import { startCrashProgram, twoAtATime } from '../../support/crashRun';
import { integrityOf, openLocalStore, openTestStore, temporaryFolder } from '../../support/storageHarness';
import { create, journalToKill, steps } from '../../support/workflowJournals';

const killed = 'SIGKILL';

/** What a record must say of these events, told from them alone. */
function expected(events: readonly WorkflowEvent[]): Pick<ExecutionRecord, 'status' | 'lastSeq' | 'openApprovals'> & Pick<Partial<ExecutionRecord>, 'problem'> {
  const open = new Set<string>();
  let status: ExecutionRecord['status'] = 'running';
  let problem: string | undefined;
  for (const event of events) {
    if (event.type === 'approval.requested' || event.type === 'approval.reopened') open.add(event.approval);
    if (event.type === 'approval.closed') open.delete(event.approval);
    if (event.type === 'execution.parked') [status, problem] = ['parked', event.reason];
    if (event.type === 'execution.unparked') [status, problem] = ['running', undefined];
    if (event.type === 'execution.completed') [status, problem] = [event.status, event.error?.message];
  }
  return { status, lastSeq: events.length, openApprovals: open.size, ...(problem !== undefined && { problem }) };
}

async function checkJournal(store: Store, id: string, planned: readonly WorkflowEvent[], promised: number, where: string): Promise<number> {
  const events = await store.workflows.events(id);
  expect(events.length, where).toBeGreaterThanOrEqual(promised);
  expect(events, where).toEqual(planned.slice(0, events.length));
  const record = await store.workflows.execution(id);
  if (events.length === 0) expect(record, where).toBeUndefined();
  else expect(record, where).toMatchObject({ ...expected(events), owner: 'none' });
  if (events.length > 0 && expected(events).problem === undefined) expect(record, where).not.toHaveProperty('problem');
  expect((await store.workflows.openApprovals()).filter(({ execution }) => execution === id), where).toHaveLength(record?.openApprovals ?? 0);
  return events.length;
}

test('killed at every write, some of them half done: the journals are prefixes, and their records say what is in them', { timeout: 360_000 }, async () => {
  const seed = temporaryFolder();
  const store = await openLocalStore(seed);
  await create(store, 'claimed');
  await store.workflows.signal({ id: 'g1', execution: 'claimed', at: 1, by: 'Bob', kind: 'cancel' });
  await create(store, 'bystander');
  await store.workflows.append('bystander', 1, steps(200, 2));
  await store.close();
  const dryRun = startCrashProgram('killJournal', copyOf(seed), '-1', 'whole');
  expect(await dryRun.ended).toMatchObject({ code: 0, errors: '' });
  const calls = dryRun.lines.at(-1)?.calls as readonly string[];
  expect(calls.length).toBeGreaterThan(30);

  // Nothing but a write changes what the next process reads; locks, and both ways of every write, are the matter of `crash.spec.ts`.
  const points = calls.flatMap((call, number) => (call === 'writeSync' ? [{ number, how: number % 2 === 0 ? 'half' : 'whole' }] : []));
  const lengths = new Set<string>();
  await twoAtATime(
    points.map(({ number, how }) => async () => {
      const where = `call ${number}, ${how}`;
      const folder = copyOf(seed);
      const run = startCrashProgram('killJournal', folder, String(number), how);
      expect((await run.ended).signal, where).toBe(killed);
      const promise = run.lines.findLast(({ made }) => made !== undefined) ?? {};
      const after = await openLocalStore(folder);
      expect(after.notices, where).toEqual([]);
      const made = await checkJournal(after, 'made', journalToKill.made, Number(promise.made ?? 0), where);
      const claimed = await checkJournal(after, 'claimed', journalToKill.claimed, Number(promise.claimed ?? 1), where);
      lengths.add(`${made} ${claimed}`);
      // The signal is there until the events that take it up are, and both go together.
      expect(await after.workflows.signals('claimed'), where).toHaveLength(claimed < 10 ? 1 : 0);
      expect(await after.workflows.events('bystander', 1), where).toEqual(steps(200, 2));
      expect(await after.check({ rebuild: false }), where).toMatchObject({ problems: [] });
      const claim = await after.workflows.claim('claimed');
      await after.workflows.append('claimed', claim?.epoch ?? 0, steps(1, claimed + 1, claim?.epoch), { now: true });
      await after.close();
      expect(integrityOf(after.file), where).toBe('ok');
    }),
  );
  // Each transaction is there as a whole or not at all.
  expect([...lengths].sort()).toEqual(['0 1', '1 1', '3 4', '6 10']);
});

test('kill -9 at random moments: what was promised is there, and the next owner goes on at once', { timeout: 300_000 }, async () => {
  const folder = temporaryFolder();
  let promised = 0;
  for (let round = 1; round <= 8; round++) {
    const run = startCrashProgram('own', folder, 'e1');
    await run.firstLine();
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
    run.child.kill(killed);
    expect((await run.ended).errors).toBe('');
    expect(run.lines[0]).toMatchObject({ epoch: round });
    expect(run.lines[0]?.durable).toBeGreaterThanOrEqual(promised);
    promised = Number(run.lines.at(-1)?.durable);
  }
  const store = await openTestStore(folder);
  const events = await store.workflows.events('e1');
  expect(events.length).toBeGreaterThanOrEqual(promised);
  expect(promised).toBeGreaterThan(20);
  expect(await store.workflows.execution('e1')).toMatchObject({ owner: 'none', host: 'cli', lastSeq: events.length, epoch: 8 });
  expect(events.map(({ epoch }) => epoch)).toEqual(events.map(({ epoch }) => epoch).sort((one, two) => one - two));
});

function copyOf(folder: string): string {
  const copy = path.join(temporaryFolder(), 'copy');
  cpSync(folder, copy, { recursive: true });
  return copy;
}
