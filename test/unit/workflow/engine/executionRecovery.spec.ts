import { describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../../../src/base/errors';
import type { WorkflowSignal } from '../../../../src/model/workflow/event';
import { chain, executionBench, statuses, told, type Bench } from '../../../support/executionHarness';
import { expectCode } from '../../../support/expectCode';
import type { Context } from '../../../support/testExecutors';
import { edge, node, workflow } from '../../../support/workflowDriver';

function untilAborted({ signal }: Context): Promise<never> {
  return new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(signal.reason as Error); }); });
}

/** What a process leaves behind that ends in the midst of the step `a`. */
async function interrupted(bench: Bench, config: Readonly<Record<string, unknown>>, type: 'script' | 'amp' = 'script'): Promise<{ readonly id: string; readonly definition: ReturnType<typeof chain> }> {
  const definition = chain(node('a', type, config));
  const execution = await bench.start(definition);
  await expect.poll(async () => told(await bench.events(execution.id))).toContain('step.started a#1');
  await execution.handOver();
  return { id: execution.id, definition };
}

describe('a step that its process left in the midst', () => {
  it.each(['pure', 'idempotent'])('that is %s is run again, as the same attempt', async (effect) => {
    let isFirst = true;
    const bench = await executionBench({ a: { run: (context) => { if (!isFirst) return { outcome: 'passed' }; isFirst = false; return untilAborted(context); } } });
    const { id, definition } = await interrupted(bench, { effect });
    const state = await (await bench.resume(id, definition)).done;
    expect(state).toMatchObject({ status: 'succeeded', recoveries: 1, epoch: 2 });
    expect(bench.ran).toEqual(['a#1', 'a#1']);
    expect(state.steps.get('a#1')?.attempts.map(({ number, error }) => [number, error?.code])).toEqual([[1, 'interrupted'], [1, undefined]]);
  });

  it('that can be taken up again is, by its plan', async () => {
    const seen: unknown[] = [];
    const bench = await executionBench({ a: { plan: () => ({ session: 's1' }), run: untilAborted, reattach: ({ plan, attempt }) => { seen.push([plan, attempt]); return { outcome: 'passed', session: 's1' }; } } });
    const { id, definition } = await interrupted(bench, { effect: 'reattachable' }, 'amp');
    expect((await (await bench.resume(id, definition)).done).session).toBe('s1');
    expect(seen).toEqual([[{ session: 's1' }, 1]]);
    expect(bench.ran).toEqual(['a#1']);
  });

  it.each([['yes', ['a#1']], ['no', ['a#1', 'a#1']]] as const)('that must not be done twice is looked for: it has happened: %s', async (happened, ran) => {
    let isFirst = true;
    const bench = await executionBench({ a: {
      run: (context) => { if (!isFirst) return { outcome: 'passed' }; isFirst = false; return untilAborted(context); },
      probe: () => (happened === 'yes' ? { happened, result: { outcome: 'passed', output: 'found' } } : { happened }),
    } });
    const { id, definition } = await interrupted(bench, { effect: 'atMostOnce' });
    const state = await (await bench.resume(id, definition)).done;
    expect(state.steps.get('a#1')?.output).toEqual(happened === 'yes' ? { value: 'found' } : undefined);
    expect(bench.ran).toEqual(ran);
  });

  it.each([['again', 'succeeded', 2], ['done', 'succeeded', 1], ['failed', 'failed', 1]] as const)('is asked about where nobody can tell; the answer: %s', async (answer, status, runs) => {
    let isFirst = true;
    const bench = await executionBench({ a: { run: (context) => { if (!isFirst) return { outcome: 'passed' }; isFirst = false; return untilAborted(context); }, probe: () => { throw new Error('git is gone'); } } });
    const { id, definition } = await interrupted(bench, { effect: 'atMostOnce' });
    const asking = await bench.resume(id, definition);
    await expect.poll(() => asking.state.steps.get('a#1')?.status).toBe('asking');
    expect(asking.state.steps.get('a#1')?.question).toMatch(/Has it happened\?/);
    // The question waits for the next process, too.
    await asking.handOver();
    const next = await bench.resume(id, definition);
    next.take([await bench.signal(id, { kind: 'answer', by: 'Ada', step: 'a#1', answer })]);
    const state = await next.done;
    expect([state.status, bench.ran.length, state.recoveries]).toEqual([status, runs, 1]);
    expect(await bench.store.workflows.signals(id)).toEqual([]);
  });

  it('parks the execution when that has happened too often; who resumes it begins to count anew', async () => {
    const bench = await executionBench({ a: { run: untilAborted } });
    const { id, definition } = await interrupted(bench, {});
    for (let recovery = 1; recovery <= 10; recovery++) {
      const execution = await bench.resume(id, definition);
      await expect.poll(() => bench.ran.length).toBe(recovery + 1);
      await execution.handOver();
    }
    const parked = await bench.resume(id, definition);
    expect(await parked.done).toMatchObject({ status: 'parked', recoveries: 11 });
    expect(await bench.store.workflows.execution(id)).toMatchObject({ status: 'parked', owner: 'none' });
    expect(bench.ran).toHaveLength(11);
    const unparked = await bench.resume(id, definition);
    await expect.poll(() => bench.ran.length).toBe(12);
    expect(unparked.state).toMatchObject({ status: 'running', recoveries: 1 });
  });
});

describe('durability', () => {
  it('of all that led to an effect comes before it, and that of its end before the next one', async () => {
    const durable: string[][] = [];
    const look = async (context: Context): Promise<{ readonly outcome: string }> => {
      durable.push([context.step, ...told(await bench.events(context.execution.id)).slice(-2)]);
      return { outcome: 'passed' };
    };
    const bench = await executionBench({ a: { run: look }, b: { run: look } });
    await (await bench.start(chain(node('x'), node('a', 'script', { effect: 'atMostOnce' }), node('b', 'script', { effect: 'idempotent' })))).done;
    expect(durable).toEqual([['a#1', 'step.completed x#1', 'step.started a#1'], ['b#1', 'step.completed a#1', 'step.started b#1']]);
  });

  it('loses to another owner: the steps end, and nothing more is written', async () => {
    let reason: unknown;
    const bench = await executionBench({ a: { run: (context) => untilAborted(context).catch((error: unknown) => { reason = error; throw error; }) } });
    const definition = workflow([node('start', 'start'), node('a'), node('review', 'wait', { durationMs: 1000 })], [edge('start', 'a'), edge('start', 'review')]);
    const old = await bench.start(definition);
    await expect.poll(async () => told(await bench.events(old.id))).toContain('step.started a#1');
    const fresh = await bench.resume(old.id, definition);
    await expect.poll(async () => told(await bench.events(old.id))).toContain('execution.adopted');
    // Only now the old owner has something to say.
    bench.timers.advance(1000);
    expect(await old.done).toMatchObject({ status: 'running', epoch: 1 });
    expect(reason).toMatchObject({ code: 'stopped' });
    expect(statuses(fresh.state)).toMatchObject({ 'a#1': 'running', 'review#1': 'succeeded' });
    expect((await bench.events(old.id)).filter(({ epoch, type }) => epoch === 1 && type === 'step.completed')).toHaveLength(1);
  });

  it('that can never be had breaks the execution off', async () => {
    const bench = await executionBench({ a: { run: untilAborted } });
    const damaged = new OrchestratorError('store-damaged', 'The store is damaged.', 'Reload the window.');
    const execution = await bench.start(chain(node('a')), { journal: { append: () => Promise.reject(damaged), signals: () => Promise.resolve([]), release: () => Promise.resolve() } });
    await expectCode(execution.done, 'store-damaged');
    expect(execution.state).toMatchObject({ status: 'running', seq: 1 });
  });

  it('of a long output that can never be had does so, too: the step is not done', async () => {
    const bench = await executionBench({ a: { run: () => ({ outcome: 'passed', output: 'x'.repeat(5000) }) } });
    const faulty = new OrchestratorError('invalid-argument', 'No such folder can be.', 'Name another one.');
    const execution = await bench.start(chain(node('a')), { artifacts: { keep: () => Promise.reject(faulty), read: () => Promise.reject(faulty) } });
    await expectCode(execution.done, 'invalid-argument');
    expect(told(await bench.events(execution.id))).not.toContain('step.completed a#1');
  });
});

describe('a cancellation', () => {
  const definition = workflow(
    [node('start', 'start'), node('a'), node('deaf'), node('pause', 'wait', { durationMs: 1000 }), { ...node('again'), retry: { max: 1 } }],
    [edge('start', 'a'), edge('start', 'deaf'), edge('start', 'pause'), edge('start', 'again')],
  );
  const cancel: Omit<Extract<WorkflowSignal, { readonly kind: 'cancel' }>, 'id' | 'at' | 'execution'> = { kind: 'cancel', by: 'Ada', reason: 'enough' };

  it('ends all that is under way, at the latest some seconds later', async () => {
    const bench = await executionBench({ a: { run: untilAborted }, deaf: { run: () => new Promise(() => undefined) }, again: { run: () => { throw new Error('no'); } } });
    const execution = await bench.start(definition);
    await expect.poll(() => statuses(execution.state)).toEqual({ 'start#1': 'succeeded', 'a#1': 'running', 'deaf#1': 'running', 'pause#1': 'waiting', 'again#1': 'retrying' });
    const signal = await bench.signal(execution.id, cancel);
    execution.take([signal, signal]);
    await expect.poll(() => statuses(execution.state)['a#1']).toBe('cancelled');
    expect(execution.state.status).toBe('running');
    bench.timers.advance(10_000);
    const state = await execution.done;
    expect(state).toMatchObject({ status: 'cancelled', cancelRequested: { by: 'Ada', reason: 'enough' } });
    expect(new Set(Object.values(statuses(state)))).toEqual(new Set(['succeeded', 'cancelled']));
    expect(told(await bench.events(execution.id)).filter((type) => type === 'execution.cancelRequested')).toHaveLength(1);
    expect(bench.timers.due).toEqual([]);
    expect(await bench.store.workflows.signals(execution.id)).toEqual([]);
  });

  it('that came while nobody ran it is taken up before anything is done', async () => {
    const bench = await executionBench({ a: { run: untilAborted } });
    const { id, definition: one } = await interrupted(bench, {});
    await bench.signal(id, cancel);
    expect((await (await bench.resume(id, one)).done).status).toBe('cancelled');
    expect(bench.ran).toEqual(['a#1']);
  });

  it('of the paths that a join does not need leaves the others alone', async () => {
    const bench = await executionBench({ slow: { run: untilAborted } });
    const race = workflow([node('start', 'start'), node('slow'), node('fast'), node('first', 'parallel', { join: 'any' }), node('after')], [edge('start', 'slow'), edge('start', 'fast'), edge('slow', 'first'), edge('fast', 'first'), edge('first', 'after')]);
    const state = await (await bench.start(race)).done;
    expect([state.status, statuses(state)]).toEqual(['succeeded', { 'start#1': 'succeeded', 'slow#1': 'cancelled', 'fast#1': 'succeeded', 'first#1': 'succeeded', 'after#1': 'succeeded' }]);
  });
});
