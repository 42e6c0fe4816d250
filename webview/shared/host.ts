import type { Disposable } from '../../src/base/disposable';
import type { Listen } from '../../src/base/events';
import type { ErrorAbout, ErrorData, HostMessageOf, PageContract, PageMessageOf } from '../../src/protocol/messages';

/** What VS Code gives a page: one channel and a place for a little state. */
export interface PageApi {
  readonly postMessage: (message: unknown) => void;
  readonly getState: () => unknown;
  readonly setState: (state: unknown) => void;
}

type ResourceName<C extends PageContract> = Extract<keyof C['resources'], string>;
type ActionName<C extends PageContract> = Extract<keyof C['actions'], string>;

/** The page's end of the channel: the mirror of the host's `HostPeer`, and the only way a page reaches the extension. */
export interface Host<C extends PageContract> extends Disposable {
  readonly ready: () => void;
  /** Rejects with a `HostError`, or with the signal's reason once that is aborted. */
  readonly request: <R extends ResourceName<C>>(resource: R, params: C['resources'][R]['params'], signal: AbortSignal) => Promise<C['resources'][R]['result']>;
  readonly act: <A extends ActionName<C>>(action: A, params: C['actions'][A]) => void;
  readonly onSnapshot: Listen<C['snapshot']>;
  readonly onError: Listen<{ readonly about: ErrorAbout; readonly error: ErrorData }>;
}

export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: string;
  readonly advice: string;

  constructor({ code, message, advice }: ErrorData) {
    super(message);
    this.code = code;
    this.advice = advice;
  }
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Connects a page. `readSnapshot` checks what came by hand (a schema compiler needs `eval`, which pages may not use) and answers
 * undefined for what is no snapshot; such messages are dropped with a line on the console.
 */
export function connectHost<C extends PageContract>(
  api: PageApi,
  incoming: Listen<unknown>,
  readSnapshot: (value: unknown) => C['snapshot'] | undefined,
): Host<C> {
  const pending = new Map<number, Pending>();
  const snapshots = new Set<(snapshot: C['snapshot']) => void>();
  const errors = new Set<(error: { about: ErrorAbout; error: ErrorData }) => void>();
  let lastId = 0;

  const post = (message: PageMessageOf<PageContract>): void => api.postMessage(message);
  const listening = incoming((raw) => {
    const message = readEnvelope(raw);
    if (message === undefined) return ignored(raw);
    if (message.type === 'snapshot') {
      const snapshot = readSnapshot(message.snapshot);
      if (snapshot === undefined) return ignored(raw);
      for (const listener of snapshots) listener(snapshot);
    } else if (message.type === 'error') {
      for (const listener of errors) listener(message);
    } else {
      const waiting = pending.get(message.id);
      if (message.ok) waiting?.resolve(message.result);
      else waiting?.reject(new HostError(message.error));
    }
  });

  return {
    ready: () => post({ type: 'ready' }),
    act: (action, params) => post({ type: 'action', action, params }),
    request: (resource, params, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const id = ++lastId;
        const settle = (finish: () => void): void => {
          pending.delete(id);
          signal.removeEventListener('abort', cancel);
          finish();
        };
        const cancel = (): void => {
          post({ type: 'cancel', id });
          settle(() => reject(signal.reason));
        };
        signal.addEventListener('abort', cancel);
        pending.set(id, {
          resolve: (result) => settle(() => resolve(result as C['resources'][typeof resource]['result'])),
          reject: (error) => settle(() => reject(error)),
        });
        post({ type: 'request', id, resource, params });
      }),
    onSnapshot: (listener) => listenTo(snapshots, listener),
    onError: (listener) => listenTo(errors, listener),
    dispose: () => listening.dispose(),
  };
}

/** The channel that VS Code gives every page. May be asked for only once. */
export function vscodePage(): { readonly api: PageApi; readonly incoming: Listen<unknown> } {
  return {
    api: acquireVsCodeApi(),
    incoming: (listener) => {
      const onMessage = (event: MessageEvent<unknown>): void => listener(event.data);
      window.addEventListener('message', onMessage);
      return { dispose: () => window.removeEventListener('message', onMessage) };
    },
  };
}

declare function acquireVsCodeApi(): PageApi;

function listenTo<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): Disposable {
  listeners.add(listener);
  return { dispose: () => listeners.delete(listener) };
}

function ignored(raw: unknown): void {
  console.warn('The page ignored a message that it does not understand.', raw);
}

function readEnvelope(raw: unknown): HostMessageOf<PageContract> | undefined {
  if (!isRecord(raw)) return undefined;
  if (raw['type'] === 'snapshot') return { type: 'snapshot', snapshot: raw['snapshot'] };
  const error = readError(raw['error']);
  if (raw['type'] === 'error') {
    const about = raw['about'];
    return error && (about === 'snapshot' || about === 'action' || about === 'message') ? { type: 'error', about, error } : undefined;
  }
  const id = raw['id'];
  if (raw['type'] !== 'response' || typeof id !== 'number') return undefined;
  if (raw['ok'] === true) return { type: 'response', id, ok: true, result: raw['result'] };
  return error && { type: 'response', id, ok: false, error };
}

function readError(value: unknown): ErrorData | undefined {
  if (!isRecord(value)) return undefined;
  const { code, message, advice } = value;
  return typeof code === 'string' && typeof message === 'string' && typeof advice === 'string' ? { code, message, advice } : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
