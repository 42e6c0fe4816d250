import { OrchestratorError } from '../base/errors';
import type { Row } from './columns';
import { fromErrorData } from './storeErrors';
import type { FromWorker, Numbered, Refusal, StoreRequest, ToWorker, WorkerConfig, WriteMessage } from './storeProtocol';
import type { StartThread, StoreThread } from './storeThread';
import type { StoreChange } from './store';

interface Waiter {
  readonly resolve: (rows: Row[]) => void;
  readonly reject: (error: Error) => void;
}

interface Sent {
  readonly seq: number;
  readonly characters: number;
  readonly waiter?: Waiter | undefined;
}

export interface ConnectionEvents {
  readonly onChange: (change: StoreChange) => void;
  /** The thread is gone: its lock must be given back. */
  readonly onEnd: () => void;
}

/** Without the `seq` that the connection gives. */
export type Unsent<T> = T extends unknown ? Omit<T, 'seq'> : never;

/** Messages to and from the store's thread: matches answers to requests, and counts what is not committed yet. */
export class StoreConnection {
  private readonly thread: StoreThread;
  private readonly requests = new Map<number, Waiter>();
  private sent: Sent[] = [];
  private nextRequest = 1;
  private nextSeq = 1;
  private ended: OrchestratorError | undefined;
  private closing = false;
  /** Asked for in this turn of the program, and not sent yet. */
  private asked: Numbered<StoreRequest>[] = [];
  private opening: { readonly resolve: (opened: Extract<FromWorker, { kind: 'opened' }>) => void; readonly reject: (error: Error) => void } | undefined;
  /** Why SQLite refused rows since the last look. */
  private refusals: string[] = [];
  /** Characters of rows that are not committed yet. */
  outstandingCharacters = 0;

  readonly opened: Promise<Extract<FromWorker, { kind: 'opened' }>>;

  constructor(
    start: StartThread,
    private readonly config: WorkerConfig,
    private readonly events: ConnectionEvents,
  ) {
    this.opened = new Promise((resolve, reject) => (this.opening = { resolve, reject }));
    this.thread = start(config, { onMessage: (message) => this.receive(message), onExit: (reason) => void this.end(reason) });
  }

  request(request: StoreRequest): Promise<Row[]> {
    if (this.ended !== undefined) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      const id = this.nextRequest++;
      this.requests.set(id, { resolve, reject });
      this.asked.push({ id, request });
      if (this.asked.length === 1) queueMicrotask(() => this.sendAsked());
    });
  }

  /** Queues rows without waiting for them. */
  write(message: Unsent<WriteMessage>, characters: number, waiter?: Waiter): void {
    if (this.ended !== undefined) {
      waiter?.reject(this.ended);
      return;
    }
    this.sendAsked();
    const seq = this.nextSeq++;
    this.sent.push({ seq, characters, waiter });
    this.outstandingCharacters += characters;
    this.send({ ...message, seq } as WriteMessage);
  }

  /** Queues rows; resolves when they are committed. */
  writeAndWait(message: Unsent<WriteMessage>): Promise<void> {
    return new Promise((resolve, reject) => this.write(message, 0, { resolve: () => resolve(), reject }));
  }

  takeRefusals(): string[] {
    const taken = this.refusals;
    this.refusals = [];
    return taken;
  }

  async end(reason?: Error): Promise<void> {
    if (this.ended !== undefined) return;
    const detail = reason === undefined ? 'was closed' : `ended unexpectedly (${reason.message})`;
    this.ended = new OrchestratorError('store-failed', `The session store ${this.config.file} ${this.closing ? 'was closed' : detail}.`, 'Reload the window to open it again.', { cause: reason });
    this.opening?.reject(this.ended);
    for (const waiter of this.requests.values()) waiter.reject(this.ended);
    for (const { waiter } of this.sent) waiter?.reject(this.ended);
    this.requests.clear();
    this.sent = [];
    await this.thread.terminate();
    this.events.onEnd();
  }

  beginClosing(): void {
    this.closing = true;
  }

  /** Whoever asks for several things at once pays for one message, and is answered of one state. */
  private sendAsked(): void {
    if (this.asked.length === 0 || this.ended !== undefined) return;
    const requests = this.asked;
    this.asked = [];
    this.send({ kind: 'requests', requests });
  }

  private send(message: ToWorker): void {
    this.thread.setBusy(true);
    this.thread.post(message);
  }

  private receive(message: FromWorker): void {
    switch (message.kind) {
      case 'opened':
        this.opening?.resolve(message);
        this.opening = undefined;
        break;
      case 'openFailed':
        this.opening?.reject(fromErrorData(message.error));
        this.opening = undefined;
        this.closing = true;
        void this.end();
        return;
      case 'committed':
        this.committed(message.upTo);
        this.events.onChange({ tables: message.tables, external: false });
        break;
      case 'commitFailed':
        // The rows stay queued in the worker; who waits for them is told now.
        for (const { waiter } of this.sent) waiter?.reject(fromErrorData(message.error));
        this.sent = this.sent.map(({ seq, characters }) => ({ seq, characters }));
        break;
      case 'rowRefused':
        this.refused(message.seq, message.refusal);
        break;
      case 'changed':
        this.events.onChange({ tables: message.tables, external: message.external });
        break;
      case 'answers':
        for (const answer of message.answers) {
          const waiter = this.settle(answer.id);
          if ('error' in answer) waiter?.reject(fromErrorData(answer.error));
          else waiter?.resolve([...answer.rows]);
        }
        break;
    }
    if (this.opening === undefined && this.requests.size === 0 && this.sent.length === 0) this.thread.setBusy(false);
  }

  private settle(id: number): Waiter | undefined {
    const waiter = this.requests.get(id);
    this.requests.delete(id);
    return waiter;
  }

  private committed(upTo: number): void {
    let count = 0;
    for (const { seq, characters, waiter } of this.sent) {
      if (seq > upTo) break;
      this.outstandingCharacters -= characters;
      waiter?.resolve([]);
      count++;
    }
    this.sent.splice(0, count);
  }

  private refused(seq: number, refusal: Refusal): void {
    const waiter = this.sent.find((candidate) => candidate.seq === seq)?.waiter;
    if ('error' in refusal) waiter?.reject(fromErrorData(refusal.error));
    else if (waiter === undefined) this.refusals.push(refusal.reason);
    else waiter.reject(new OrchestratorError('write-failed', `The session store refused a row (${refusal.reason}).`, 'This is a fault of the program; please report it.'));
  }
}
