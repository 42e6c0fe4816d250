import { describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../../../src/base/errors';
import { retryDelayMs } from '../../../../src/workflow/engine/retries';
import { StepFailure } from '../../../../src/workflow/nodeExecutor';
import { chain, executionBench, told } from '../../../support/executionHarness';
import type { Context } from '../../../support/testExecutors';
import { edge, node, workflow } from '../../../support/workflowDriver';

function untilAborted({ signal }: Context): Promise<never> {
  return new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(signal.reason as Error); }); });
}

describe('the wait before a retry', () => {
  it.each([
    ['no policy', undefined, 1, 'agent-failed', undefined],
    ['the first one', { max: 2, jitter: 0 }, 1, 'agent-failed', 1000],
    ['the second one', { max: 2, jitter: 0 }, 2, 'agent-failed', 2000],
    ['none is left', { max: 2 }, 3, 'agent-failed', undefined],
    ['no longer than its bound', { max: 50, jitter: 0 }, 40, 'agent-failed', 300_000],
    ['a part of it by chance', { max: 1, backoffMs: 1000, jitter: 0.5 }, 1, 'agent-failed', 750],
    ['an error that no retry mends', { max: 1 }, 1, 'budget-exceeded', undefined],
    ['one that it is said for', { max: 1, jitter: 0, on: ['budget-exceeded'] }, 1, 'budget-exceeded', 1000],
    ['another one', { max: 1, on: ['timeout'] }, 1, 'agent-failed', undefined],
  ])('%s', (_what, policy, attempt, code, expected) => {
    expect(retryDelayMs(policy, attempt, code, () => 0.5)).toBe(expected);
  });
});

describe('a step that fails', () => {
  it('is tried again after its wait, with its plan, and what each attempt cost is paid', async () => {
    const plans: unknown[] = [];
    const bench = await executionBench({ a: { plan: () => ({ id: plans.length }), run: ({ attempt, plan }) => {
      plans.push(plan);
      if (attempt < 3) throw new StepFailure(new OrchestratorError('agent-failed', `no ${attempt}`, 'Again.'), { costNano: 10 });
      return { outcome: 'passed', costNano: 5 };
    } } });
    const execution = await bench.start(chain({ ...node('a', 'amp', { effect: 'reattachable' }), retry: { max: 2, backoffMs: 100, jitter: 0 } }));
    await expect.poll(() => bench.timers.due).toEqual([1_000_100]);
    bench.timers.advance(100);
    await expect.poll(() => bench.timers.due).toEqual([1_000_300]);
    bench.timers.advance(200);
    const state = await execution.done;
    expect(state).toMatchObject({ status: 'succeeded', costNano: 25 });
    expect(plans).toEqual([{ id: 0 }, { id: 0 }, { id: 0 }]);
    expect(state.steps.get('a#1')?.attempts.map(({ number, error }) => [number, error?.message])).toEqual([[1, 'no 1'], [2, 'no 2'], [3, undefined]]);
  });

  it('waits on for its retry in the next process', async () => {
    const bench = await executionBench({ a: { run: ({ attempt }) => { if (attempt === 1) throw new Error('no'); return { outcome: 'passed' }; } } });
    const definition = chain({ ...node('a'), retry: { max: 1, backoffMs: 60_000, jitter: 0 } });
    const first = await bench.start(definition);
    await expect.poll(() => bench.timers.due).toHaveLength(1);
    await first.handOver();
    expect(bench.timers.due).toEqual([]);
    const second = await bench.resume(first.id, definition);
    await expect.poll(() => bench.timers.due).toEqual([1_060_000]);
    bench.timers.advance(60_000);
    expect((await second.done).status).toBe('succeeded');
    expect(bench.ran).toEqual(['a#1', 'a#1 (2)']);
    expect(second.state.recoveries).toBe(0);
  });

  it('has a time for each attempt and one for all of them', async () => {
    const bench = await executionBench({ a: { run: untilAborted } });
    const execution = await bench.start(chain({ ...node('a'), attemptTimeoutMs: 1000, timeoutMs: 2600, retry: { max: 9, backoffMs: 100, factor: 1, jitter: 0 } }));
    await expect.poll(() => bench.ran).toHaveLength(1);
    bench.timers.advance(1000);
    await expect.poll(() => bench.timers.due).toEqual([1_001_100]);
    bench.timers.advance(100);
    await expect.poll(() => bench.ran).toHaveLength(2);
    bench.timers.advance(1000);
    await expect.poll(() => bench.timers.due).toEqual([1_002_200]);
    bench.timers.advance(100);
    await expect.poll(() => bench.ran).toHaveLength(3);
    // Of its time of 2,600 ms in all 400 are left.
    expect(bench.timers.due).toEqual([1_002_600]);
    bench.timers.advance(400);
    expect(await execution.done).toMatchObject({ status: 'failed', error: { code: 'timeout' } });
    expect(bench.ran).toEqual(['a#1', 'a#1 (2)', 'a#1 (3)']);
  });

  it('goes the way of its failure when there is one', async () => {
    const bench = await executionBench({ a: { run: () => { throw new Error('no'); } } });
    const state = await (await bench.start(workflow([node('start', 'start'), node('a'), node('mend')], [edge('start', 'a'), edge('a', 'mend', { outcome: 'failed', condition: 'nodes.a.error.code === "unexpected"' })]))).done;
    expect(state.status).toBe('succeeded');
    expect(bench.ran).toEqual(['a#1', 'mend#1']);
  });

  it('is given up when it does not end after its abort', async () => {
    const bench = await executionBench({ a: { run: () => new Promise(() => undefined) } });
    const execution = await bench.start(chain({ ...node('a'), attemptTimeoutMs: 1000 }));
    await expect.poll(() => bench.timers.due).toHaveLength(1);
    bench.timers.advance(1000);
    await expect.poll(() => bench.timers.due).toContain(1_011_000);
    bench.timers.advance(10_000);
    expect(await execution.done).toMatchObject({ status: 'failed', error: { code: 'timeout' } });
    expect(bench.said.join()).toMatch(/did not end within 10 s/);
  });

  it('that cannot be undone is done, though it took too long', async () => {
    const bench = await executionBench({ a: { run: ({ signal }) => new Promise((resolve) => { signal.addEventListener('abort', () => { resolve({ outcome: 'passed', output: 'merged' }); }); }) } });
    const execution = await bench.start(chain({ ...node('a', 'merge', { effect: 'atMostOnce' }), attemptTimeoutMs: 1000 }));
    await expect.poll(() => bench.ran).toHaveLength(1);
    bench.timers.advance(1000);
    expect((await execution.done).steps.get('a#1')).toMatchObject({ status: 'succeeded', output: { value: 'merged' } });
  });
});

describe('a wait', () => {
  it('needs no process: the next one goes on with it', async () => {
    const bench = await executionBench();
    const definition = chain(node('pause', 'wait', { durationMs: 40 * 24 * 3_600_000 }));
    const first = await bench.start(definition);
    const due = 1_000_000 + 40 * 24 * 3_600_000;
    await expect.poll(() => bench.timers.due).toEqual([due]);
    expect(first.state.steps.get('pause#1')).toMatchObject({ status: 'waiting', dueAt: due });
    await first.handOver();
    bench.timers.advance(24 * 3_600_000);
    const second = await bench.resume(first.id, definition);
    await expect.poll(() => bench.timers.due).toEqual([due]);
    bench.timers.advance(39 * 24 * 3_600_000);
    expect(await second.done).toMatchObject({ status: 'succeeded', recoveries: 0 });
    expect(told(await bench.events(first.id)).filter((line) => line.includes('pause'))).toEqual(['step.started pause#1', 'step.started pause#1', 'step.completed pause#1']);
  });
});
