import type { Disposable } from '../../base/disposable';
import { isOrchestratorError, OrchestratorError } from '../../base/errors';
import { redactedError } from '../../base/redactedError';
import { deadlineOf, type ExecutionCore } from './executionCore';
import { spentOf, type EffectKind, type StepContext, type StepEnd, type StepSpent } from '../nodeExecutor';
import { sessionOf, stepContext, type Attempt } from './stepContext';
import type { StepEnds } from './stepEnds';
import { stepErrorOf, timedOut } from './stepErrors';

/** What a step has after its abort to end by itself. */
const graceMs = 10_000;

/** How an attempt ends; `again` and `ask`: what a look at an earlier process's effect came to. */
export type AttemptEnd = StepEnd | { readonly kind: 'again' } | { readonly kind: 'ask'; readonly question: string };

/** Why an attempt was aborted. `stopped`: this process lets go of it, and says nothing of that. */
export type AbortCause = 'timeout' | 'notNeeded' | 'cancelled' | 'stopped';

interface Run {
  readonly attempt: Attempt;
  readonly effect: EffectKind;
  readonly limits: Disposable[];
  cause?: AbortCause;
  reason: string;
  isOver: boolean;
}

/** The attempts that are at work in this process. */
export class StepRuns {
  private readonly runs = new Map<string, Run>();
  private readonly idle: (() => void)[] = [];

  constructor(
    private readonly core: ExecutionCore,
    private readonly ends: StepEnds,
    /** Of those that are not done yet. */
    private readonly onSuspended: (attempt: Attempt, end: Exclude<AttemptEnd, { readonly kind: 'done' }>) => void,
  ) {}

  has(step: string): boolean {
    return this.runs.has(step);
  }

  get isIdle(): boolean {
    return this.runs.size === 0;
  }

  /** Resolves when nothing is at work: at the latest some seconds after all was aborted. */
  whenIdle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((resolve) => this.idle.push(resolve));
  }

  /** Begins the work; of a step that is not pure, once all that led to it is durable. */
  launch(attempt: Attempt, effect: EffectKind, work: (context: StepContext<never>) => Promise<AttemptEnd>): void {
    const run: Run = { attempt, effect, limits: [], reason: '', isOver: false };
    this.runs.set(attempt.step, run);
    this.begin(run, work).then((end) => this.ended(run, end), (error: unknown) => this.threw(run, error));
  }

  /** Of one that no process is at any more: it ends as cancelled when it is known what it has used. */
  callOff(attempt: Attempt, reason: string, spent: (context: StepContext<never>) => Promise<StepSpent>): void {
    const run: Run = { attempt, effect: 'reattachable', limits: [], cause: 'cancelled', reason, isOver: false };
    this.runs.set(attempt.step, run);
    const { clock, timers, log, id } = this.core.parts;
    run.limits.push(timers.at(clock.now() + graceMs, () => this.giveUp(run)));
    attempt.controller.abort(new DOMException(reason, 'AbortError'));
    spent(stepContext(this.core, attempt, sessionOf(this.core, attempt.config))).then((used) => this.threw(run, undefined, used), (error: unknown) => {
      log.error(`What ${attempt.step} of the execution ${id} has used is not known`, error);
      this.threw(run, undefined);
    });
  }

  abort(step: string, cause: AbortCause, reason: string): void {
    const run = this.runs.get(step);
    // A timeout that is being waited for is overtaken by an end of the whole.
    if (!run || (run.cause !== undefined && run.cause !== 'timeout')) return;
    const isFirst = run.cause === undefined;
    run.cause = cause;
    run.reason = reason;
    if (!isFirst) return;
    const { clock, timers } = this.core.parts;
    run.limits.push(timers.at(clock.now() + graceMs, () => this.giveUp(run)));
    // Children of a step tell by the reason whether they are to end, or only to be let go of.
    run.attempt.controller.abort(cause === 'stopped' ? new OrchestratorError('stopped', 'The execution was given back.', 'Its next owner goes on with it.') : new DOMException(reason, 'AbortError'));
  }

  abortAll(cause: AbortCause, reason: string): void {
    for (const step of [...this.runs.keys()]) this.abort(step, cause, reason);
  }

  private async begin(run: Run, work: (context: StepContext<never>) => Promise<AttemptEnd>): Promise<AttemptEnd> {
    const { clock } = this.core.parts;
    const askedAt = clock.now();
    if (run.effect !== 'pure') {
      await this.core.journal.durable();
      // It was called off before it began: nothing happens at all.
      run.attempt.controller.signal.throwIfAborted();
    }
    // A full disk is not the step's fault.
    this.limit(run, clock.now() - askedAt);
    return work(stepContext(this.core, run.attempt, sessionOf(this.core, run.attempt.config)));
  }

  private limit(run: Run, waitedMs: number): void {
    const { node, step } = run.attempt;
    if (node.attemptTimeoutMs === undefined && node.timeoutMs === undefined) return;
    const { clock, timers } = this.core.parts;
    const state = this.core.state.steps.get(step);
    const deadline = state && deadlineOf(this.core, node, state);
    const ends = [node.attemptTimeoutMs === undefined ? undefined : clock.now() + node.attemptTimeoutMs, deadline === undefined ? undefined : deadline + waitedMs];
    const due = Math.min(...ends.filter((end) => end !== undefined));
    run.limits.push(timers.at(due, () => this.abort(step, 'timeout', 'It took too long.')));
  }

  private ended(run: Run, end: AttemptEnd): void {
    const { step, number } = run.attempt;
    if (run.isOver) return this.late(run);
    if (run.cause !== undefined && !(end.kind === 'done' && isTrueAnyway(run.effect, run.cause))) return this.threw(run, undefined, end.kind === 'done' ? end : {});
    if (end.kind !== 'done') {
      this.close(run);
      this.onSuspended(run.attempt, end);
      this.core.wake();
      return;
    }
    const state = this.core.state.steps.get(step);
    if (!state) return this.close(run);
    // What is left is to write it down, which no limit of the step is about.
    for (const limit of run.limits.splice(0)) limit.dispose();
    const { kind: _kind, ...result } = end;
    const writing = this.ends.complete(state, result, { urgent: run.effect !== 'pure' });
    if (writing === undefined) this.close(run);
    else void writing.finally(() => this.close(run));
    if (number > 1) this.core.parts.log.info(`${step} was done at attempt ${number}`);
  }

  /** `error` is undefined for what was given up, or ended well too late. */
  private threw(run: Run, error: unknown, spent: StepSpent = spentOf(error)): void {
    if (run.isOver) return this.late(run);
    const { step, node } = run.attempt;
    this.close(run);
    const state = this.core.state.steps.get(step);
    if (!state || run.cause === 'stopped') return;
    if (run.cause === 'cancelled' || run.cause === 'notNeeded') return this.ends.cancel(step, run.reason, spent);
    const { redact, log } = this.core.parts;
    if (run.cause === 'timeout') return this.ends.fail(state, timedOut(node.name, limitThatCame(run)), spent);
    // What is known to happen is in the journal; what nobody foresaw needs its stack.
    if (isOrchestratorError(error)) log.info(`${step} of the execution ${this.core.parts.id} failed: ${error.message}`);
    else log.error(`${step} of the execution ${this.core.parts.id} failed`, redactedError(error, redact));
    this.ends.fail(state, stepErrorOf(error, redact), spent);
  }

  private giveUp(run: Run): void {
    if (run.isOver) return;
    this.core.parts.log.warn(`${run.attempt.step} of the execution ${this.core.parts.id} did not end within ${graceMs / 1000} s after it was told to; it is not waited for any more.`);
    this.threw(run, undefined);
  }

  private late({ attempt, cause }: Run): void {
    if (cause !== 'stopped') this.core.parts.log.warn(`${attempt.step} of the execution ${this.core.parts.id} ended when it was not waited for any more.`);
  }

  private close(run: Run): void {
    if (run.isOver) return;
    run.isOver = true;
    for (const limit of run.limits) limit.dispose();
    this.runs.delete(run.attempt.step);
    if (!this.isIdle) return;
    for (const resolve of this.idle.splice(0)) resolve();
    this.core.wake();
  }
}

/** What has been done for good is on record as done, though nobody waited for it any more. */
function isTrueAnyway(effect: EffectKind, cause: AbortCause): boolean {
  return effect === 'atMostOnce' ? cause !== 'stopped' : effect === 'reattachable' && cause === 'cancelled';
}

function limitThatCame({ attempt: { node } }: Run): number {
  return Math.min(node.attemptTimeoutMs ?? Number.POSITIVE_INFINITY, node.timeoutMs ?? Number.POSITIVE_INFINITY);
}
