import type { Transport } from '../../src/protocol/hostPeer';
import type { Listen } from '../../src/base/events';
import type { PageApi } from './host';

export interface HostTwin {
  /** The page's side: what `acquireVsCodeApi` and the window's messages are in VS Code. */
  readonly api: PageApi;
  readonly incoming: Listen<unknown>;
  /** The host's side, for a real `HostPeer`. */
  readonly transport: Transport;
  /** All that the page posted, oldest first. */
  readonly posted: readonly unknown[];
  readonly state: () => unknown;
}

/** A page and its host in one memory, with messages copied on the way as VS Code copies them. */
export function createHostTwin(savedState?: unknown): HostTwin {
  const toHost = new Set<(message: unknown) => void>();
  const toPage = new Set<(message: unknown) => void>();
  const posted: unknown[] = [];
  let state = savedState;
  return {
    api: {
      postMessage: (message) => {
        const copy = structuredClone(message);
        posted.push(copy);
        for (const listener of toHost) listener(copy);
      },
      getState: () => state,
      setState: (next) => {
        state = structuredClone(next);
      },
    },
    incoming: listenIn(toPage),
    transport: {
      post: (message) => {
        const copy = structuredClone(message);
        for (const listener of toPage) listener(copy);
      },
      onMessage: listenIn(toHost),
    },
    posted,
    state: () => state,
  };
}

function listenIn<T>(listeners: Set<(value: T) => void>): Listen<T> {
  return (listener) => {
    listeners.add(listener);
    return { dispose: () => listeners.delete(listener) };
  };
}
