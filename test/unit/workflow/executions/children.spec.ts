import { describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../../../src/base/errors';
import type { ExecutionState } from '../../../../src/model/workflow/state';
import { childId } from '../../../../src/workflow/executions/children';
import { StepFailure } from '../../../../src/workflow/nodeExecutor';
import { openTestStore, temporaryFolder } from '../../../support/storageHarness';
import { waitFor } from '../../../support/waitFor';
import { edge, node, workflow } from '../../../support/workflowDriver';
import { openEngine, untilStopped, type Behaviour } from '../../../support/workflowEngines';

const inner = { ...workflow([node('start', 'start'), node('deep', 'notify', { message: 'x' }), node('end', 'end', { result: { word: '${variables.word}' } })], [edge('start', 'deep'), edge('deep', 'end')]), id: 'inner', name: 'Inner', variables: { word: { type: 'string', default: 'none' } } } as const;
const outer = { ...workflow([node('start', 'start'), node('call', 'workflow', { workflow: 'inner', variables: { word: 'hello' } }), node('end', 'end')], [edge('start', 'call'), edge('call', 'end', { outcome: 'passed' })]), id: 'outer', name: 'Outer' };
const workflows = { 'inner.json': inner };

function childOf({ id }: Pick<ExecutionState, 'id'>): string {
  return childId(id, 'call#1', 'workflow');
}

describe('the id of a child', () => {
  it('is the same for the same step and key, looks like any other, and differs for every other', () => {
    const ids = [['e', 's#1', 'k'], ['e', 's#1', 'l'], ['e', 's#2', 'k'], ['f', 's#1', 'k'], ['e', 's#1k', '']].map(([execution = '', step = '', key = '']) => childId(execution, step, key));
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^[0-9A-Za-z]{21}$/);
    expect(childId('e', 's#1', 'k')).toBe(ids[0]);
  });
});

describe('a workflow that runs another one', () => {
  it('gets its result, hands its variables down, and adds up what it cost', async () => {
    const engine = openEngine(await openTestStore(temporaryFolder()), { workflows, behaviours: { deep: () => ({ outcome: 'passed', costNano: 5, tokensIn: 3, session: 's1' }) } });
    const state = await engine.executeWorkflow(outer, { budgetNano: 9 });
    expect(state).toMatchObject({ status: 'succeeded', costNano: 5, session: 's1' });
    expect(state.steps.get('call#1')).toMatchObject({ output: { value: { execution: childOf(state), status: 'succeeded', result: { word: 'hello' } } }, tokensIn: 3 });
    expect((await engine.executions()).map(({ id }) => id)).toEqual([state.id]);
    expect(await engine.executions({ parent: state.id })).toMatchObject([{ id: childOf(state), workflow: 'inner', status: 'succeeded', parent: state.id }]);
    expect((await engine.execution(childOf(state))).state).toMatchObject({ parent: { execution: state.id, step: 'call#1' }, by: 'Ada' });
  });

  it('is never told to do again what has ended: the same key is the same child', async () => {
    const twice = { ...workflow([node('start', 'start'), node('twice', 'notify', { message: 'x' }), node('end', 'end')], [edge('start', 'twice'), edge('twice', 'end')]), id: 'twice', name: 'Twice' };
    const engine = openEngine(await openTestStore(temporaryFolder()), {
      workflows,
      behaviours: {
        twice: async ({ children }) => {
          const definition = await children.definition('inner');
          const one = await children.run({ key: 'k', start: () => ({ definition }) });
          const again = await children.run({ key: 'k', start: () => { throw new Error('it is there already'); } });
          const other = await children.run({ key: 'l', start: () => ({ definition, variables: { word: 'other' } }) });
          return { outcome: 'passed', output: [again.execution === one.execution, again.result, other.result] };
        },
      },
    });
    expect((await engine.executeWorkflow(twice)).steps.get('twice#1')?.output).toEqual({ value: [true, { word: 'none' }, { word: 'other' }] });
    expect(engine.ran).toEqual(['deep#1', 'deep#1', 'twice#1']);
  });

  it('gives the root to its children, whose budget is the root’s', async () => {
    const roots: string[] = [];
    const middle = { ...outer, id: 'middle', name: 'Middle', nodes: outer.nodes.map((each) => (each.id === 'call' ? { ...each, config: { workflow: 'outer' } } : each)) };
    const engine = openEngine(await openTestStore(temporaryFolder()), { workflows: { ...workflows, 'outer.json': outer }, behaviours: { deep: ({ execution }) => { roots.push(execution.root); return undefined; } } });
    const { id } = await engine.executeWorkflow(middle);
    expect(roots).toEqual([id]);
  });

  it('fails where the other one is missing, fails, or calls itself for ever', async () => {
    const itself = { ...outer, id: 'itself', nodes: outer.nodes.map((each) => (each.id === 'call' ? { ...each, config: { workflow: 'itself' } } : each)) };
    const engine = openEngine(await openTestStore(temporaryFolder()), { workflows: { 'itself.json': itself } });
    expect((await engine.executeWorkflow(outer)).error).toMatchObject({ code: 'workflow-missing' });
    const state = await engine.executeWorkflow(itself);
    expect(state).toMatchObject({ status: 'failed', error: { code: 'step-failed' } });
    expect((await engine.executions({ parent: state.id }))[0]).toMatchObject({ status: 'failed' });
  });

  it('cancels it', async () => {
    const engine = openEngine(await openTestStore(temporaryFolder()), { workflows, behaviours: { deep: untilStopped } });
    const { id, done } = await engine.start({ definition: outer });
    await waitFor('the child', async () => (await engine.executions({ parent: id })).length > 0);
    await engine.cancel(id);
    expect((await done).status).toBe('cancelled');
    expect(await engine.executions({ parent: id })).toMatchObject([{ status: 'cancelled', owner: 'none' }]);
  });

  it('goes on with it after a restart as it began, and never runs again what it had done', async () => {
    const folder = temporaryFolder();
    const store = await openTestStore(folder);
    const two = { ...inner, nodes: [...inner.nodes, node('more', 'notify', { message: 'y' })], edges: [edge('start', 'deep'), edge('deep', 'more'), edge('more', 'end')] };
    const first = openEngine(store, { workflows: { 'inner.json': two }, behaviours: { more: untilStopped } });
    const { id, done } = await first.start({ definition: outer });
    const child = childOf({ id });
    await waitFor('the second step', async () => (await first.executions({ parent: id })).length > 0 && (await first.execution(child)).state.steps.has('more#1'));
    await first.close();
    expect((await done).status).toBe('running');
    expect((await first.execution(child)).state.status).toBe('running');
    // What the file says now is for the next one.
    const second = openEngine(store, { workflows });
    const [resumed, ...others] = await second.resumeAll();
    expect(others).toEqual([]);
    expect((await resumed?.done)?.status).toBe('succeeded');
    expect(second.ran).toEqual(['more#1']);
    expect((await second.execution(child)).state.latest.get('deep')).toMatchObject({ pass: 1, status: 'succeeded' });
  });

  it('is resumed where its child is, and takes over what the owner before left behind', async () => {
    const folder = temporaryFolder();
    const [mine, others] = [await openTestStore(folder, { watchIntervalMs: 20 }), await openTestStore(folder, { watchIntervalMs: 20 })];
    const root = temporaryFolder();
    const owner = openEngine(mine, { workflows, repositoryRoot: root, behaviours: { deep: untilStopped } });
    const { id } = await owner.start({ definition: outer });
    const child = childOf({ id });
    await waitFor('the child', async () => (await owner.executions({ parent: id })).length > 0 && (await owner.execution(child)).state.steps.has('deep#1'));
    const taker = openEngine(others, { workflows, repositoryRoot: root });
    const taken = await taker.resume(child, { takeOver: true });
    expect(taken.id).toBe(id);
    expect((await taken.done).status).toBe('succeeded');
    expect(taker.ran).toEqual(['deep#1']);
    await owner.close();
    expect((await taker.execution(child)).state.status).toBe('succeeded');
  });

  it('goes on with it also when its file is gone, and cannot begin one then', async () => {
    const store = await openTestStore(temporaryFolder());
    const first = openEngine(store, { workflows, behaviours: { deep: untilStopped } });
    const { id } = await first.start({ definition: outer });
    await waitFor('the child', async () => (await first.executions({ parent: id })).length > 0 && (await first.execution(childOf({ id }))).state.steps.has('deep#1'));
    await first.close();
    const second = openEngine(store);
    expect((await (await second.resume(id)).done)).toMatchObject({ status: 'succeeded' });
    expect(second.ran).toEqual(['deep#1']);
    expect((await second.executeWorkflow(outer)).error?.code).toBe('workflow-missing');
  });

  it('has used what it had used when it was called off, also by who takes over', async () => {
    const store = await openTestStore(temporaryFolder());
    const stops: Behaviour = (context) => untilStopped(context).catch((error: unknown) => { throw new StepFailure(new OrchestratorError('stopped', 'Stopped.', '', { cause: error }), { costNano: 7, tokensIn: 3 }); });
    const two = { ...inner, nodes: [...inner.nodes, node('more', 'notify', { message: 'y' })], edges: [edge('start', 'deep'), edge('deep', 'more'), edge('more', 'end')] };
    const options = { workflows: { 'inner.json': two }, behaviours: { deep: () => ({ outcome: 'passed', costNano: 5 }), more: stops } };
    const first = openEngine(store, options);
    const begun = async (): Promise<{ readonly id: string; readonly done: Promise<ExecutionState> }> => {
      const running = await first.start({ definition: outer });
      await waitFor('the second step', async () => (await first.executions({ parent: running.id })).length > 0 && (await first.execution(childOf(running))).state.steps.has('more#1'));
      return running;
    };
    const one = await begun();
    await first.cancel(one.id);
    expect(await one.done).toMatchObject({ status: 'cancelled', costNano: 12 });
    const left = await begun();
    await first.close();
    const second = openEngine(store, options);
    await second.cancel(left.id);
    const { state } = await second.execution(left.id);
    expect(state).toMatchObject({ status: 'cancelled', costNano: 5 });
    expect(state.steps.get('call#1')).toMatchObject({ status: 'cancelled', costNano: 5 });
    expect((await second.execution(childOf(left))).state.status).toBe('cancelled');
  });

  it('is traced with it: its span lies below that of the step', async () => {
    const store = await openTestStore(temporaryFolder());
    const { id } = await openEngine(store, { workflows }).executeWorkflow(outer);
    const spans = await store.spans.bySession(id);
    const depth = (parentId: string | undefined): number => { const parent = spans.find((span) => span.id === parentId); return parent === undefined ? 0 : 1 + depth(parent.parentId); };
    expect(spans.map(({ name, parentId }) => `${'  '.repeat(depth(parentId))}${name}`)).toEqual(['workflow Outer', '  start', '  call', '    workflow Inner', '      start', '      deep', '      end', '  end']);
  });

  it('asks for approvals as its parent does', async () => {
    const asks = { ...inner, nodes: inner.nodes.map((each) => (each.id === 'deep' ? { ...each, type: 'approval' as const } : each)), edges: [edge('start', 'deep'), edge('deep', 'end', { outcome: 'approved' })] };
    const engine = openEngine(await openTestStore(temporaryFolder()), { workflows: { 'inner.json': asks } });
    const refused = await engine.executeWorkflow(outer, { approvals: 'fail' });
    expect(refused.status).toBe('failed');
    const { done } = await engine.start({ definition: outer });
    const approval = await waitFor('the approval', async () => (await engine.openApprovals())[0]);
    await engine.decide({ execution: approval.execution, approval: approval.id, decision: 'approved', hash: approval.hash });
    expect((await done).status).toBe('succeeded');
  });

  it('does not leave a child behind that a crash separated from it', async () => {
    const store = await openTestStore(temporaryFolder());
    const behaviours: Record<string, Behaviour> = { deep: untilStopped };
    const first = openEngine(store, { workflows, behaviours });
    const { id } = await first.start({ definition: outer });
    const child = childOf({ id });
    await waitFor('the child', async () => (await first.executions({ parent: id })).length > 0);
    await first.close();
    const second = openEngine(store, { workflows });
    await second.cancel(id);
    expect((await second.execution(id)).state.status).toBe('cancelled');
    expect((await second.execution(child)).state.status).toBe('cancelled');
    expect(second.ran).toEqual([]);
  });

  it('takes what is pinned in its child too, where all of it is tried out', async () => {
    const pinned = { ...inner, nodes: inner.nodes.map((each) => (each.id === 'deep' ? { ...each, pinned: { outcome: 'passed' } } : each)) };
    const engine = openEngine(await openTestStore(temporaryFolder()), { workflows: { 'inner.json': pinned } });
    expect((await engine.executeWorkflow(outer, { trial: {} })).status).toBe('succeeded');
    expect(engine.ran).toEqual([]);
    expect((await engine.executeWorkflow(outer)).status).toBe('succeeded');
    expect(engine.ran).toEqual(['deep#1']);
  });

  it('is not begun where two hundred are at work already: one that calls itself more than once would be without end', { timeout: 120_000 }, async () => {
    const many = { ...workflow([node('start', 'start'), node('many', 'notify', { message: 'x' }), node('end', 'end')], [edge('start', 'many'), edge('many', 'end')]), id: 'many', name: 'Many' };
    const engine = openEngine(await openTestStore(temporaryFolder()), {
      behaviours: {
        many: async ({ children }) => {
          for (let index = 1; index < 200; index++) void children.run({ key: `${index}`, start: () => ({ definition: inner }) }).catch(() => undefined);
          await waitFor('the others', () => deep.size === 199, 60_000);
          await children.run({ key: 'last', start: () => ({ definition: inner }) });
          return undefined;
        },
        deep: (context) => {
          deep.add(context.execution.id);
          return untilStopped(context);
        },
      },
    });
    const deep = new Set<string>();
    expect(await engine.executeWorkflow(many)).toMatchObject({ status: 'failed', error: { code: 'workflow-invalid' } });
    expect(deep.size).toBe(199);
  });
});
