import { describe, expect, it } from 'vitest';
import type { ApprovalState } from '../../../../src/model/workflow/state';
import { approvalHash } from '../../../../src/workflow/engine/approvalDesk';
import type { Execution } from '../../../../src/workflow/engine/execution';
import type { StepEnd } from '../../../../src/workflow/nodeExecutor';
import { executionBench, statuses, told, type Bench } from '../../../support/executionHarness';
import type { Behaviour } from '../../../support/testExecutors';
import { edge, node, workflow } from '../../../support/workflowDriver';

const review = workflow(
  [node('start', 'start'), node('review', 'approval'), node('go'), node('back'), node('late')],
  [edge('start', 'review'), edge('review', 'go', { outcome: 'approved' }), edge('review', 'back', { outcome: 'rejected' }), edge('review', 'late', { outcome: 'timeout' })],
);

function asks(content: () => unknown, more: { readonly quorum?: number; readonly dueAt?: number; readonly session?: string } = {}): Behaviour {
  return { run: (): StepEnd => ({ kind: 'approval', request: { message: 'Well?', content: content(), quorum: 1, ...more } }), content };
}

async function opened(execution: Execution): Promise<ApprovalState> {
  await expect.poll(() => [...execution.state.approvals.values()].some(({ status }) => status === 'open')).toBe(true);
  const approval = [...execution.state.approvals.values()].find(({ status }) => status === 'open');
  if (!approval) throw new Error('nothing is asked');
  return approval;
}

async function decide(bench: Bench, execution: Execution, { id, hash }: ApprovalState, decision: 'approved' | 'rejected' = 'approved', by = 'Ada'): Promise<void> {
  execution.take([await bench.signal(execution.id, { kind: 'decide', by, approval: id, decision, hash })]);
}

describe('an approval', () => {
  it.each([['approved', 'go#1'], ['rejected', 'back#1']] as const)('that is %s goes its way, and the signal is used up', async (decision, next) => {
    const bench = await executionBench({ review: asks(() => 'abc', { session: 's1' }) });
    const execution = await bench.start(review);
    const approval = await opened(execution);
    expect(approval).toMatchObject({ hash: approvalHash('abc', 's1'), content: { value: 'abc' }, quorum: 1, session: 's1' });
    expect(await bench.store.workflows.openApprovals()).toMatchObject([{ id: approval.id, message: 'Well?' }]);
    await decide(bench, execution, approval, decision);
    const state = await execution.done;
    expect(Object.keys(statuses(state))).toEqual(['start#1', 'review#1', next]);
    expect(state.steps.get('review#1')?.output).toEqual({ value: { approval: approval.id, decisions: [{ decision, by: 'Ada' }] } });
    expect(await bench.store.workflows.signals(execution.id)).toEqual([]);
    expect(await bench.store.workflows.openApprovals()).toEqual([]);
  });

  it('counts people, not decisions', async () => {
    const bench = await executionBench({ review: asks(() => 'abc', { quorum: 2 }) });
    const execution = await bench.start(review);
    const approval = await opened(execution);
    await decide(bench, execution, approval);
    await decide(bench, execution, approval);
    await expect.poll(async () => (await bench.store.workflows.signals(execution.id)).length).toBe(0);
    expect(execution.state.steps.get('review#1')?.status).toBe('waiting');
    await decide(bench, execution, approval, 'approved', 'Grace');
    expect((await execution.done).steps.get('go#1')?.status).toBe('succeeded');
  });

  it('takes a decision on something else for none', async () => {
    const bench = await executionBench({ review: asks(() => 'abc') });
    const execution = await bench.start(review);
    const approval = await opened(execution);
    await decide(bench, execution, { ...approval, hash: 'other' });
    await expect.poll(async () => (await bench.store.workflows.signals(execution.id)).length).toBe(0);
    expect(told(await bench.events(execution.id))).not.toContain('approval.decided');
    expect(bench.said.join()).toMatch(/is void/);
    expect(execution.state.status).toBe('running');
  });

  it('opens again when what it was about changes before the last decision is used', async () => {
    let content = 'abc';
    const bench = await executionBench({ review: asks(() => content) });
    const execution = await bench.start(review);
    const first = await opened(execution);
    content = 'def';
    await decide(bench, execution, first);
    await expect.poll(() => execution.state.approvals.get(first.id)?.reopened).toBe(1);
    const second = await opened(execution);
    expect(second).toMatchObject({ id: first.id, hash: approvalHash('def', undefined), content: { value: 'def' }, decisions: [] });
    await decide(bench, execution, second);
    expect((await execution.done).steps.get('go#1')?.status).toBe('succeeded');
  });

  it('that nobody decides in time goes the way of the timeout', async () => {
    const bench = await executionBench({ review: asks(() => 'abc', { dueAt: 1_005_000 }) });
    const execution = await bench.start(review);
    await opened(execution);
    bench.timers.advance(5000);
    expect((await execution.done).steps.get('late#1')?.status).toBe('succeeded');
  });

  it('is decided while nobody runs it', async () => {
    const bench = await executionBench({ review: asks(() => 'abc') });
    const first = await bench.start(review);
    const approval = await opened(first);
    await first.handOver();
    await bench.signal(first.id, { kind: 'decide', by: 'Ada', approval: approval.id, decision: 'approved', hash: approval.hash });
    const second = await bench.resume(first.id, review);
    expect((await second.done).steps.get('go#1')?.status).toBe('succeeded');
    expect(second.state.recoveries).toBe(0);
    expect(bench.ran.filter((step) => step === 'review#1')).toHaveLength(1);
  });

  it.each([['fail', 'failed', 'approval-needed'], ['reject', 'succeeded', undefined]] as const)('where nobody can be asked: %s', async (approvals, status, code) => {
    const bench = await executionBench({ review: asks(() => 'abc') });
    const state = await (await bench.start(review, { approvals })).done;
    expect([state.status, state.error?.code]).toEqual([status, code]);
    expect(bench.ran).toEqual(approvals === 'fail' ? ['review#1'] : ['review#1', 'back#1']);
  });

  it('that is open where somebody could be asked fails where nobody can', async () => {
    const bench = await executionBench({ review: asks(() => 'abc') });
    const first = await bench.start(review);
    await opened(first);
    await first.handOver();
    const state = await (await bench.resume(first.id, review, { approvals: 'fail' })).done;
    expect(state).toMatchObject({ status: 'failed', error: { code: 'approval-needed' } });
    expect(await bench.store.workflows.openApprovals()).toEqual([]);
  });

  it('fails with what kept it from being looked at again', async () => {
    const bench = await executionBench({ review: { ...asks(() => 'abc'), content: () => { throw new Error('the session is gone'); } } });
    const execution = await bench.start(review);
    await decide(bench, execution, await opened(execution));
    expect(await execution.done).toMatchObject({ status: 'failed', error: { message: 'the session is gone' } });
    expect([...execution.state.approvals.values()][0]?.status).toBe('cancelled');
  });
});

describe('a merge of what was approved', () => {
  const flow = workflow(
    [node('start', 'start'), node('review', 'approval'), node('fix'), node('merge', 'merge', { effect: 'atMostOnce', session: 's1' })],
    [edge('start', 'review'), edge('review', 'fix', { outcome: 'approved' }), edge('fix', 'merge')],
  );

  it.each([['approved', 'succeeded'], ['rejected', 'failed']] as const)('waits when it has changed since; %s then, it has %s', async (decision, status) => {
    let content = 'abc';
    const bench = await executionBench({ review: asks(() => content, { session: 's1' }), fix: { run: () => { content = 'def'; return { outcome: 'passed' }; } } });
    const execution = await bench.start(flow);
    await decide(bench, execution, await opened(execution));
    await expect.poll(() => [...execution.state.approvals.values()][0]?.reopened).toBe(1);
    const again = await opened(execution);
    expect(execution.state.tokens).toMatchObject([{ target: 'merge' }]);
    // The question outlives the process, and the merge waits on.
    await execution.handOver();
    const next = await bench.resume(execution.id, flow);
    await decide(bench, next, again, decision, 'Grace');
    const state = await next.done;
    expect([state.status, state.error?.code]).toEqual([status, status === 'failed' ? 'approval-rejected' : undefined]);
    expect(bench.ran).toEqual(decision === 'approved' ? ['review#1', 'fix#1', 'merge#1'] : ['review#1', 'fix#1']);
  });

  it('does not wait when it is what was approved, or of another session', async () => {
    let content = 'abc';
    const bench = await executionBench({ review: asks(() => content, { session: 's2' }), fix: { run: () => { content = 'def'; return { outcome: 'passed' }; } } });
    const execution = await bench.start(flow);
    await decide(bench, execution, await opened(execution));
    expect((await execution.done).steps.get('merge#1')?.status).toBe('succeeded');
  });
});
