import type { NewWorkflowEvent, WorkflowEvent } from '../../model/workflow/event';
import type { Fold } from '../../model/workflow/fold/fold';
import { keepTrying, type Trying } from '../../sessions/keepTrying';
import type { ExecutionParts } from './executionParts';

/**
 * The only way by which an execution changes: an event gets its place, is folded, and goes to the store. What is said in one turn goes together;
 * only who waits for `durable` has the store write at once. What cannot be written (a full disk, a locked store) is tried again until it can be,
 * or until the execution is closed or lost: the store keeps it in its place meanwhile, and whoever waits for `durable` just waits.
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
  /** Nobody waits for the disk any more. */
  private readonly givingUp = new AbortController();
  /** So many calls are being repeated. */
  private repeated = 0;

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

  /** Nothing is said any more; resolves when what was said is durable, or cannot be made so now. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.isUrgent = true;
    this.giveUp();
    await this.send().catch(() => undefined);
  }

  /** What cannot be written now is not waited for; what can be is written all the same. */
  giveUp(): void {
    this.givingUp.abort();
  }

  /** Of those that end with the journal: `giveUp` ends them. */
  get patience(): Trying {
    const { clock, log } = this.parts;
    return { clock, log, closing: this.givingUp.signal, longestMs: Number.POSITIVE_INFINITY };
  }

  /** Forgets what the store has not got yet. */
  abandon(): void {
    this.isClosed = true;
    this.giveUp();
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
    this.sent = this.put(events, { now, ...(consumed.length > 0 && { consumed }) }).then(() => {
      this.durableSeq = Math.max(this.durableSeq, last);
    });
    this.sent.catch((error: unknown) => this.onFailure(error));
    return this.sent;
  }

  private async put(events: readonly WorkflowEvent[], options: { readonly now: boolean; readonly consumed?: readonly string[] }): Promise<void> {
    let isFirst = true;
    let isTold = false;
    const warn = (message: string): void => {
      isTold = true;
      // Others that are repeated are so for the same reason.
      if (this.repeated++ === 0) this.parts.log.warn(message);
    };
    try {
      await keepTrying({ ...this.patience, log: { warn } }, `What the execution ${this.parts.id} came to`, () => {
        const now = options.now || !isFirst;
        isFirst = false;
        return this.parts.journal.append(this.parts.id, this.parts.epoch, events, { ...options, now });
      });
    } finally {
      if (isTold) this.repeated--;
    }
  }
}
