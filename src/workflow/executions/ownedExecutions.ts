import type { Clock } from '../../base/clock';
import { explain, OrchestratorError } from '../../base/errors';
import { present } from '../../base/jsonShape';
import type { Log } from '../../base/log';
import type { NewWorkflowEvent, WorkflowEvent } from '../../model/workflow/event';
import { foldEvents } from '../../model/workflow/fold/fold';
import { hasEnded, type ExecutionState } from '../../model/workflow/state';
import type { ExecutionRecord, WorkflowRepository } from '../../storage/workflowStore';
import type { ExecutionParts, RunsExecution, WaitingStep } from '../engine/executionParts';
import type { ChildExecutions } from '../nodeExecutor';
import type { PinnedDefinitions } from './pinnedDefinitions';
import type { ApprovalMode } from '../workflowService';

/** How an execution is run, besides what its journal says. */
export interface RunOptions {
  readonly approvals: ApprovalMode;
  /** The execution that no other one waits for. */
  readonly root: string;
  /** How many executions wait for it, one for the other. */
  readonly depth: number;
  /** Span of the step that waits for it. */
  readonly parentSpan?: string;
}

/** An execution that this process runs. */
export interface OwnedExecution extends RunOptions {
  readonly id: string;
  readonly run: RunsExecution;
  /** As `run.done`; it is not owned here any more then. */
  readonly done: Promise<ExecutionState>;
}

export interface OwnedExecutionsOptions {
  readonly repository: WorkflowRepository;
  readonly definitions: PinnedDefinitions;
  readonly clock: Clock;
  readonly log: Log;
  readonly start: (parts: ExecutionParts) => RunsExecution;
  /** What all executions share. */
  readonly shared: Omit<ExecutionParts, 'id' | 'root' | 'definition' | 'epoch' | 'events' | 'journal' | 'children' | 'parentSpan' | 'approvals' | 'onAppend'>;
  readonly children: (parent: Omit<OwnedExecution, 'done' | 'run'>, step: WaitingStep) => ChildExecutions;
  readonly onAppend: (execution: string, events: readonly WorkflowEvent[]) => void;
  /** After an execution has ended. */
  readonly onEnd: (execution: OwnedExecution, state: ExecutionState) => Promise<void>;
}

/** The executions that this process runs, each once. */
export class OwnedExecutions {
  private readonly owned = new Map<string, OwnedExecution>();
  private readonly opening = new Map<string, Promise<OwnedExecution | undefined>>();
  private readonly leaving = new Set<string>();
  private isClosed = false;

  constructor(private readonly options: OwnedExecutionsOptions) {}

  get(id: string): OwnedExecution | undefined {
    return this.owned.get(id);
  }

  get all(): readonly OwnedExecution[] {
    return [...this.owned.values()];
  }

  /** It is being handed over: what it waits for goes with it. */
  isLeaving(id: string): boolean {
    return this.isClosed || this.leaving.has(id);
  }

  /** Undefined when the id is taken. @throws OrchestratorError `stopped` when the program is closing */
  async create(record: Pick<ExecutionRecord, 'id' | 'workflow' | 'name' | 'definition' | 'by'> & { readonly parent?: string }, first: readonly NewWorkflowEvent[], options: RunOptions): Promise<OwnedExecution | undefined> {
    this.refuseWhenClosed();
    const { repository, clock, definitions } = this.options;
    const at = clock.now();
    const events = first.map((event, index): WorkflowEvent => ({ ...this.withoutSecrets(event), seq: index + 1, at, epoch: 1 }));
    const graph = await definitions.graph(record.definition);
    if (!(await repository.create({ ...record, startedAt: at }, events))) return undefined;
    return this.begin({ id: record.id, epoch: 1, events, definition: graph.definition }, options);
  }

  /**
   * Makes this process the owner of one that is not over, and goes on with it. `by` wants a parked one to go on. Undefined when it is owned elsewhere.
   * @throws OrchestratorError `execution-missing`, `execution-finished`, `stopped`
   */
  adopt(id: string, options: RunOptions & { readonly takeOver?: boolean; readonly by: string }): Promise<OwnedExecution | undefined> {
    const known = this.owned.get(id);
    if (known) return Promise.resolve(known);
    const under = this.opening.get(id);
    if (under) return under;
    const opening = this.open(id, options).finally(() => this.opening.delete(id));
    this.opening.set(id, opening);
    return opening;
  }

  /** Gives one back; another owner goes on with it. */
  async handOver(id: string): Promise<void> {
    const owned = this.owned.get(id);
    if (!owned) return;
    this.leaving.add(id);
    try {
      await owned.run.handOver();
      await owned.done.catch(() => undefined);
    } finally {
      this.leaving.delete(id);
    }
  }

  /** Gives all back and takes none any more. Their steps are let go of before this returns: what is stopped after that is no failure of theirs. */
  async close(): Promise<void> {
    this.isClosed = true;
    const given = this.handOverAll();
    await Promise.allSettled(this.opening.values());
    await Promise.all([given, this.handOverAll()]);
  }

  private async handOverAll(): Promise<void> {
    await Promise.all([...this.owned.keys()].map((id) => this.handOver(id)));
  }

  private async open(id: string, options: RunOptions & { readonly takeOver?: boolean; readonly by: string }): Promise<OwnedExecution | undefined> {
    this.refuseWhenClosed();
    const { repository, definitions, clock } = this.options;
    const claimed = await repository.claim(id, { takeOver: options.takeOver === true });
    if (!claimed) return undefined;
    const { epoch } = claimed;
    try {
      const [record, events] = await Promise.all([repository.execution(id), repository.events(id)]);
      const graph = await definitions.graph(record?.definition ?? '');
      const { status, seq } = foldEvents(graph, id, events);
      if (hasEnded(status)) throw executionFinished(id, status);
      if (status === 'parked') {
        const unparked: WorkflowEvent = { type: 'execution.unparked', by: options.by, seq: seq + 1, at: clock.now(), epoch };
        await repository.append(id, epoch, [unparked], { now: true });
        events.push(unparked);
      }
      return this.begin({ id, epoch, events, definition: graph.definition }, options);
    } catch (error) {
      await repository.release(id, epoch).catch(() => undefined);
      throw error;
    }
  }

  private begin({ id, epoch, events, definition }: Pick<ExecutionParts, 'id' | 'epoch' | 'events' | 'definition'>, { approvals, root, depth, parentSpan }: RunOptions): OwnedExecution {
    const { repository, start, shared, children, onAppend, log } = this.options;
    this.refuseWhenClosed();
    const run = start({
      ...shared, id, root, epoch, events, definition, approvals,
      journal: repository,
      children: (step) => children({ id, root, approvals, depth }, step),
      ...present({ parentSpan }),
      onAppend: (added) => { onAppend(id, added); },
    });
    const done = this.settled(id, epoch, run);
    const owned: OwnedExecution = { id, root, approvals, depth, run, done };
    this.owned.set(id, owned);
    done.catch((error: unknown) => { log.error(`The workflow execution ${id} stopped: ${explain(error)}`, error); });
    return owned;
  }

  private async settled(id: string, epoch: number, run: RunsExecution): Promise<ExecutionState> {
    const { repository, onEnd } = this.options;
    try {
      const state = await run.done;
      const owned = this.owned.get(id);
      if (owned && hasEnded(state.status)) await onEnd(owned, state);
      return state;
    } finally {
      if (this.owned.get(id)?.run === run) this.owned.delete(id);
      // Nothing happens when the execution has done so itself, or when another owner has it.
      await repository.release(id, epoch).catch(() => undefined);
    }
  }

  /** Steps see of a variable what is on record: else one that goes on after a crash would see something else than those before it. */
  private withoutSecrets(event: NewWorkflowEvent): NewWorkflowEvent {
    if (event.type !== 'execution.started') return event;
    const { shared: { redact }, log } = this.options;
    const given = JSON.stringify(event.variables);
    const kept = redact(given);
    if (kept === given) return event;
    log.warn(`Variables of "${redact(event.name)}" hold secrets, which are left out: nothing records them. Let the program that needs a secret read it from where it is kept.`);
    return { ...event, variables: JSON.parse(kept) as Readonly<Record<string, unknown>> };
  }

  private refuseWhenClosed(): void {
    if (this.isClosed) throw new OrchestratorError('stopped', 'The program is closing.', 'Resume the execution when it is open.');
  }
}

export function executionFinished(id: string, status: string): OrchestratorError {
  return new OrchestratorError('execution-finished', `The execution ${id} has ended: it ${status === 'cancelled' ? 'was' : 'has'} ${status}.`, 'Start the workflow anew, or fork the execution from one of its nodes.');
}
