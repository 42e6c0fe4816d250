import { canonicalJson, sha256 } from '../../evaluation/canonicalJson';
import type { NewWorkflowEvent, Recorded, WorkflowSignal } from '../../model/workflow/event';
import type { ApprovalState, StepState } from '../../model/workflow/state';
import { hasTemplates, resolveConfig } from './configTemplates';
import { executorOf, nodeOf, program, type ExecutionCore } from './executionCore';
import type { ApprovalRequest } from '../nodeExecutor';
import { stepContext, type Attempt } from './stepContext';
import type { StepEnds } from './stepEnds';
import type { StepWaits } from './stepWaits';
import { approvalNeeded, stepErrorOf } from './stepErrors';

type Decide = Extract<WorkflowSignal, { readonly kind: 'decide' }>;
type Outcome = 'approved' | 'rejected' | 'timeout';

/** SHA-256 of what a decision is bound to. */
export function approvalHash(content: unknown, session: string | undefined): string {
  return sha256(canonicalJson({ content, session }));
}

/** Questions to people: each is bound to what they were shown, and holds only as long as that is what is there. */
export class ApprovalDesk {
  /** Those whose end is being made sure of. */
  private readonly closing = new Set<string>();

  constructor(
    private readonly core: ExecutionCore,
    private readonly ends: StepEnds,
    private readonly waits: StepWaits,
  ) {}

  async request({ id: step }: StepState, { message, content, session, quorum, dueAt }: ApprovalRequest): Promise<void> {
    const { state, parts, journal } = this.core;
    const before = state.steps.get(step);
    if (!before) return;
    if (parts.approvals === 'fail') {
      this.ends.fail(before, approvalNeeded(parts.redact(message)));
      return;
    }
    const recorded = await this.record(content);
    if (this.core.isEnding || !state.underWay.has(step)) return;
    const approval = parts.newId();
    journal.write(
      {
        type: 'approval.requested', approval, step, message: parts.redact(message), hash: approvalHash(content, session), quorum,
        ...(recorded === undefined ? {} : { content: recorded }), ...(session === undefined ? {} : { session }), ...(dueAt === undefined ? {} : { dueAt }),
      },
      { urgent: true },
    );
    this.waits.watch(step);
    this.look(approval);
  }

  /** Takes a decision down; void are those on something else than what is there. */
  decide(signal: Decide): void {
    const { journal, parts, state } = this.core;
    const approval = state.approvals.get(signal.approval);
    if (approval?.status !== 'open' || approval.hash !== signal.hash) {
      parts.log.warn(`The decision of ${signal.by} on ${signal.approval} is void: ${approval?.status === 'open' ? 'it was taken on something that is not there any more' : 'nothing is asked there'}.`);
      journal.drop([signal.id]);
      return;
    }
    const { id, decision, by, comment, hash } = signal;
    journal.write({ type: 'approval.decided', approval: approval.id, decision, by, hash, signal: id, ...(comment === undefined ? {} : { comment: parts.redact(comment) }) }, { urgent: true, consumed: [id] });
    this.look(approval.id);
  }

  /** Ends it when it has been decided. */
  look(id: string): void {
    const approval = this.core.state.approvals.get(id);
    if (approval?.status !== 'open' || this.core.isEnding || this.closing.has(id)) return;
    if (this.core.parts.approvals !== 'wait' && approval.decisions.length === 0 && this.refuse(approval)) return;
    const { decisions, quorum } = this.core.state.approvals.get(id) ?? approval;
    if (decisions.some(({ decision }) => decision === 'rejected')) void this.guarded(id, () => this.close(id, 'rejected'));
    else if (decisions.length >= quorum) void this.guarded(id, () => this.closeIfSame(id));
  }

  expire(id: string): void {
    if (!this.closing.has(id)) void this.guarded(id, () => this.close(id, 'timeout'));
  }

  /** Of a step that waits. */
  openOf(step: string): ApprovalState | undefined {
    return [...this.core.state.approvals.values()].find((approval) => approval.step === step && approval.status === 'open');
  }

  /**
   * Whether something has to be asked again before this session is merged: what was approved is compared with what is there now.
   * @throws what the comparison threw
   */
  async holds(session: string | undefined): Promise<boolean> {
    let isHeld = false;
    for (const approval of [...this.core.state.approvals.values()]) {
      if (session === undefined || approval.session !== session || approval.status !== 'approved') continue;
      if (await this.isSame(approval)) continue;
      isHeld = true;
      this.look(approval.id);
    }
    return isHeld;
  }

  /** Nobody can be asked. True when that is the end of the step; a merge that waits for the answer fails by its being rejected. */
  private refuse({ id, hash, message, step: name }: ApprovalState): boolean {
    const step = this.core.state.steps.get(name);
    if (this.core.parts.approvals === 'fail' && step && step.outcome === undefined) {
      this.ends.fail(step, approvalNeeded(message), {}, { before: [{ type: 'approval.closed', approval: id, outcome: 'cancelled' }], isForGood: true });
      return true;
    }
    this.core.journal.write({ type: 'approval.decided', approval: id, decision: 'rejected', by: program, hash, signal: this.core.parts.newId(), comment: 'Nobody can be asked here.' });
    return false;
  }

  private async guarded(id: string, action: () => Promise<void>): Promise<void> {
    this.closing.add(id);
    try {
      await action();
    } catch (error) {
      const step = this.core.state.steps.get(this.core.state.approvals.get(id)?.step ?? '');
      if (step && !this.core.isEnding) this.ends.fail(step, stepErrorOf(error, this.core.parts.redact), {}, { before: [{ type: 'approval.closed', approval: id, outcome: 'cancelled' }], isForGood: true });
    } finally {
      this.closing.delete(id);
      // Somebody may have decided while it was looked at.
      this.look(id);
    }
  }

  private async closeIfSame(id: string): Promise<void> {
    const approval = this.core.state.approvals.get(id);
    if (!approval || !(await this.isSame(approval))) return;
    const isRejected = this.core.state.approvals.get(id)?.decisions.some(({ decision }) => decision === 'rejected') ?? false;
    await this.close(id, isRejected ? 'rejected' : 'approved');
  }

  private async close(id: string, outcome: Outcome): Promise<void> {
    const { state, journal } = this.core;
    const approval = state.approvals.get(id);
    const step = state.steps.get(approval?.step ?? '');
    if (!approval || !step || this.core.isEnding) return;
    const closed: NewWorkflowEvent = { type: 'approval.closed', approval: id, outcome };
    if (step.outcome !== undefined) {
      // It had been approved before, and what follows waits already.
      journal.write(closed, { urgent: true });
      this.core.wake();
      return;
    }
    const decisions = approval.decisions.map(({ decision, by, comment }) => ({ decision, by, ...(comment === undefined ? {} : { comment }) }));
    await this.ends.complete(step, { outcome, output: { approval: id, decisions }, ...(approval.session === undefined ? {} : { session: approval.session }) }, { before: [closed], urgent: true });
  }

  /** Opens it again when it is not. */
  private async isSame({ id, step: stepId, hash: approved, session }: ApprovalState): Promise<boolean> {
    const { state, values, parts, journal } = this.core;
    const step = state.steps.get(stepId);
    if (!step) return true;
    const node = nodeOf(this.core, step.node);
    const executor = executorOf(this.core, node);
    if (!executor.content) return true;
    await values.ready();
    const config = hasTemplates(node) ? await resolveConfig(node, parts.expressions, values.scope()) : node.config;
    const attempt: Attempt = { node, step: stepId, pass: step.pass, number: step.attempts.length, tokens: [], controller: new AbortController(), config, plan: step.plan ?? {} };
    const content = await executor.content(stepContext(this.core, attempt, session));
    const hash = approvalHash(content, session);
    const now = state.approvals.get(id);
    if (hash === approved || now?.hash !== approved) return hash === approved;
    const recorded = await this.record(content);
    if (this.core.isEnding) return false;
    journal.write({ type: 'approval.reopened', approval: id, hash, reason: 'What was approved has changed since.', ...(recorded === undefined ? {} : { content: recorded }) }, { urgent: true });
    parts.log.info(`The approval ${id} of "${node.name}" is open again: what was approved has changed.`);
    return false;
  }

  private async record(content: unknown): Promise<Recorded | undefined> {
    return this.core.values.record(content);
  }
}
