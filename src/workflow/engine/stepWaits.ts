import type { Disposable } from '../../base/disposable';
import type { StepState } from '../../model/workflow/state';
import { deadlineOf, nodeOf, type ExecutionCore } from './executionCore';

/** Steps that wait for a time: their own, a decision's, or that of their next attempt. No process is needed for that but the one that looks at the clock. */
export class StepWaits {
  private readonly waits = new Map<string, { readonly dueAt: number; readonly timer: Disposable }>();

  constructor(
    private readonly core: ExecutionCore,
    /** `isLate`: all attempts of the step together have taken too long. */
    private readonly onDue: (step: StepState, isLate: boolean) => void,
  ) {}

  /** Looks at the clock for it, once. */
  watch(id: string): void {
    const step = this.core.state.steps.get(id);
    if (!step) return;
    const dueAt = this.dueOf(step);
    const known = this.waits.get(id);
    if (known?.dueAt === dueAt) return;
    known?.timer.dispose();
    this.waits.delete(id);
    if (dueAt === undefined) return;
    this.waits.set(id, { dueAt, timer: this.core.parts.timers.at(dueAt, () => this.due(id)) });
  }

  dispose(): void {
    for (const { timer } of this.waits.values()) timer.dispose();
    this.waits.clear();
  }

  /** A question that is asked again has no time of its own: what follows has waited for the first answer already. */
  private dueOf(step: StepState): number | undefined {
    if (!this.core.state.underWay.has(step.id) || step.outcome !== undefined) return undefined;
    const deadline = step.status === 'waiting' ? deadlineOf(this.core, nodeOf(this.core, step.node), step) : undefined;
    const times = [step.dueAt, deadline].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  private due(id: string): void {
    this.waits.delete(id);
    const step = this.core.state.steps.get(id);
    // It was decided or cancelled in the meantime.
    if (!step || (step.status !== 'waiting' && step.status !== 'retrying') || this.core.isEnding) return;
    this.onDue(step, step.dueAt === undefined || step.dueAt > this.core.parts.clock.now());
  }
}
