import type { NewWorkflowEvent, WorkflowEvent } from '../../src/model/workflow/event';
import type { Store } from '../../src/storage/store';
import type { WorkflowRepository } from '../../src/storage/workflowStore';

type NewExecution = Parameters<WorkflowRepository['create']>[0];

export const definitionHash = 'd'.repeat(64);

/** Times rise with the numbers. */
export function numbered(events: readonly NewWorkflowEvent[], from: number, epoch = 1): WorkflowEvent[] {
  return events.map((event, index) => ({ ...event, seq: from + index, at: 1_000 + from + index, epoch }) as WorkflowEvent);
}

export function makeExecution(id: string, changes: Partial<NewExecution> = {}): NewExecution {
  return { id, workflow: 'fix', name: 'Fix it', definition: definitionHash, startedAt: 1_000, by: 'Ada', ...changes };
}

export function started(changes: Partial<Extract<NewWorkflowEvent, { type: 'execution.started' }>> = {}): NewWorkflowEvent {
  return { type: 'execution.started', definition: definitionHash, workflow: 'fix', name: 'Fix it', variables: { goal: 'green' }, by: 'Ada', ...changes };
}

/** `count` events of finished steps, as long as those of real ones are. */
export function steps(count: number, from: number, epoch = 1): WorkflowEvent[] {
  return numbered(
    Array.from({ length: count }, (_, index): NewWorkflowEvent => ({ type: 'step.completed', step: `node-${from + index}#1`, outcome: 'passed', output: { value: { text: `output ${from + index}`, exitCode: 0 } }, costNano: 1_250_000, tokensIn: 1_200, tokensOut: 340 })),
    from,
    epoch,
  );
}

export async function create(store: Pick<Store, 'workflows'>, id: string, changes: Partial<NewExecution> = {}): Promise<boolean> {
  return store.workflows.create(makeExecution(id, changes), numbered([started()], 1));
}

/** It has succeeded at that time, with its second event. */
export async function end(store: Store, id: string, at: number): Promise<void> {
  await store.workflows.append(id, 1, numbered([{ type: 'execution.completed', status: 'succeeded' }], 2).map((event) => ({ ...event, at })));
}

export function approvalRequest(approval: string, changes: Partial<Extract<NewWorkflowEvent, { type: 'approval.requested' }>> = {}): NewWorkflowEvent {
  return { type: 'approval.requested', approval, step: 'review#1', message: 'Merge it?', hash: 'a'.repeat(64), quorum: 1, ...changes };
}

function long(text: string): NewWorkflowEvent {
  return { type: 'step.completed', step: 'build#1', outcome: 'passed', output: { value: text.repeat(100) } };
}

const made = numbered(
  [started({ parent: { execution: 'claimed', step: 'child#1' } }), long('made '), { type: 'execution.parked', reason: 'Waits.' }, { type: 'execution.unparked', by: 'Ada' }, long('more '), { type: 'execution.completed', status: 'failed', error: { code: 'timeout', message: 'Too late.', advice: '' } }],
  1,
);
const claimed = [
  ...numbered([started()], 1),
  ...numbered(
    [
      { type: 'execution.adopted', by: 'Ada', recovery: 0 }, approvalRequest('a1'), approvalRequest('a2'), long('claimed '), { type: 'approval.closed', approval: 'a1', outcome: 'approved' },
      approvalRequest('a3'), { type: 'approval.reopened', approval: 'a1', hash: 'b'.repeat(64), reason: 'changed' }, { type: 'execution.parked', reason: 'Enough.' }, long('rest '),
    ],
    2,
    2,
  ),
];

/** What the program that is killed at every write does: each group is one transaction, which the numbers of events name that are durable with it. */
export const journalToKill = {
  made,
  claimed,
  groups: [
    { upTo: { from: { made: 1, claimed: 1 }, made: 3, claimed: 4 }, consumed: [] },
    { upTo: { from: { made: 3, claimed: 4 }, made: 6, claimed: 10 }, consumed: ['g1'] },
  ],
} as const;
