import { describe, expect, it } from 'vitest';
import type { StepEnd } from '../../../../src/workflow/nodeExecutor';
import { chain, executionBench, statuses } from '../../../support/executionHarness';
import { node } from '../../../support/workflowDriver';

/** A step that hears of its abort, and ends when the test says how. */
function stubborn(): { readonly begun: Promise<AbortSignal>; readonly run: (context: { readonly signal: AbortSignal }) => Promise<StepEnd>; readonly end: (how: StepEnd | Error) => void } {
  let begin: (signal: AbortSignal) => void = () => undefined;
  let end: (how: StepEnd | Error) => void = () => undefined;
  const begun = new Promise<AbortSignal>((resolve) => { begin = resolve; });
  const ended = new Promise<StepEnd | Error>((resolve) => { end = resolve; });
  return {
    begun,
    end: (how) => { end(how); },
    run: async ({ signal }) => {
      begin(signal);
      const how = await ended;
      if (how instanceof Error) throw how;
      return how;
    },
  };
}

const cancel = { kind: 'cancel', by: 'Ada' } as const;

describe('a step that is told to end', () => {
  it('by its time limit, is cancelled when the whole is cancelled before it has ended', async () => {
    const slow = stubborn();
    const bench = await executionBench({ slow });
    const execution = await bench.start(chain({ ...node('slow'), attemptTimeoutMs: 1_000 }));
    const signal = await slow.begun;
    bench.timers.advance(1_001);
    expect(signal.aborted).toBe(true);
    execution.take([await bench.signal(execution.id, cancel)]);
    await expect.poll(async () => (await bench.events(execution.id)).some(({ type }) => type === 'execution.cancelRequested')).toBe(true);
    slow.end(new Error('told to end'));
    const state = await execution.done;
    expect([state.status, statuses(state)['slow#1']]).toEqual(['cancelled', 'cancelled']);
  });

  it.each([['reattachable', 'succeeded'], ['atMostOnce', 'succeeded'], ['idempotent', 'cancelled']] as const)('and is done all the same is on record as what its effect says: %s, %s', async (effect, status) => {
    const slow = stubborn();
    const bench = await executionBench({ slow });
    const execution = await bench.start(chain(node('slow', 'notify', { effect })));
    const signal = await slow.begun;
    execution.take([await bench.signal(execution.id, cancel)]);
    await expect.poll(() => signal.aborted).toBe(true);
    slow.end({ kind: 'done', outcome: 'passed', costNano: 7 });
    const state = await execution.done;
    expect([state.status, statuses(state)['slow#1']]).toEqual(['cancelled', status]);
  });
});

describe('a decision that is delivered twice', () => {
  it('is taken once', async () => {
    const bench = await executionBench({ review: { run: () => ({ kind: 'approval', request: { message: 'Well?', content: 1, quorum: 2 } }), content: () => 1 } });
    const execution = await bench.start(chain(node('review', 'approval')));
    await expect.poll(() => execution.state.approvals.size).toBe(1);
    const [approval] = execution.state.approvals.values();
    const signal = await bench.signal(execution.id, { kind: 'decide', by: 'Ada', approval: approval?.id ?? '', decision: 'approved', hash: approval?.hash ?? '' });
    execution.take([signal, signal]);
    execution.take([signal]);
    await expect.poll(async () => (await bench.store.workflows.signals(execution.id)).length).toBe(0);
    expect((await bench.events(execution.id)).filter(({ type }) => type === 'approval.decided')).toHaveLength(1);
  });
});
