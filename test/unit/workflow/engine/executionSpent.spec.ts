import { describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../../../src/base/errors';
import type { WorkflowSignal } from '../../../../src/model/workflow/event';
import { StepFailure } from '../../../../src/workflow/nodeExecutor';
import { chain, executionBench, statuses, told } from '../../../support/executionHarness';
import type { Behaviour, Context } from '../../../support/testExecutors';
import { edge, node, workflow } from '../../../support/workflowDriver';

const cancel: Omit<Extract<WorkflowSignal, { readonly kind: 'cancel' }>, 'id' | 'at' | 'execution'> = { kind: 'cancel', by: 'Ada', reason: 'enough' };
const spent = { costNano: 5, tokensIn: 30, tokensOut: 2, session: 's1' };

function untilAborted({ signal }: Context): Promise<void> {
  return new Promise((resolve) => { signal.addEventListener('abort', () => { resolve(); }); });
}

/** Stops when it is told to, and tells what it has used until then. */
const stops: Behaviour = { run: async (context) => { await untilAborted(context); throw new StepFailure(new OrchestratorError('stopped', 'It was stopped.', ''), spent); } };
/** Is done at that very moment. */
const endsThen: Behaviour = { run: async (context) => { await untilAborted(context); return { outcome: 'passed', ...spent }; } };

describe('what a step has used', () => {
  it.each([['stops', stops], ['is done', endsThen]] as const)('counts where it is cancelled with the execution and %s', async (_how, behaviour) => {
    const bench = await executionBench({ a: behaviour, b: { run: () => ({ outcome: 'passed', costNano: 1 }) } });
    const execution = await bench.start(workflow([node('start', 'start'), node('a'), node('b')], [edge('start', 'a'), edge('start', 'b')]));
    await expect.poll(() => statuses(execution.state)).toMatchObject({ 'a#1': 'running', 'b#1': 'succeeded' });
    execution.take([await bench.signal(execution.id, cancel)]);
    const state = await execution.done;
    expect(state).toMatchObject({ status: 'cancelled', costNano: 6 });
    expect(state.steps.get('a#1')).toMatchObject({ status: 'cancelled', ...spent });
    expect((await bench.events(execution.id)).find(({ type }) => type === 'step.cancelled')).toMatchObject({ step: 'a#1', reason: 'The execution was cancelled.', ...spent });
  });

  it.each([['stops', stops], ['is done', endsThen]] as const)('counts where a join does not need it and it %s', async (_how, behaviour) => {
    const bench = await executionBench({ slow: behaviour });
    const race = workflow([node('start', 'start'), node('slow'), node('fast'), node('first', 'parallel', { join: 'any' })], [edge('start', 'slow'), edge('start', 'fast'), edge('slow', 'first'), edge('fast', 'first')]);
    const state = await (await bench.start(race)).done;
    expect(state).toMatchObject({ status: 'succeeded', costNano: 5 });
    expect(state.steps.get('slow#1')).toMatchObject({ status: 'cancelled', ...spent });
  });

  it.each([['stops', stops], ['is done', endsThen]] as const)('counts where it took too long and %s', async (_how, behaviour) => {
    const bench = await executionBench({ a: behaviour });
    const execution = await bench.start(chain({ ...node('a'), attemptTimeoutMs: 1000 }));
    await expect.poll(() => bench.timers.due).toHaveLength(1);
    bench.timers.advance(1000);
    const state = await execution.done;
    expect(state).toMatchObject({ status: 'failed', costNano: 5, error: { code: 'timeout' } });
    expect(state.steps.get('a#1')).toMatchObject(spent);
  });

  it('counts where it is cancelled after its process had ended', async () => {
    let used = spent;
    const bench = await executionBench({ a: { run: (context) => untilAborted(context).then(() => { throw new Error('stopped'); }), spent: ({ attempt, signal }) => { used = { ...used, tokensOut: attempt + Number(signal.aborted) }; return used; } } });
    const definition = chain(node('a', 'amp', { effect: 'reattachable' }));
    const first = await bench.start(definition);
    await expect.poll(async () => told(await bench.events(first.id))).toContain('step.started a#1');
    await first.handOver();
    await bench.signal(first.id, cancel);
    const state = await (await bench.resume(first.id, definition)).done;
    expect(state).toMatchObject({ status: 'cancelled', costNano: 5 });
    expect(state.steps.get('a#1')).toMatchObject({ status: 'cancelled', costNano: 5, tokensOut: 2 });
    expect(bench.ran).toEqual(['a#1']);
  });

  it('of an attempt tells those that come after it what is on record, and when each began', async () => {
    const seen: unknown[] = [];
    const bench = await executionBench({ a: { run: ({ attempt, used, startedAt }) => {
      seen.push([used, startedAt]);
      if (attempt === 1) throw new StepFailure(new OrchestratorError('agent-failed', 'No.', ''), spent);
      return { outcome: 'passed', costNano: 3 };
    } } });
    const execution = await bench.start(chain({ ...node('a'), retry: { max: 1, backoffMs: 1000, jitter: 0 } }));
    await expect.poll(() => statuses(execution.state)['a#1']).toBe('retrying');
    bench.timers.advance(1000);
    expect(await execution.done).toMatchObject({ status: 'succeeded', costNano: 8 });
    expect(seen).toEqual([[{}, 1_000_000], [{ costNano: 5, tokensIn: 30, tokensOut: 2 }, 1_001_000]]);
  });
});

describe('an end that means failure', () => {
  it('says why in its own words', async () => {
    const bench = await executionBench();
    const ends = (config: Readonly<Record<string, unknown>>): ReturnType<typeof workflow> => workflow([node('start', 'start'), node('no', 'end', { status: 'failed', ...config })], [edge('start', 'no')]);
    const said = async (config: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> => { const { error, result } = await (await bench.start(ends(config))).done; return [error?.message, result]; };
    expect(await said({ message: 'Nobody could mend ${execution.name}.' })).toEqual(['Nobody could mend Driven.', { value: { message: 'Nobody could mend Driven.' } }]);
    expect(await said({ message: 'No.', result: { rounds: 5 } })).toEqual(['No.', { value: { message: 'No.', rounds: 5 } }]);
    expect(await said({ result: { rounds: 5 } })).toEqual(['The workflow came to its end "no", which means that it failed.', { value: { rounds: 5 } }]);
    expect((await said({ message: '  ' }))[0]).toContain('came to its end');
  });
});
