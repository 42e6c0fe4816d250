import type { NewWorkflowEvent, WorkflowEvent } from '../../model/workflow/event';
import type { Fold } from '../../model/workflow/fold/fold';
import type { ExecutionParts } from './executionParts';

/**
 * The only way by which an execution changes: an event gets its place, is folded, and goes to the store. What is said in one turn goes together;
 * only who waits for `durable` has the store write at once.
 */
export class ExecutionJournal {
  /** All of them, those before this process too. */
  readonly events: WorkflowEvent[];
  /** Number of the last event that is durable. */
  durableSeq: number;
  private unsent: WorkflowEvent[] = [];
  private consumed: string[] = [];
  private sent: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  private planned: NodeJS.Immediate | undefined;
  private isUrgent = false;
  private isClosed = false;

  constructor(
    private readonly parts: ExecutionParts,
    private readonly fold: Fold,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.events = [...parts.events];
    for (const event of parts.events) fold.apply(event);
    this.durableSeq = fold.state.seq;
  }

  /** It is in the state when this returns. `urgent`: it goes to the disk with this turn. `consumed`: signals that it answers. */
  write(event: NewWorkflowEvent, options: { readonly urgent?: boolean; readonly consumed?: readonly string[] } = {}): void {
    if (this.isClosed) return;
    const placed: WorkflowEvent = { ...event, seq: this.fold.state.seq + 1, at: this.parts.clock.now(), epoch: this.parts.epoch };
    this.fold.apply(placed);
    this.events.push(placed);
    this.unsent.push(placed);
    if (options.consumed) this.consumed.push(...options.consumed);
    if (options.urgent === true) this.isUrgent = true;
    this.planned ??= setImmediate(() => void this.send());
    try {
      this.parts.onAppend([placed]);
    } catch (error) {
      this.parts.log.error(`Somebody who follows the execution ${this.parts.id} failed`, error);
    }
  }

  /** Signals that nothing came of. */
  drop(signals: readonly string[]): void {
    if (this.isClosed) return;
    this.consumed.push(...signals);
    this.planned ??= setImmediate(() => void this.send());
  }

  /** Resolves when all that was said so far, and in this turn, is durable. Those who ask in one turn share one write. */
  durable(): Promise<void> {
    this.next ??= Promise.resolve().then(() => {
      this.next = undefined;
      this.isUrgent = true;
      return this.send();
    });
    return this.next;
  }

  /** Nothing is said any more; resolves when what was said is durable, or cannot be made so. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.isUrgent = true;
    await this.send().catch(() => undefined);
  }

  /** Forgets what the store has not got yet. */
  abandon(): void {
    this.isClosed = true;
    this.unsent = [];
    this.consumed = [];
  }

  private send(): Promise<void> {
    clearImmediate(this.planned);
    this.planned = undefined;
    const { unsent: events, consumed, isUrgent: now } = this;
    this.isUrgent = false;
    if (events.length === 0 && consumed.length === 0) return this.sent;
    this.unsent = [];
    this.consumed = [];
    const last = events.at(-1)?.seq ?? 0;
    this.sent = this.parts.journal.append(this.parts.id, this.parts.epoch, events, { now, ...(consumed.length > 0 && { consumed }) }).then(() => {
      this.durableSeq = Math.max(this.durableSeq, last);
    });
    this.sent.catch((error: unknown) => this.onFailure(error));
    return this.sent;
  }
}
