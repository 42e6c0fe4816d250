import type { NewWorkflowEvent, WorkflowEvent } from '../../src/model/workflow/event';
import type { WorkflowEditorSnapshot } from '../../src/protocol/workflowEditor';

/** An execution of `releaseWorkflow` as the page may meet it: two rounds of tests, a retry, parallel reviews, an approval by two people, a merge. */
export const runStart = Date.UTC(2026, 10, 23, 9, 0, 0);
export const runId = 'run-20261123-1';
const hash = 'a1b2c3d4e5f6'.padEnd(64, '0');
const artifact = 'f'.repeat(64);

type Told = NewWorkflowEvent & { readonly afterMs?: number };

const told: readonly Told[] = [
  { type: 'execution.started', definition: 'd'.repeat(64), workflow: 'implement-review-merge', name: 'Implement, review, merge', variables: { task: 'Round once, at the end' }, by: 'Ada', budgetNano: 5_000_000_000 },
  { type: 'step.started', step: 'start#1', node: 'start', pass: 1, attempt: 1, tokens: ['start'] },
  { type: 'step.completed', step: 'start#1', outcome: 'passed' },
  { type: 'step.started', step: 'implement#1', node: 'implement', pass: 1, attempt: 1, tokens: ['start#1>start-implement'] },
  { type: 'step.failed', step: 'implement#1', attempt: 1, error: { code: 'agent-failed', message: 'The service is overloaded (529).', advice: 'Try again later.' }, retryAt: runStart + 12_000, afterMs: 9_000 },
  { type: 'step.started', step: 'implement#1', node: 'implement', pass: 1, attempt: 2, tokens: [], afterMs: 3_000 },
  { type: 'step.completed', step: 'implement#1', outcome: 'passed', session: 'session-1', costNano: 180_000_000, tokensIn: 84_200, tokensOut: 3_140, output: { value: { summary: 'The total is rounded once.', changedFiles: 2 } }, afterMs: 64_000 },
  { type: 'step.started', step: 'test#1', node: 'test', pass: 1, attempt: 1, tokens: ['implement#1>implement-test'] },
  { type: 'step.completed', step: 'test#1', outcome: 'failed', session: 'session-1', output: { artifact, bytes: 48_120, preview: '> invoices@1.0.0 test\n✖ total of negative amounts' }, afterMs: 4_100 },
  { type: 'step.started', step: 'implement#2', node: 'implement', pass: 2, attempt: 1, tokens: ['test#1>test-implement'] },
  { type: 'step.completed', step: 'implement#2', outcome: 'passed', session: 'session-1', costNano: 42_500_000, tokensIn: 20_100, tokensOut: 900, afterMs: 31_000 },
  { type: 'step.started', step: 'test#2', node: 'test', pass: 2, attempt: 1, tokens: ['implement#2>implement-test'] },
  { type: 'step.completed', step: 'test#2', outcome: 'passed', session: 'session-1', output: { value: { exitCode: 0 } }, afterMs: 3_900 },
  { type: 'step.started', step: 'fork#1', node: 'fork', pass: 1, attempt: 1, tokens: ['test#2>test-fork'] },
  { type: 'step.completed', step: 'fork#1', outcome: 'passed' },
  { type: 'step.started', step: 'quality#1', node: 'quality', pass: 1, attempt: 1, tokens: ['fork#1>fork-quality'] },
  { type: 'step.started', step: 'review#1', node: 'review', pass: 1, attempt: 1, tokens: ['fork#1>fork-review'] },
  { type: 'step.completed', step: 'quality#1', outcome: 'passed', session: 'session-1', output: { value: { score: 96 } }, afterMs: 6_200 },
  { type: 'edges.decided', step: 'quality#1', edges: [{ edge: 'quality-join', taken: true }] },
  { type: 'step.completed', step: 'review#1', outcome: 'passed', session: 'session-2', costNano: 61_000_000, tokensIn: 31_000, tokensOut: 1_200, afterMs: 22_000 },
  { type: 'step.started', step: 'join#1', node: 'join', pass: 1, attempt: 1, tokens: ['quality#1>quality-join', 'review#1>review-join'] },
  { type: 'step.completed', step: 'join#1', outcome: 'passed' },
  { type: 'step.started', step: 'approve#1', node: 'approve', pass: 1, attempt: 1, tokens: ['join#1>join-approve'], plan: {} },
  { type: 'approval.requested', approval: 'approve#1', step: 'approve#1', message: 'Merge this into main?', hash, session: 'session-1', quorum: 2, content: { value: { head: '4f1c2d3e', files: ['src/invoice.ts', 'test/invoice.spec.ts'] } } },
  { type: 'approval.decided', approval: 'approve#1', decision: 'approved', by: 'Grace', comment: 'Looks good.', hash, signal: 'signal-1', afterMs: 40_000 },
  { type: 'approval.decided', approval: 'approve#1', decision: 'approved', by: 'Ada', hash, signal: 'signal-2', afterMs: 12_000 },
  { type: 'approval.closed', approval: 'approve#1', outcome: 'approved' },
  { type: 'step.completed', step: 'approve#1', outcome: 'approved', session: 'session-1' },
  { type: 'step.started', step: 'merge#1', node: 'merge', pass: 1, attempt: 1, tokens: ['approve#1>approve-merge'], plan: { commit: 'x' } },
  { type: 'execution.adopted', by: 'Ada', recovery: 1, afterMs: 90_000 },
  { type: 'step.asked', step: 'merge#1', question: 'The merge was interrupted. Is it in main?' },
  { type: 'step.answered', step: 'merge#1', answer: 'again', by: 'Ada', afterMs: 8_000 },
  { type: 'step.completed', step: 'merge#1', outcome: 'passed', session: 'session-1', afterMs: 900 },
  { type: 'step.started', step: 'end#1', node: 'end', pass: 1, attempt: 1, tokens: ['merge#1>merge-end'] },
  { type: 'step.completed', step: 'end#1', outcome: 'passed' },
  { type: 'execution.completed', status: 'succeeded' },
];

export const runEvents: readonly WorkflowEvent[] = told.reduce<{ at: number; events: WorkflowEvent[] }>(
  ({ at, events }, { afterMs = 5, ...event }) => ({ at: at + afterMs, events: [...events, { ...event, seq: events.length + 1, at: at + afterMs, epoch: 1 } as WorkflowEvent] }),
  { at: runStart, events: [] },
).events;

/** Number of the first event of that kind that is about the step or approval, where one is named. */
export function seqOf(type: WorkflowEvent['type'], about?: string): number {
  const found = runEvents.find((event) => event.type === type && (about === undefined || ('step' in event && event.step === about) || ('approval' in event && event.approval === about)));
  if (found === undefined) throw new Error(`no ${type} of ${about ?? 'anything'}`);
  return found.seq;
}

export const runArtifact = { sha256: artifact, value: { exitCode: 1, output: 'not ok 3 - total of negative amounts' } };

/** What a snapshot says of the execution when it has come to that event. */
export function runSnapshot(lastSeq: number, part: Partial<NonNullable<WorkflowEditorSnapshot['execution']>> = {}): Pick<WorkflowEditorSnapshot, 'execution' | 'executions'> {
  const last = runEvents[lastSeq - 1];
  const isOver = last?.type === 'execution.completed';
  const at = last?.at ?? runStart;
  return {
    execution: { id: runId, lastSeq, owner: isOver ? 'none' : 'here', now: at + 2_000, ...part },
    executions: [
      { id: runId, status: isOver ? 'succeeded' : 'running', startedAt: runStart, ...(isOver ? { finishedAt: at } : {}), owner: isOver ? 'none' : 'here', openApprovals: 0, spent: { costNano: 283_500_000, tokensIn: 135_300 } },
      { id: 'run-20261122-1', status: 'failed', startedAt: runStart - 86_400_000, finishedAt: runStart - 86_300_000, owner: 'none', openApprovals: 0, problem: 'No tests were found.' },
    ],
  };
}
