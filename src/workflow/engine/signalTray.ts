import type { WorkflowSignal } from '../../model/workflow/event';
import type { ApprovalDesk } from './approvalDesk';
import { nodeOf, type ExecutionCore } from './executionCore';
import { saidFailed } from './stepErrors';
import { plainOutcome, type StepEnds } from './stepEnds';
import type { StepStarts } from './stepStarts';

/** What others want of the execution: each is done once, and taken off the record together with what came of it. */
export class SignalTray {
  private readonly seen = new Set<string>();
  private readonly answering = new Set<string>();
  private early: WorkflowSignal[] | undefined = [];

  constructor(
    private readonly core: ExecutionCore,
    private readonly pieces: { readonly desk: ApprovalDesk; readonly ends: StepEnds; readonly starts: StepStarts; readonly cancel: () => void },
  ) {}

  take(signals: readonly WorkflowSignal[]): void {
    if (this.early) {
      this.early.push(...signals);
      return;
    }
    for (const signal of signals) {
      if (this.seen.has(signal.id)) continue;
      this.seen.add(signal.id);
      this.handle(signal);
    }
  }

  /** From now on signals are taken as they come. */
  open(): void {
    const { early = [] } = this;
    this.early = undefined;
    this.take(early);
  }

  private handle(signal: WorkflowSignal): void {
    switch (signal.kind) {
      case 'decide':
        this.pieces.desk.decide(signal);
        break;
      case 'answer':
        this.answer(signal);
        break;
      case 'cancel':
        this.cancel(signal);
        break;
    }
  }

  private cancel({ id, by, reason }: Extract<WorkflowSignal, { readonly kind: 'cancel' }>): void {
    const { state, journal, isEnding } = this.core;
    if (isEnding || state.cancelRequested !== undefined) {
      journal.drop([id]);
      return;
    }
    journal.write({ type: 'execution.cancelRequested', by, ...(reason === undefined ? {} : { reason }) }, { urgent: true, consumed: [id] });
    // What failed to be written is told elsewhere.
    journal.durable().then(this.pieces.cancel, () => undefined);
  }

  private answer({ id, by, step: name, answer }: Extract<WorkflowSignal, { readonly kind: 'answer' }>): void {
    const { state, journal, graph, parts } = this.core;
    const step = state.steps.get(name);
    if (step?.status !== 'asking' || this.core.isEnding || this.answering.has(name)) {
      parts.log.warn(`The answer of ${by} about ${name} came to nothing: nothing is asked there.`);
      journal.drop([id]);
      return;
    }
    this.answering.add(name);
    const before = [{ type: 'step.answered', step: name, answer, by }] as const;
    const said = { before, consumed: [id], urgent: true };
    const { ends, starts } = this.pieces;
    const answered = (): void => void this.answering.delete(name);
    if (answer === 'failed') {
      ends.fail(step, saidFailed(by), {}, { ...said, isForGood: true });
      answered();
    } else if (answer === 'done') void Promise.resolve(ends.complete(step, { outcome: plainOutcome(nodeOf({ graph }, step.node)) }, said)).finally(answered);
    else void starts.again(step, step.attempts.at(-1)?.number ?? 1, said).finally(answered);
  }
}
