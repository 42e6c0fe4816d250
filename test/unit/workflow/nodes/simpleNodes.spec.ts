import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../../src/base/clock';
import { nodeTypes } from '../../../../src/model/workflow/nodeConfig';
import { expectCode } from '../../../support/expectCode';
import { makeRepository, testRepositoryAt } from '../../../support/gitRepository';
import { openOrchestrator } from '../../../support/testOrchestrator';
import { done, nodeBench, type NodeBench } from '../../../support/workflowNodes';

const now = Date.UTC(2026, 0, 1);

async function makeBench(): Promise<NodeBench> {
  return nodeBench(await openOrchestrator(makeRepository().root), { clock: new SimulatedClock(now) });
}

describe('executors', () => {
  it('are there for all types, under their own names', async () => {
    const bench = await makeBench();
    expect(nodeTypes.map((type) => bench.executor(type).type)).toEqual([...nodeTypes]);
  });
});

describe('start and end', () => {
  it('give what an execution comes to', async () => {
    const bench = await makeBench();
    expect(await bench.run('start', {})).toEqual({ kind: 'done', outcome: 'passed' });
    expect(await bench.run('end', {})).toEqual({ kind: 'done', outcome: 'passed' });
    expect(await bench.run('end', { result: { sha: 'abc' }, message: 'Done' })).toEqual({ kind: 'done', outcome: 'passed', output: { sha: 'abc' } });
    expect(await bench.run('end', { status: 'failed', message: 'No way' })).toEqual({ kind: 'done', outcome: 'failed', output: { message: 'No way' } });
  });
});

describe('a condition', () => {
  const outcome = async (bench: NodeBench, expression: string): Promise<string> => done(await bench.run('condition', { expression })).outcome;

  it('gives its value as the outcome', async () => {
    const bench = await makeBench();
    expect(await outcome(bench, '1 < 2')).toBe('true');
    expect(await outcome(bench, '1 > 2')).toBe('false');
    expect(await outcome(bench, '"left"')).toBe('left');
  });

  it('refuses what no edge could name', async () => {
    const bench = await makeBench();
    for (const expression of ['undefined', 'null', '7', '({})', '[]', '""', '"x".repeat(101)', 'nowhere.to.be.found']) await expectCode(bench.run('condition', { expression }), 'expression-failed');
  });
});

describe('a parallel node', () => {
  const token = (id: string, failed?: true): { id: string; target: string; failed?: true } => ({ id, target: 'parallel', ...(failed === undefined ? {} : { failed }) });

  it('has passed when as many paths as it asks for have not failed', async () => {
    const bench = await makeBench();
    const cases = [
      ['all', 3, 0, 'passed'],
      ['all', 2, 1, 'failed'],
      ['any', 1, 2, 'passed'],
      ['any', 0, 3, 'failed'],
      [2, 2, 1, 'passed'],
      [2, 1, 2, 'failed'],
      [undefined, 1, 0, 'passed'],
    ] as const;
    for (const [join, arrived, failed, outcome] of cases) {
      const tokens = [...Array.from({ length: arrived }, (_, index) => token(`a${index}`)), ...Array.from({ length: failed }, (_, index) => token(`f${index}`, true))];
      expect(await bench.run('parallel', join === undefined ? {} : { join }, { tokens }), `${join} ${arrived} ${failed}`).toEqual({ kind: 'done', outcome, output: { arrived, failed } });
    }
  });
});

describe('a wait', () => {
  it('is due after a time or at a time', async () => {
    const bench = await makeBench();
    expect(await bench.run('wait', { durationMs: 5000 })).toEqual({ kind: 'timer', dueAt: now + 5000 });
    expect(await bench.run('wait', { until: '"2026-01-02T00:00:00Z"' })).toEqual({ kind: 'timer', dueAt: now + 86_400_000 });
    expect(await bench.run('wait', { until: `${now} + 1` })).toEqual({ kind: 'timer', dueAt: now + 1 });
    await expectCode(bench.run('wait', { until: '"soon"' }), 'expression-failed');
    await expectCode(bench.run('wait', { until: '1e300' }), 'expression-failed');
    await expectCode(bench.run('wait', {}), 'invalid-argument');
  });

  it('does not begin anew after a restart', async () => {
    const bench = await makeBench();
    const { plan } = await bench.context('wait', { durationMs: 5000 });
    const clock = new SimulatedClock(now + 4000);
    const later = nodeBench(await openOrchestrator(makeRepository().root), { clock });
    expect(await later.run('wait', { durationMs: 5000 }, { plan })).toEqual({ kind: 'timer', dueAt: now + 5000 });
  });
});

describe('a notice', () => {
  it('is said', async () => {
    const bench = await makeBench();
    const context = await bench.context('notify', { message: 'Look', level: 'warning' });
    expect(await bench.executor('notify').run(context)).toEqual({ kind: 'done', outcome: 'passed', output: { message: 'Look', level: 'warning' } });
    expect(bench.notices).toEqual([{ execution: context.execution.root, message: 'Look', level: 'warning' }]);
  });
});

describe('an approval', () => {
  it('is bound to the last commit of the session and to its content', async () => {
    const { root } = makeRepository();
    const orchestrator = await openOrchestrator(root);
    const bench = nodeBench(orchestrator, { clock: new SimulatedClock(now) });
    const session = await orchestrator.sessions.create({ agent: 'command', agentOptions: { argv: ['node', '-e', ''] }, prompt: 'x' });
    const context = await bench.context('approval', { message: 'Merge it?', content: { score: 80 }, quorum: 2, timeoutMs: 1000 }, { session: session.id });
    const end = await bench.executor('approval').run(context);
    expect(end).toEqual({ kind: 'approval', request: { message: 'Merge it?', content: { commit: session.baseSha, content: { score: 80 } }, session: session.id, quorum: 2, dueAt: now + 1000 } });
    const worktree = testRepositoryAt(session.worktree);
    worktree.write('new.txt', 'x');
    const commit = worktree.commit('More work');
    expect(await bench.executor('approval').content?.(context)).toEqual({ commit, content: { score: 80 } });
    await orchestrator.sessions.delete(session.id);
    expect(await bench.executor('approval').content?.(context)).toEqual({ commit: null, content: { score: 80 } });
  });

  it('needs no session', async () => {
    const bench = await makeBench();
    expect(await bench.run('approval', { message: 'Go on?' })).toEqual({ kind: 'approval', request: { message: 'Go on?', content: {}, quorum: 1 } });
  });
});
