import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decision, NewWorkflowEvent, WorkflowEvent, WorkflowSignal } from '../../../src/model/workflow/event';
import type { Store, StoreChange } from '../../../src/storage/store';
import { makeSession, makeSpan, openLocalStore, openTestStore, query, spanId, temporaryFolder, until } from '../../support/storageHarness';
import { approvalRequest, create, definitionHash, end, makeExecution, numbered, started, steps } from '../../support/workflowJournals';

const completed: NewWorkflowEvent = { type: 'execution.completed', status: 'succeeded', result: { value: 7 } };

function decision(id: string, changes: Partial<Extract<WorkflowSignal, { kind: 'decide' }>> = {}): WorkflowSignal {
  return { id, execution: 'e1', at: 5, by: 'Bob', kind: 'decide', approval: 'a1', decision: 'approved', hash: 'a'.repeat(64), ...changes };
}

describe('definitions and executions', () => {
  test('a definition is kept to the letter, once', async () => {
    const store = await openLocalStore(temporaryFolder());
    const text = '{ "id": "fix",\n "note": "sk-ant-\ud83d\ude00" }';
    const definition = { hash: definitionHash, workflow: 'fix', name: 'Fix it', text };
    await store.workflows.saveDefinition(definition);
    await store.workflows.saveDefinition({ ...definition, text: '{}', name: 'other' });
    expect(await store.workflows.definition(definitionHash)).toEqual(definition);
    expect(await store.workflows.definition('none')).toBeUndefined();
  });

  test('an execution is made once, with its first events, and is there for the next process', async () => {
    const folder = temporaryFolder();
    const store = await openTestStore(folder);
    const events = [...numbered([started()], 1), ...steps(3, 2)];
    expect(await store.workflows.create(makeExecution('e1', { parent: 'e0' }), events)).toBe(true);
    expect(await store.workflows.create(makeExecution('e1', { name: 'another' }), numbered([started()], 1))).toBe(false);
    expect(await store.workflows.execution('e1')).toEqual({ ...makeExecution('e1', { parent: 'e0' }), status: 'running', host: 'test', owner: 'here', epoch: 1, lastSeq: 4, openApprovals: 0 });
    await store.close();
    const next = await openTestStore(folder);
    expect(await next.workflows.events('e1')).toEqual(events);
    expect(await next.workflows.events('e1', 2)).toEqual(events.slice(2));
    expect(await next.workflows.events('none')).toEqual([]);
    expect(await next.workflows.execution('none')).toBeUndefined();
    expect(await next.workflows.execution('e1')).toMatchObject({ owner: 'none', epoch: 1, lastSeq: 4 });
  });

  test('its record says what the sessions made for it have spent, and what nobody knows is not nothing', async () => {
    const store = await openLocalStore(temporaryFolder());
    const call = { type: 'agent', name: 'openai:chat', provider: 'openai', model: 'm' } as const;
    const usage = { input: { text: 7, cacheRead: 3, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 2, reasoning: 1 } };
    for (const [id, executionId] of [['s1', 'e1'], ['s2', 'e1'], ['s3', 'e2'], ['s4', 'other']] as const) await store.sessions.save(makeSession(id, { executionId }));
    store.spans.write(makeSpan(spanId(1, 'fff'), { ...call, sessionId: 's1', costNano: 5, costBasis: 'computed', usage }));
    store.spans.write(makeSpan(spanId(2, 'fff'), { ...call, sessionId: 's2', costBasis: 'unknown', usage }));
    store.spans.write(makeSpan(spanId(3, 'fff'), { ...call, sessionId: 's3', costBasis: 'unknown', usage }));
    store.spans.write(makeSpan(spanId(4, 'fff'), { ...call, sessionId: 's4', costNano: 99, costBasis: 'computed', usage }));
    for (const id of ['e1', 'e2', 'e3']) await create(store, id);
    expect((await store.workflows.execution('e1'))?.spent).toEqual({ costNano: 5, tokensIn: 20, tokensOut: 6, unknownCosts: 1 });
    expect((await store.workflows.execution('e2'))?.spent).toEqual({ costNano: 0, tokensIn: 10, tokensOut: 3, unknownCosts: 1 });
    expect((await store.workflows.execution('e3'))?.spent).toBeUndefined();
  });

  test('first events that do not begin at one leave no execution behind', async () => {
    const store = await openLocalStore(temporaryFolder());
    await expect(store.workflows.create(makeExecution('e1'), steps(1, 2))).rejects.toMatchObject({ code: 'execution-lost' });
    expect(await store.workflows.execution('e1')).toBeUndefined();
  });

  test('its record says what its events come to', async () => {
    const store = await openLocalStore(temporaryFolder());
    await create(store, 'e1');
    const say = async (event: NewWorkflowEvent): Promise<unknown> => {
      const { lastSeq = 0 } = (await store.workflows.execution('e1')) ?? {};
      await store.workflows.append('e1', 1, numbered([event], lastSeq + 1));
      return store.workflows.execution('e1');
    };
    expect(await say({ type: 'execution.parked', reason: 'Too many restarts.' })).toMatchObject({ status: 'parked', problem: 'Too many restarts.', lastSeq: 2 });
    expect(await say({ type: 'execution.unparked', by: 'Ada' })).toEqual({ ...makeExecution('e1'), status: 'running', host: 'test', owner: 'here', epoch: 1, lastSeq: 3, openApprovals: 0 });
    expect(await say({ type: 'execution.completed', status: 'failed', error: { code: 'timeout', message: 'It took too long.', advice: 'Give it time.' } })).toMatchObject({ status: 'failed', problem: 'It took too long.', finishedAt: 1_004, lastSeq: 4 });
    await store.close();
    expect(query(store.file, 'SELECT status, started_at, finished_at, result FROM workflow_executions')).toEqual([{ status: 'failed', started_at: 1_000, finished_at: 1_004, result: null }]);
  });

  test('are listed newest first, by workflow, parent and status', async () => {
    const store = await openLocalStore(temporaryFolder());
    for (const [index, workflow] of ['fix', 'nightly', 'fix'].entries()) await create(store, `e${index}`, { workflow, startedAt: index });
    await create(store, 'child', { parent: 'e1', startedAt: 99 });
    await end(store, 'e2', 5);
    const ids = async (...filters: Parameters<Store['workflows']['executions']>): Promise<string[]> => (await store.workflows.executions(...filters)).map(({ id }) => id);
    expect(await ids()).toEqual(['e2', 'e1', 'e0']);
    expect(await ids({ workflow: 'fix' })).toEqual(['e2', 'e0']);
    expect(await ids({ parent: 'e1' })).toEqual(['child']);
    expect(await ids({ statuses: ['running', 'parked'] })).toEqual(['e1', 'e0']);
    expect(await ids({ statuses: [] })).toEqual([]);
    expect(await ids({ limit: 1 })).toEqual(['e2']);
  });

  test('others hear of every change, and a reader of the same process sees what was appended before', async () => {
    const folder = temporaryFolder();
    const [here, there] = [await openTestStore(folder), await openTestStore(folder)];
    const changes: StoreChange[] = [];
    const external: StoreChange[] = [];
    here.onDidChange((change) => changes.push(change));
    there.onDidChange((change) => change.external && external.push(change));
    await create(here, 'e1');
    await until(() => external.length > 0, 5_000);
    expect(external[0]?.tables).toContain('workflow_executions');
    void here.workflows.append('e1', 1, steps(2, 2));
    expect(await here.workflows.events('e1', 1)).toEqual(steps(2, 2));
    expect(changes).toContainEqual({ tables: ['workflow_executions'], external: false });
    expect((await there.workflows.events('e1')).length).toBe(3);
  });

  test('any text and any JSON survives', async () => {
    const store = await openLocalStore(temporaryFolder());
    await create(store, 'e1');
    let seq = 2;
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (value, reason, by) => {
        const events = numbered([{ type: 'step.completed', step: 's#1', outcome: 'passed', output: { value } }, { type: 'step.cancelled', step: 's#2', reason }, { type: 'execution.cancelRequested', by }], seq);
        await store.workflows.append('e1', 1, events, { now: true });
        expect(await store.workflows.events('e1', seq - 1)).toEqual(JSON.parse(JSON.stringify(events)) as WorkflowEvent[]);
        seq += events.length;
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['a hole', 'DELETE FROM workflow_events WHERE seq = 3'],
    ['no beginning', 'DELETE FROM workflow_events WHERE seq = 1'],
    ['no JSON', "UPDATE workflow_events SET data = '{\"step\"' WHERE seq = 3"],
    ['an event without what it needs', "UPDATE workflow_events SET data = '{\"step\":1,\"outcome\":\"passed\"}' WHERE seq = 3"],
    ['a kind that nobody knows', "UPDATE workflow_events SET type = 'constructor' WHERE seq = 3"],
  ])('a journal with %s is told, not folded', async (_name, damage) => {
    const folder = temporaryFolder();
    const store = await openTestStore(folder);
    await create(store, 'e1');
    await store.workflows.append('e1', 1, steps(3, 2));
    await store.close();
    const db = new DatabaseSync(store.file);
    db.exec(damage);
    db.close();
    const next = await openTestStore(folder);
    await expect(next.workflows.events('e1')).rejects.toMatchObject({ code: 'store-damaged' });
    expect(await next.workflows.events('e1', 3)).toEqual(steps(1, 4));
  });
});

describe('approvals', () => {
  test('several are open at once, oldest first; they close, open again, and end with their execution', async () => {
    const store = await openLocalStore(temporaryFolder());
    await create(store, 'e1');
    await create(store, 'e2', { name: 'Nightly', workflow: 'nightly' });
    const append = (id: string, from: number, ...events: NewWorkflowEvent[]): Promise<void> => store.workflows.append(id, 1, numbered(events, from));
    const open = async (): Promise<string[]> => (await store.workflows.openApprovals()).map(({ execution, id }) => `${execution} ${id}`);
    await append('e1', 2, approvalRequest('a1', { session: 's1', dueAt: 9_000, quorum: 2 }), approvalRequest('a2', { step: 'other#2' }));
    await append('e2', 2, approvalRequest('a1'));
    expect(await open()).toEqual(['e1 a1', 'e2 a1', 'e1 a2']);
    expect((await store.workflows.openApprovals())[0]).toEqual({
      id: 'a1', step: 'review#1', message: 'Merge it?', hash: 'a'.repeat(64), session: 's1', quorum: 2, requestedAt: 1_002, dueAt: 9_000, execution: 'e1', workflow: 'fix', executionName: 'Fix it',
    });
    expect(await store.workflows.execution('e1')).toMatchObject({ openApprovals: 2 });
    await append('e1', 4, { type: 'approval.decided', approval: 'a1', decision: 'approved', by: 'Bob', hash: 'a'.repeat(64), signal: 'g1' });
    expect(await open()).toContain('e1 a1');
    await append('e1', 5, { type: 'approval.closed', approval: 'a1', outcome: 'approved' });
    expect(await open()).toEqual(['e2 a1', 'e1 a2']);
    expect(await store.workflows.execution('e1')).toMatchObject({ openApprovals: 1 });
    await append('e1', 6, { type: 'approval.reopened', approval: 'a1', hash: 'b'.repeat(64), reason: 'It has changed.' });
    expect(await store.workflows.openApprovals()).toContainEqual(expect.objectContaining({ execution: 'e1', id: 'a1', hash: 'b'.repeat(64), message: 'Merge it?' }));
    await append('e1', 7, { type: 'execution.completed', status: 'cancelled' });
    expect(await open()).toEqual(['e2 a1']);
    expect(await store.workflows.execution('e1')).toMatchObject({ openApprovals: 0, status: 'cancelled' });
  });
});

describe('signals', () => {
  test('are kept in their order, whoever gave them, until an append consumes them', async () => {
    const folder = temporaryFolder();
    const [owner, other] = [await openTestStore(folder), await openTestStore(folder)];
    await create(owner, 'e1');
    const given: readonly WorkflowSignal[] = [
      decision('g3', { at: 9, comment: 'well done' }), { id: 'g1', execution: 'e1', at: 7, by: 'Bob', kind: 'answer', step: 'merge#1', answer: 'done' }, { id: 'g2', execution: 'e1', at: 8, by: 'Eve', kind: 'cancel', reason: 'enough' }, { id: 'g4', execution: 'e1', at: 8, by: 'Eve', kind: 'cancel' },
    ];
    for (const [index, signal] of given.entries()) await (index % 2 === 0 ? other : owner).workflows.signal(signal);
    await other.workflows.signal(decision('g3', { at: 99 }));
    expect(await owner.workflows.signals('e1')).toEqual(given);
    await owner.workflows.append('e1', 1, numbered([{ type: 'step.answered', step: 'merge#1', answer: 'done', by: 'Bob' }], 2), { consumed: ['g1', 'g3'] });
    expect((await other.workflows.signals('e1')).map(({ id }) => id)).toEqual(['g2', 'g4']);
    await owner.workflows.append('e1', 1, [], { consumed: ['g2'] });
    expect((await owner.workflows.signals('e1')).map(({ id }) => id)).toEqual(['g4']);
  });

  test('of words that nobody knows here are none: they must not count as consent', async () => {
    const store = await openLocalStore(temporaryFolder());
    await create(store, 'e1');
    await store.workflows.signal(decision('g1', { decision: 'perhaps' as never }));
    await store.workflows.signal({ id: 'g2', execution: 'e1', at: 8, by: 'Eve', kind: 'answer', step: 'merge#1', answer: 'perhaps' as never });
    expect(await store.workflows.signals('e1')).toEqual([]);
  });

  test('stay when the append that would consume them is refused, and end with the execution', async () => {
    const store = await openLocalStore(temporaryFolder());
    await create(store, 'e1');
    await create(store, 'e2');
    await store.workflows.signal(decision('g1'));
    await store.workflows.signal(decision('g2', { execution: 'e2' }));
    await expect(store.workflows.append('e1', 1, steps(1, 5), { consumed: ['g1'] })).rejects.toMatchObject({ code: 'execution-lost' });
    await store.workflows.append('e1', 1, steps(1, 2), { consumed: ['g2'] });
    expect(await store.workflows.signals('e1')).toEqual([decision('g1')]);
    expect(await store.workflows.signals('e2')).toHaveLength(1);
    await store.workflows.append('e1', 1, numbered([completed], 3));
    expect(await store.workflows.signals('e1')).toEqual([]);
  });

  test('to an execution that is not there are refused', async () => {
    const store = await openLocalStore(temporaryFolder());
    await expect(store.workflows.signal(decision('g1'))).rejects.toMatchObject({ code: 'execution-missing' });
  });

  test('the same decision of many processes at once is kept once each', { timeout: 30_000 }, async () => {
    const folder = temporaryFolder();
    const stores = await Promise.all(Array.from({ length: 3 }, () => openTestStore(folder)));
    const [owner] = stores;
    if (owner === undefined) throw new Error('no store');
    await create(owner, 'e1');
    const decisions: readonly Decision[] = ['approved', 'rejected'];
    await Promise.all(Array.from({ length: 24 }, (_, index) => stores[index % 3]?.workflows.signal(decision(`g${index % 12}`, { decision: decisions[index % 2] ?? 'approved' }))));
    expect((await owner.workflows.signals('e1')).map(({ id }) => id).sort()).toEqual(Array.from({ length: 12 }, (_, index) => `g${index}`).sort());
  });
});
