import type { Clock } from '../../base/clock';
import { OrchestratorError } from '../../base/errors';
import { newId } from '../../base/ids';
import { present } from '../../base/jsonShape';
import type { Answer, Decision, WorkflowSignal } from '../../model/workflow/event';
import { hasEnded, type ExecutionState } from '../../model/workflow/state';
import type { ExecutionRecord, WorkflowRepository } from '../../storage/workflowStore';
import type { OwnedExecutions } from './ownedExecutions';

export interface SignalsParts {
  readonly repository: WorkflowRepository;
  readonly owned: OwnedExecutions;
  readonly clock: Clock;
}

type SignalOf<Kind extends WorkflowSignal['kind']> = Extract<WorkflowSignal, { readonly kind: Kind }>;
type Said = { [Kind in WorkflowSignal['kind']]: Omit<SignalOf<Kind>, 'id' | 'at'> }[WorkflowSignal['kind']];

export interface DecisionRequest {
  readonly approval: string;
  readonly decision: Decision;
  readonly hash: string;
  readonly comment?: string;
  readonly by: string;
}

/** What people want of executions: put on record, and given to the owner if that is this process. Owners elsewhere see the store change. */
export class Signals {
  private relaying: Promise<void> | undefined;
  private again = false;

  constructor(private readonly parts: SignalsParts) {}

  /** @throws OrchestratorError `approval-missing` when it is not open, `approval-changed` when the decision was taken on something else */
  async decide(state: ExecutionState, { approval: id, decision, hash, comment, by }: DecisionRequest): Promise<void> {
    const approval = state.approvals.get(id);
    if (approval?.status !== 'open') {
      throw new OrchestratorError('approval-missing', approval === undefined ? `The execution has no approval "${id}".` : `"${approval.message}" is not open any more: it is ${approval.status}.`, 'See what is open with: amp-orchestrator workflow list.');
    }
    if (approval.hash !== hash) throw new OrchestratorError('approval-changed', `What "${approval.message}" asks about has changed since you saw it.`, 'Look at it again, then decide.');
    await this.send({ kind: 'decide', execution: state.id, by, approval: id, decision, hash, ...present({ comment }) });
  }

  /** @throws OrchestratorError `invalid-argument` when nothing is asked about the step */
  async answer(state: ExecutionState, step: string, answer: Answer, by: string): Promise<void> {
    if (state.steps.get(step)?.status !== 'asking') throw new OrchestratorError('invalid-argument', `Nothing is asked about the step "${step}".`, 'See its steps with: amp-orchestrator workflow show.');
    await this.send({ kind: 'answer', execution: state.id, by, step, answer });
  }

  /** Resolves when it is on record; where nobody runs it, when it was cancelled here. Nothing happens to one that has ended. */
  async cancel({ id, status }: Pick<ExecutionRecord, 'id' | 'status'>, by: string, reason?: string): Promise<void> {
    if (hasEnded(status)) return;
    await this.send({ kind: 'cancel', execution: id, by, ...present({ reason }) });
    const { owned, repository } = this.parts;
    if (owned.get(id)) return;
    const record = await repository.execution(id);
    if (record === undefined || hasEnded(record.status)) return;
    // Nothing comes of it while another process owns it, which hears of the signal itself.
    const adopted = await owned.adopt(id, { approvals: 'wait', root: id, depth: 0, by });
    if (!adopted) return;
    await this.deliver(id);
    await adopted.done;
  }

  /** Gives what others have put on record to the executions that are owned here; one reading at a time, and one more when something came meanwhile. */
  relay(): Promise<void> {
    this.again = true;
    return (this.relaying ??= this.relayAll());
  }

  private async relayAll(): Promise<void> {
    try {
      while (this.again) {
        this.again = false;
        await Promise.all(this.parts.owned.all.map(({ id }) => this.deliver(id)));
      }
    } finally {
      this.relaying = undefined;
    }
  }

  private async send(said: Said): Promise<void> {
    const { repository, clock } = this.parts;
    await repository.signal({ ...said, id: newId(), at: clock.now() });
    await this.deliver(said.execution);
  }

  private async deliver(id: string): Promise<void> {
    const { repository, owned } = this.parts;
    if (!owned.get(id)) return;
    const signals = await repository.signals(id);
    if (signals.length > 0) owned.get(id)?.run.take(signals);
  }
}
