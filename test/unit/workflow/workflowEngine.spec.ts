import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition } from '../../../src/model/workflow/definition';
import type { ExecutionState } from '../../../src/model/workflow/state';
import type { Store } from '../../../src/storage/store';
import { expectCode } from '../../support/expectCode';
import { openTestStore, temporaryFolder } from '../../support/storageHarness';
import { waitFor } from '../../support/waitFor';
import { edge, node, workflow } from '../../support/workflowDriver';
import { gate, openEngine, untilStopped, type TestEngine } from '../../support/workflowEngines';

const chain = workflow([node('start', 'start'), node('a', 'notify', { message: 'A' }), node('b', 'notify', { message: 'B' }), node('end', 'end', { result: { last: '${nodes.b.output?.said ?? null}' } })], [edge('start', 'a'), edge('a', 'b'), edge('b', 'end')]);
const asking = workflow(
  [node('start', 'start'), node('a', 'notify', { message: 'A' }), node('ask', 'approval', { message: 'Go on?', content: { version: 1 } }), node('b', 'notify', { message: 'B' }), node('end', 'end'), node('no', 'end', { status: 'failed' })],
  [edge('start', 'a'), edge('a', 'ask'), edge('ask', 'b', { outcome: 'approved' }), edge('ask', 'no', { outcome: 'rejected' }), edge('b', 'end')],
);

function statuses({ steps }: ExecutionState): Record<string, string> {
  return Object.fromEntries([...steps.values()].map(({ id, status }) => [id, status]));
}

async function openApproval(engine: TestEngine, execution: string): Promise<{ readonly approval: string; readonly hash: string }> {
  const open = await waitFor('the approval', async () => (await engine.openApprovals()).find((approval) => approval.execution === execution));
  return { approval: open.id, hash: open.hash };
}

describe('an execution', () => {
  it('runs to its end, is on record, and is seen by views and by events', async () => {
    const store = await openTestStore(temporaryFolder());
    const engine = openEngine(store, { behaviours: { b: () => ({ outcome: 'passed', output: { said: 'done' }, costNano: 3, tokensIn: 2 }) } });
    const appended: string[] = [];
    engine.onDidAppend(({ events }) => appended.push(...events.map(({ type }) => type)));
    let changes = 0;
    engine.onDidChange(() => changes++);
    const state = await engine.executeWorkflow({ ...chain, variables: { branch: { type: 'string', default: 'main' } }, budgetUSD: 2 });
    expect(state).toMatchObject({ status: 'succeeded', by: 'Ada', variables: { branch: 'main' }, budgetNano: 2e9, costNano: 3, result: { value: { last: 'done' } } });
    expect(engine.ran).toEqual(['a#1', 'b#1']);
    const [record] = await engine.executions();
    expect(record).toMatchObject({ id: state.id, workflow: 'driven', name: 'Driven', status: 'succeeded', owner: 'none', host: 'test', by: 'Ada' });
    const view = await engine.execution(state.id.slice(0, 8));
    expect(statuses(view.state)).toEqual(statuses(state));
    expect(view).toMatchObject({ pending: [], definition: { id: 'driven', budgetUSD: 2 } });
    expect((await engine.events(state.id)).map(({ type }) => type).slice(1)).toEqual(appended);
    expect(changes).toBeGreaterThan(0);
    await expectCode(engine.resume(state.id), 'execution-finished');
  });

  it('is refused with variables that do not fit, a definition that is not right, or a node that is not there', async () => {
    const engine = openEngine(await openTestStore(temporaryFolder()));
    const definition: WorkflowDefinition = { ...chain, variables: { count: { type: 'number', required: true, options: [1, 2] }, list: { type: 'json' } } };
    expect((await expectCode(engine.start({ definition }), 'invalid-argument')).message).toContain('"count" of "Driven" needs a value');
    expect((await expectCode(engine.start({ definition, variables: { count: '1' } }), 'invalid-argument')).message).toContain('is a number, and was given as a string');
    expect((await expectCode(engine.start({ definition, variables: { count: 3 } }), 'invalid-argument')).advice).toContain('1, 2');
    expect((await expectCode(engine.start({ definition, variables: { count: 1, other: 2 } }), 'invalid-argument')).message).toContain('no variable "other"');
    await expectCode(engine.start({ definition, variables: { count: 1 }, trial: { node: 'nowhere' } }), 'invalid-argument');
    await expectCode(engine.start({ definition: { ...chain, edges: [edge('start', 'nowhere')] } }), 'workflow-invalid');
    expect(await engine.executions()).toEqual([]);
    expect(await engine.executeWorkflow(definition, { variables: { count: 2, list: [1, { two: 2 }] } })).toMatchObject({ variables: { count: 2, list: [1, { two: 2 }] } });
  });

  it('keeps long outputs as artifacts', async () => {
    const engine = openEngine(await openTestStore(temporaryFolder()), { behaviours: { b: () => ({ outcome: 'passed', output: { said: 'x'.repeat(10_000) } }) } });
    const { steps } = await engine.executeWorkflow(chain);
    const output = steps.get('b#1')?.output;
    expect(output).toMatchObject({ bytes: 10_011 });
    expect(await engine.artifact(output && 'artifact' in output ? output.artifact : '')).toEqual({ said: 'x'.repeat(10_000) });
  });

  it('can be tried out: one node, or with what others are pinned to', async () => {
    const engine = openEngine(await openTestStore(temporaryFolder()));
    const one = await engine.executeWorkflow(chain, { trial: { node: 'b' } });
    expect(one.status).toBe('succeeded');
    expect(engine.ran).toEqual(['b#1']);
    const pinned = { ...chain, nodes: chain.nodes.map((each) => (each.id === 'a' ? { ...each, pinned: { outcome: 'passed', output: 7 } } : each)) };
    expect(statuses(await engine.executeWorkflow(pinned, { trial: {} }))).toMatchObject({ 'a#1': 'reused', 'b#1': 'succeeded' });
    expect(engine.ran).toEqual(['b#1', 'b#1']);
  });

  it('knows the limit of what is run here, and only while it is', async () => {
    const door = gate();
    const engine = openEngine(await openTestStore(temporaryFolder()), { behaviours: { a: async () => { await door.passed; return undefined; } } });
    const { id, done } = await engine.start({ definition: chain, budgetNano: 5 });
    expect(engine.limitOf(id)).toBe(5);
    door.open();
    await done;
    expect(engine.limitOf(id)).toBeUndefined();
  });

  it('is removed once it has ended, and not before', async () => {
    const engine = openEngine(await openTestStore(temporaryFolder()), { behaviours: { a: untilStopped } });
    const { id, done } = await engine.start({ definition: chain });
    await expectCode(engine.remove(id), 'invalid-argument');
    await engine.cancel(id);
    expect((await done).status).toBe('cancelled');
    await engine.remove(id);
    await expectCode(engine.execution(id), 'execution-missing');
    await expectCode(engine.execution(''), 'execution-missing');
  });
});

describe('a fork of an execution', () => {
  it('does again only what follows, with other variables and another definition', async () => {
    let count = 0;
    const engine = openEngine(await openTestStore(temporaryFolder()), { behaviours: { a: () => ({ outcome: 'passed', output: ++count }), b: ({ scope }) => ({ outcome: 'passed', output: { said: `${String(scope.nodes['a']?.output)} ${String(scope.variables['word'])}` } }) } });
    const definition: WorkflowDefinition = { ...chain, variables: { word: { type: 'string', default: 'one', required: true } } };
    const source = await engine.executeWorkflow(definition);
    const fork = await (await engine.fork({ execution: source.id, node: 'b', variables: { word: 'two' } })).done;
    expect(fork).toMatchObject({ status: 'succeeded', fork: { execution: source.id, node: 'b' }, result: { value: { last: '1 two' } } });
    expect(engine.ran).toEqual(['a#1', 'b#1', 'b#1']);
    const later = { ...definition, name: 'Later', edges: [...definition.edges.slice(0, 2), { ...edge('b', 'end'), label: 'On' }] };
    expect(await (await engine.fork({ execution: fork.id, node: 'b', definition: later })).done).toMatchObject({ name: 'Later', result: { value: { last: '1 two' } } });
    expect(await (await engine.fork({ execution: source.id, node: 'b', only: true })).done).toMatchObject({ status: 'succeeded', trial: { node: 'b' } });
    expect(count).toBe(1);
    await expectCode(engine.fork({ execution: source.id, node: 'b', variables: { word: 2 } }), 'invalid-argument');
    await expectCode(engine.fork({ execution: source.id, node: 'nowhere' }), 'invalid-argument');
  });
});

describe('the limit of a fork', () => {
  it('is the one that the run was given, else that of the definition', async () => {
    const engine = openEngine(await openTestStore(temporaryFolder()));
    const limited: WorkflowDefinition = { ...chain, budgetUSD: 2 };
    const given = await engine.executeWorkflow(limited, { budgetNano: 5 });
    expect(await (await engine.fork({ execution: given.id, node: 'b', definition: { ...limited, budgetUSD: 9 } })).done).toMatchObject({ budgetNano: 5 });
    const own = await engine.executeWorkflow(limited);
    expect(await (await engine.fork({ execution: own.id, node: 'b', definition: { ...limited, budgetUSD: 9 } })).done).toMatchObject({ budgetNano: 9e9 });
    const fork = await (await engine.fork({ execution: own.id, node: 'b', definition: chain })).done;
    expect(fork.budgetNano).toBeUndefined();
  });
});

describe('two programs on one store', () => {
  async function twoStores(): Promise<readonly [Store, Store]> {
    const folder = temporaryFolder();
    return [await openTestStore(folder, { watchIntervalMs: 20 }), await openTestStore(folder, { watchIntervalMs: 20 })];
  }

  it('see the same, and only one runs it', async () => {
    const [mine, others] = await twoStores();
    const door = gate();
    const owner = openEngine(mine, { behaviours: { a: async () => { await door.passed; return undefined; } } });
    const watcher = openEngine(others);
    const { id, done } = await owner.start({ definition: chain });
    expect(await watcher.executions()).toMatchObject([{ id, status: 'running', owner: 'elsewhere' }]);
    expect(await owner.executions()).toMatchObject([{ id, owner: 'here' }]);
    await expectCode(watcher.resume(id), 'execution-owned');
    expect(await watcher.resumeAll()).toEqual([]);
    const before = (await watcher.execution(id)).state.seq;
    door.open();
    await done;
    const after = await watcher.execution(id);
    expect(after.state.seq).toBeGreaterThan(before);
    expect(after.state.status).toBe('succeeded');
    expect(watcher.ran).toEqual([]);
  });

  it('decide for each other while one runs it', async () => {
    const [mine, others] = await twoStores();
    const owner = openEngine(mine);
    const decider = openEngine(others, { by: () => Promise.resolve('Bob') });
    const { id, done } = await owner.start({ definition: asking });
    const { approval, hash } = await openApproval(decider, id);
    await expectCode(decider.decide({ execution: id, approval: 'nothing', decision: 'approved', hash }), 'approval-missing');
    await expectCode(decider.decide({ execution: id, approval, decision: 'approved', hash: 'another' }), 'approval-changed');
    await decider.decide({ execution: id, approval, decision: 'approved', hash, comment: 'Fine.' });
    const state = await done;
    expect(state.status).toBe('succeeded');
    expect([...state.approvals.values()]).toMatchObject([{ status: 'approved', decisions: [{ by: 'Bob', comment: 'Fine.' }] }]);
    await expectCode(decider.decide({ execution: id, approval, decision: 'rejected', hash }), 'approval-missing');
    await expectCode(decider.answer({ execution: id, step: 'a#1', answer: 'again' }), 'invalid-argument');
  });

  it('decide also while nobody runs it: whoever goes on with it takes the decision up', async () => {
    const [mine, others] = await twoStores();
    const owner = openEngine(mine);
    const { id, done } = await owner.start({ definition: asking });
    const { approval, hash } = await openApproval(owner, id);
    await owner.close();
    expect((await done).status).toBe('running');
    const decider = openEngine(others, { by: () => Promise.resolve('Bob') });
    expect(await decider.executions()).toMatchObject([{ id, owner: 'none', openApprovals: 1 }]);
    await decider.decide({ execution: id, approval, decision: 'approved', hash });
    expect((await decider.execution(id)).pending).toEqual([{ kind: 'decide', about: approval }]);
    const [resumed] = await decider.resumeAll();
    expect((await resumed?.done)?.status).toBe('succeeded');
    expect(owner.ran).toEqual(['a#1']);
    expect(decider.ran).toEqual(['b#1']);
    expect((await decider.execution(id)).pending).toEqual([]);
  });

  it('cancel for each other, and where nobody runs it', async () => {
    const [mine, others] = await twoStores();
    const owner = openEngine(mine, { behaviours: { a: untilStopped } });
    const other = openEngine(others, { behaviours: { a: untilStopped } });
    const first = await owner.start({ definition: chain });
    await other.cancel(first.id, 'Not needed.');
    expect(await first.done).toMatchObject({ status: 'cancelled', cancelRequested: { by: 'Ada', reason: 'Not needed.' } });
    const second = await owner.start({ definition: chain });
    await owner.close();
    expect((await second.done).status).toBe('running');
    await other.cancel(second.id);
    expect(await other.execution(second.id)).toMatchObject({ record: { status: 'cancelled', owner: 'none' }, pending: [] });
    expect(other.ran).toEqual([]);
    await other.cancel(second.id);
  });

  it('take over from each other: the one before is fenced, and what it had begun is ended', async () => {
    const [mine, others] = await twoStores();
    let stopped = false;
    const owner = openEngine(mine, { behaviours: { a: (context) => untilStopped(context).catch((error: unknown) => { stopped = true; throw error; }) } });
    const taker = openEngine(others);
    const { id, done } = await owner.start({ definition: chain });
    await waitFor('the step', async () => (await taker.execution(id)).state.steps.has('a#1'));
    const taken = await taker.resume(id, { takeOver: true });
    expect((await taken.done).status).toBe('succeeded');
    expect(taker.ran).toEqual(['a#1', 'b#1']);
    // The one before learns of it at its next word, at the latest when it is told to end.
    await owner.cancel(id);
    await owner.close();
    expect((await done).status).not.toBe('cancelled');
    expect(stopped).toBe(true);
    expect((await taker.execution(id)).state.status).toBe('succeeded');
  });

  it('resume only what their own kind of program has left', async () => {
    const folder = temporaryFolder();
    const editor = await openTestStore(folder, { kind: 'editor' });
    const first = openEngine(editor, { kind: 'editor', behaviours: { a: untilStopped } });
    const { id } = await first.start({ definition: chain });
    await first.close();
    await editor.close();
    const store = await openTestStore(folder, { kind: 'cli' });
    const cli = openEngine(store, { kind: 'cli' });
    expect(await cli.resumeAll()).toEqual([]);
    expect(await cli.executions()).toMatchObject([{ id, host: 'editor', owner: 'none' }]);
    expect((await (await cli.resume(id.slice(0, 10))).done).status).toBe('succeeded');
  });

  it('begin nothing while they close', async () => {
    const closing = new AbortController();
    const engine = openEngine(await openTestStore(temporaryFolder()), { closing: closing.signal });
    closing.abort();
    await expectCode(engine.start({ definition: chain }), 'stopped');
  });
});

describe('a parked execution', () => {
  it('goes on when a person wants it to', async () => {
    const store = await openTestStore(temporaryFolder());
    const first = openEngine(store, { behaviours: { a: untilStopped } });
    const { id } = await first.start({ definition: chain });
    await first.close();
    const seq = (await store.workflows.events(id)).length;
    const claimed = await store.workflows.claim(id);
    const epoch = claimed?.epoch ?? 0;
    await store.workflows.append(id, epoch, [{ type: 'execution.parked', reason: 'It was interrupted too often.', seq: seq + 1, at: 1, epoch }], { now: true });
    await store.workflows.release(id, epoch);
    const engine = openEngine(store);
    expect(await engine.resumeAll()).toEqual([]);
    expect(await engine.execution(id)).toMatchObject({ record: { status: 'parked', problem: 'It was interrupted too often.' } });
    expect(await (await engine.resume(id)).done).toMatchObject({ status: 'succeeded' });
  });
});
