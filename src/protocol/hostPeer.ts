import type { Disposable } from '../base/disposable';
import { isOrchestratorError } from '../base/errors';
import type { Listen } from '../base/events';
import type { ActionOf, ErrorAbout, ErrorData, HostMessageOf, PageContract, PageMessageOf, RequestOf } from './messages';
import type { Validate } from './validate';

export interface Transport {
  readonly post: (message: unknown) => void;
  readonly onMessage: Listen<unknown>;
}

export interface HostHandlers<C extends PageContract> {
  /** The page listens now (again, after a reload): send it a snapshot. */
  readonly ready: () => void;
  readonly request: {
    readonly [Resource in keyof C['resources']]: (
      params: C['resources'][Resource]['params'],
      signal: AbortSignal,
    ) => Promise<C['resources'][Resource]['result']>;
  };
  readonly action: { readonly [Action in keyof C['actions']]: (params: C['actions'][Action]) => Promise<void> | void };
}

export interface PeerLog {
  readonly warn: (message: string) => void;
  readonly error: (message: string, error: unknown) => void;
}

const requestsInFlight = 32;

/**
 * The host's end of a page. Every message is validated before use; what is unknown or malformed is logged and answered with an error.
 * Nothing a page sends makes it throw.
 */
export class HostPeer<C extends PageContract> implements Disposable {
  private readonly running = new Map<number, AbortController>();
  private readonly listening: Disposable;
  private disposed = false;

  constructor(
    private readonly transport: Transport,
    private readonly validate: Validate<PageMessageOf<C>>,
    private readonly handlers: HostHandlers<C>,
    private readonly log: PeerLog,
  ) {
    this.listening = transport.onMessage((message) => this.receive(message));
  }

  sendSnapshot(snapshot: C['snapshot']): void {
    this.send({ type: 'snapshot', snapshot });
  }

  sendError(about: ErrorAbout, error: unknown): void {
    this.send({ type: 'error', about, error: errorData(error) });
  }

  dispose(): void {
    this.disposed = true;
    this.listening.dispose();
    for (const controller of this.running.values()) controller.abort();
    this.running.clear();
  }

  private receive(raw: unknown): void {
    const checked = this.validate(raw);
    if (!checked.ok) {
      this.log.warn(`The page sent a message that is none: ${checked.problem}`);
      this.refuse(raw, { code: 'bad-message', message: 'The page sent a message that the extension does not understand.', advice: 'Close and reopen the page.' });
      return;
    }
    const message = checked.value;
    if (message.type === 'ready') this.guard('ready', 'snapshot', () => this.handlers.ready());
    else if (message.type === 'cancel') this.cancel(message.id);
    else if (message.type === 'request') void this.answer(message);
    else this.act(message);
  }

  private refuse(raw: unknown, error: ErrorData): void {
    const id = requestIdOf(raw);
    if (id === undefined) this.send({ type: 'error', about: 'message', error });
    else this.send({ type: 'response', id, ok: false, error });
  }

  private cancel(id: number): void {
    this.running.get(id)?.abort();
    this.running.delete(id);
  }

  private async answer(request: RequestOf<C>): Promise<void> {
    const { id, resource, params } = request;
    if (this.running.has(id) || this.running.size >= requestsInFlight) {
      this.log.warn(`The page asked for ${resource} with ${this.running.has(id) ? 'an id in use' : 'too many requests open'}.`);
      this.refuse(request, { code: 'too-many-requests', message: 'Too many questions at once.', advice: 'Try again in a moment.' });
      return;
    }
    const controller = new AbortController();
    this.running.set(id, controller);
    try {
      const result = await this.handlers.request[resource](params, controller.signal);
      if (!controller.signal.aborted) this.send({ type: 'response', id, ok: true, result });
    } catch (error) {
      if (controller.signal.aborted) return;
      this.log.error(`Answering the page's request for ${resource} failed.`, error);
      this.send({ type: 'response', id, ok: false, error: errorData(error) });
    } finally {
      if (this.running.get(id) === controller) this.running.delete(id);
    }
  }

  private act(message: ActionOf<C>): void {
    this.guard(message.action, 'action', () => this.handlers.action[message.action](message.params));
  }

  private guard(what: string, about: ErrorAbout, run: () => Promise<void> | void): void {
    const failed = (error: unknown): void => {
      this.log.error(`The page's "${what}" failed.`, error);
      this.sendError(about, error);
    };
    try {
      Promise.resolve(run()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  private send(message: HostMessageOf<C>): void {
    if (this.disposed) return;
    try {
      this.transport.post(message);
    } catch (error) {
      this.log.error('A message could not be sent to the page.', error);
    }
  }
}

/** What a page may know of an error: no stack, no cause. */
function errorData(error: unknown): ErrorData {
  if (isOrchestratorError(error)) return { code: error.code, message: error.message, advice: error.advice };
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error), advice: 'The log has the details.' };
}

function requestIdOf(raw: unknown): number | undefined {
  if (typeof raw !== 'object' || raw === null || !('type' in raw) || raw.type !== 'request' || !('id' in raw)) return undefined;
  return typeof raw.id === 'number' && Number.isSafeInteger(raw.id) && raw.id > 0 ? raw.id : undefined;
}
