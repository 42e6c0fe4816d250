import { isOrchestratorError } from '../../base/errors';
import type { WorkflowSignal } from '../../model/workflow/event';
import { foldUpTo, startFold } from '../../model/workflow/fold/fold';
import { buildGraph } from '../../model/workflow/graph';
import { movesOf, type Move } from '../../model/workflow/fold/moves';
import type { ExecutionState } from '../../model/workflow/state';
import { adopt, wasOwned } from './adoption';
import { ApprovalDesk } from './approvalDesk';
import { decideEdges } from './edgeDecisions';
import type { ExecutionCore } from './executionCore';
import { ExecutionJournal } from './executionJournal';
import type { ExecutionParts, RunsExecution } from './executionParts';
import { completedEvent, type Ending } from './executionResult';
import { ExecutionSpans } from './executionSpans';
import { patientArtifacts } from './patientArtifacts';
import { RecordedValues } from './recordedValues';
import { SignalTray } from './signalTray';
import { StepEnds } from './stepEnds';
import { StepRuns } from './stepRuns';
import { StepStarts } from './stepStarts';
import { suspendStep, wakeStep } from './stepSuspension';
import { StepWaits } from './stepWaits';
import { TurnTaker } from './turnTaker';

type Core = { -readonly [Key in keyof ExecutionCore]: ExecutionCore[Key] };

/** One execution at work in this process: it looks which moves the state allows, makes them, and writes down what becomes of them. */
export class Execution implements RunsExecution {
  readonly id: string;
  readonly done: Promise<ExecutionState>;
  private readonly core: Core;
  private readonly ends: StepEnds;
  private readonly runs: StepRuns;
  private readonly waits: StepWaits;
  private readonly desk: ApprovalDesk;
  private readonly starts: StepStarts;
  private readonly tray: SignalTray;
  private readonly deciding = new Set<string>();
  private resolve: (state: ExecutionState) => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;
  private ending: Ending | undefined;
  private isCompleting = false;
  /** Nothing is begun or written in this process any more. */
  private isStopped = false;
  /** What the journal says, where it could not be written on. */
  private durableState: ExecutionState | undefined;

  constructor(private readonly parts: ExecutionParts) {
    this.id = parts.id;
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    const graph = buildGraph(parts.definition);
    const fold = startFold(graph, parts.id);
    const { state } = fold;
    const journal = new ExecutionJournal(parts, fold, (error) => void this.breakOff(error));
    const turns = new TurnTaker(() => { this.move(); });
    this.core = {
      parts, graph, state, journal,
      values: new RecordedValues(state, patientArtifacts(parts, journal), parts.redact),
      spans: new ExecutionSpans(parts, state),
      adoptedAt: Number.NEGATIVE_INFINITY,
      isEnding: false,
      wake: () => { turns.take(); },
      // What was said before that may still be kept.
      broke: (error) => void journal.close().then(() => this.breakOff(error)),
    };
    this.ends = new StepEnds(this.core);
    this.runs = new StepRuns(this.core, this.ends, (attempt, end) => { suspendStep(this.core, { ends: this.ends, waits: this.waits, desk: this.desk, starts: this.starts }, attempt, end); });
    this.waits = new StepWaits(this.core, (step, isLate) => { wakeStep(this.core, { ends: this.ends, desk: this.desk }, step, isLate); });
    this.desk = new ApprovalDesk(this.core, this.ends, this.waits);
    this.starts = new StepStarts(this.core, this.runs, this.ends, this.desk);
    this.tray = new SignalTray(this.core, { desk: this.desk, ends: this.ends, starts: this.starts, cancel: () => { this.end({ status: 'cancelled' }); } });
    // Who makes it has to know it before it says anything.
    queueMicrotask(() => void this.begin());
  }

  get state(): ExecutionState {
    return this.durableState ?? this.core.state;
  }

  take(signals: readonly WorkflowSignal[]): void {
    if (!this.isStopped) this.tray.take(signals);
  }

  async handOver(): Promise<void> {
    if (this.isStopped) return;
    this.stop();
    await this.core.journal.close();
    await this.leave();
  }

  private async begin(): Promise<void> {
    const { state, journal } = this.core;
    if (this.isStopped) return;
    if (state.status !== 'running' && state.status !== 'parked') return this.leave();
    const isNew = !wasOwned(this.core);
    const signals = this.readSignals();
    if (!isNew) {
      if (!adopt(this.core)) return this.settle();
      this.core.adoptedAt = this.parts.clock.now();
      // A cancellation, or an answer, that came while nobody was there.
      await signals;
    }
    if (this.isStopped) return;
    this.tray.open();
    if (state.cancelRequested !== undefined) journal.durable().then(() => { this.end({ status: 'cancelled' }); }, () => undefined);
    else if (!isNew) this.goOn();
    this.core.wake();
  }

  private async readSignals(): Promise<void> {
    try {
      this.take(await this.parts.journal.signals(this.id));
    } catch (error) {
      this.parts.log.error(`Decisions for the execution ${this.id} could not be read`, error);
    }
  }

  /** What an owner before this one was in the midst of; not when it is to be ended anyway. */
  private goOn(): void {
    const { state, graph } = this.core;
    if (movesOf(graph, state)[0]?.kind === 'fail') return;
    for (const id of [...state.underWay]) {
      const step = state.steps.get(id);
      if (step?.status === 'running' && !state.notNeeded.has(id)) this.starts.recover(step);
      else this.waits.watch(id);
    }
    for (const id of [...state.approvals.keys()]) this.desk.look(id);
  }

  private move(): void {
    if (this.isStopped) return;
    if (this.ending) {
      if (this.runs.isIdle) void this.complete(this.ending, this.core.state.ends);
      return;
    }
    let hasChanged = false;
    for (const move of movesOf(this.core.graph, this.core.state)) hasChanged = this.make(move) || hasChanged;
    if (hasChanged) this.core.wake();
  }

  /** True when other moves may have become possible. */
  private make(move: Move): boolean {
    switch (move.kind) {
      case 'start':
        return this.starts.start(move);
      case 'decide':
        if (!this.deciding.has(move.step)) {
          this.deciding.add(move.step);
          void decideEdges(this.core, move.step, move.edges).finally(() => this.deciding.delete(move.step));
        }
        return false;
      case 'retry':
        this.retry(move.step);
        return false;
      case 'drop':
        for (const step of move.steps) this.starts.callOff(step, move.reason);
        return false;
      case 'fail':
        this.end({ status: 'failed', error: move.error });
        return false;
      case 'complete':
        if (this.runs.isIdle) void this.complete({ status: 'succeeded' }, move.ends);
        return false;
    }
  }

  private retry(id: string): void {
    const step = this.core.state.steps.get(id);
    if (!step) return;
    if ((step.dueAt ?? 0) > this.parts.clock.now()) this.waits.watch(id);
    else void this.starts.again(step, (step.attempts.at(-1)?.number ?? 0) + 1);
  }

  /** Ends what is under way; when that has ended, the whole. */
  private end(ending: Ending): void {
    if (this.ending || this.isStopped || this.isCompleting) return;
    this.ending = ending;
    this.core.isEnding = true;
    this.waits.dispose();
    this.starts.dispose();
    const reason = ending.status === 'cancelled' ? 'The execution was cancelled.' : 'Another step has failed.';
    this.runs.abortAll('cancelled', reason);
    for (const step of [...this.core.state.underWay]) if (!this.runs.has(step)) this.starts.callOff(step, reason);
    this.core.wake();
  }

  private async complete(ending: Ending, ends: readonly string[]): Promise<void> {
    if (this.isCompleting) return;
    this.isCompleting = true;
    this.core.isEnding = true;
    try {
      this.core.journal.write(await completedEvent(this.core, ending, ends), { urgent: true });
    } catch (error) {
      this.core.broke(error);
      return;
    }
    await this.settle();
  }

  /** It has come to its end, or to a halt. */
  private async settle(): Promise<void> {
    try {
      await this.core.journal.durable();
    } catch {
      // Told by the journal itself.
      return;
    }
    if (this.isStopped) return;
    this.stop();
    await this.core.journal.close();
    await this.leave();
  }

  private stop(): void {
    this.isStopped = true;
    this.core.isEnding = true;
    this.core.journal.giveUp();
    this.waits.dispose();
    this.starts.dispose();
    this.runs.abortAll('stopped', 'The execution is given back.');
  }

  /** The journal cannot be written on: somebody else has it, or it is given back while the disk is full. */
  private async breakOff(error: unknown): Promise<void> {
    if (this.durableState) return;
    const { journal, graph } = this.core;
    journal.abandon();
    this.durableState = foldUpTo(graph, this.id, journal.events, journal.durableSeq);
    // Whoever gives it back says so, and the next owner begins with what is durable.
    if (this.isStopped) return;
    this.stop();
    if (isOrchestratorError(error) && error.code === 'execution-lost') {
      this.parts.log.warn(`The workflow execution ${this.id} was taken over by another process.`);
      return this.leave();
    }
    await this.leave(error);
  }

  private async leave(error?: unknown): Promise<void> {
    this.isStopped = true;
    await this.runs.whenIdle();
    await this.parts.journal.release(this.id, this.parts.epoch).catch((problem: unknown) => { this.parts.log.error(`The execution ${this.id} could not be given back`, problem); });
    this.core.spans.finish(this.state);
    if (error === undefined) this.resolve(this.state);
    else this.reject(error);
  }
}
