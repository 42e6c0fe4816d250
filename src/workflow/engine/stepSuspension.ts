import type { StepState } from '../../model/workflow/state';
import type { ApprovalDesk } from './approvalDesk';
import { nodeOf, type ExecutionCore } from './executionCore';
import type { Attempt } from './stepContext';
import { plainOutcome, type StepEnds } from './stepEnds';
import { stepErrorOf, timedOut } from './stepErrors';
import type { AttemptEnd } from './stepRuns';
import type { StepStarts } from './stepStarts';
import type { StepWaits } from './stepWaits';

interface Pieces {
  readonly ends: StepEnds;
  readonly waits: StepWaits;
  readonly desk: ApprovalDesk;
  readonly starts: StepStarts;
}

/** Of a step whose attempt has ended, and which is not done: it waits for a time or for a person, or begins again. */
export function suspendStep(core: ExecutionCore, { ends, waits, desk, starts }: Pieces, { step: id, node, pass, number, tokens }: Attempt, end: Exclude<AttemptEnd, { readonly kind: 'done' }>): void {
  const step = core.state.steps.get(id);
  if (!step) return;
  switch (end.kind) {
    case 'timer':
      core.journal.write({ type: 'step.started', step: id, node: node.id, pass, attempt: number, tokens: tokens.map((token) => token.id), dueAt: end.dueAt }, { urgent: true });
      waits.watch(id);
      break;
    case 'approval':
      desk.request(step, end.request).catch((error: unknown) => { ends.fail(step, stepErrorOf(error, core.parts.redact)); });
      break;
    case 'again':
      void starts.again(step, number);
      break;
    case 'ask':
      core.journal.write({ type: 'step.asked', step: id, question: end.question }, { urgent: true });
      break;
  }
}

/** The time that a step waited for has come; `isLate`: before that, the one that all of it may take. */
export function wakeStep(core: ExecutionCore, { ends, desk }: Pick<Pieces, 'ends' | 'desk'>, step: StepState, isLate: boolean): void {
  const node = nodeOf(core, step.node);
  const approval = desk.openOf(step.id);
  if (step.status === 'retrying') core.wake();
  else if (isLate) ends.fail(step, timedOut(node.name, node.timeoutMs ?? 0), {}, { isForGood: true, ...(approval && { before: [{ type: 'approval.closed', approval: approval.id, outcome: 'timeout' }] }) });
  else if (approval) desk.expire(approval.id);
  else void ends.complete(step, { outcome: plainOutcome(node) });
}
