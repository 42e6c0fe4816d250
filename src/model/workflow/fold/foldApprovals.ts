import type { WorkflowEvent } from '../event';
import type { LiveState } from './liveState';
import type { ApprovalState } from '../state';

type ApprovalEvent = Extract<WorkflowEvent, { readonly type: `approval.${string}` }>;

export function foldApproval(state: LiveState, event: ApprovalEvent): void {
  if (event.type === 'approval.requested') {
    request(state, event);
    return;
  }
  const approval = state.approvals.get(event.approval);
  if (!approval) return;
  switch (event.type) {
    case 'approval.decided':
      decide(state, approval, event);
      break;
    case 'approval.reopened':
      reopen(state, approval, event);
      break;
    case 'approval.closed':
      close(state, approval, event.outcome);
      break;
  }
}

function request(state: LiveState, event: Extract<WorkflowEvent, { readonly type: 'approval.requested' }>): void {
  const step = state.steps.get(event.step);
  if (!step || !state.underWay.has(step.id)) return;
  const { approval: id, message, hash, content, session, quorum, dueAt, at } = event;
  state.approvals.set(id, {
    id, step: step.id, node: step.node, message, hash, quorum, requestedAt: at, status: 'open', decisions: [], reopened: 0,
    ...(content === undefined ? {} : { content }), ...(session === undefined ? {} : { session }), ...(dueAt === undefined ? {} : { dueAt }),
  });
  state.setStep({ ...step, status: 'waiting', ...(dueAt === undefined ? {} : { dueAt }) });
}

/** One decision a person: the last one counts. */
function decide(state: LiveState, approval: ApprovalState, { decision, by, comment, hash, at }: Extract<WorkflowEvent, { readonly type: 'approval.decided' }>): void {
  if (approval.status !== 'open' || hash !== approval.hash) return;
  const others = approval.decisions.filter((other) => other.by !== by);
  state.approvals.set(approval.id, { ...approval, decisions: [...others, { decision, by, at, ...(comment === undefined ? {} : { comment }) }] });
}

function reopen(state: LiveState, { content: _old, ...approval }: ApprovalState, { hash, content }: Extract<WorkflowEvent, { readonly type: 'approval.reopened' }>): void {
  if (approval.status !== 'open' && approval.status !== 'approved') return;
  state.approvals.set(approval.id, { ...approval, status: 'open', hash, decisions: [], reopened: approval.reopened + 1, ...(content === undefined ? {} : { content }) });
  const step = state.steps.get(approval.step);
  if (!step) return;
  state.setStep({ ...step, status: 'waiting' });
  state.underWay.add(step.id);
}

/** Of a step that was over already (the approval had been opened again), nothing new leads on: what followed waits with its token. */
function close(state: LiveState, approval: ApprovalState, outcome: Exclude<ApprovalState['status'], 'open'>): void {
  if (approval.status !== 'open') return;
  state.approvals.set(approval.id, { ...approval, status: outcome });
  const step = state.steps.get(approval.step);
  if (step?.outcome === undefined) return;
  state.underWay.delete(step.id);
  if (outcome === 'approved') {
    state.setStep({ ...step, status: 'succeeded' });
    return;
  }
  const error = { code: 'approval-rejected', message: `What was approved had changed, and the answer to "${approval.message}" is now: ${outcome}.`, advice: 'Start it again from the step before.' };
  state.setStep({ ...step, status: 'failed', error });
  state.unhandled.set(step.id, error);
}
