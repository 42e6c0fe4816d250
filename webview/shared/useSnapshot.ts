import { useCallback, useEffect, useRef, useState } from 'react';
import type { Listen } from '../../src/base/events';
import type { ErrorData, PageContract } from '../../src/protocol/messages';
import type { Host } from './host';
import { HostError } from './host';

export interface Snapshots<T> {
  /** The newest one, and when it came (`performance.now()`). */
  readonly latest: { readonly value: T; readonly receivedAt: number } | undefined;
  /** Why there is no newer one. */
  readonly error: ErrorData | undefined;
  /** The host was asked and stays silent. */
  readonly silent: boolean;
  readonly retry: () => void;
}

/** What is needed of a page's `Host`; its contract has a resource `snapshot`, which says whether the host is still there. */
export type SnapshotHost<T> = Pick<Host<PageContract>, 'ready' | 'onError'> & {
  readonly onSnapshot: Listen<T>;
  readonly request: (resource: 'snapshot', params: Record<string, never>, signal: AbortSignal) => Promise<T>;
};

const askAfterMs = 10_000;
const silentAfterMs = 5_000;

/**
 * A page's snapshots. While `isLive` says that more must come and nothing does, the host is asked, so that a page whose host went away says
 * so instead of looking current. Nothing is asked while the page is hidden.
 */
export function useSnapshot<T>(host: SnapshotHost<T>, isLive: (snapshot: T) => boolean, read: (value: unknown) => T | undefined): Snapshots<T> {
  const [latest, setLatest] = useState<Snapshots<T>['latest']>();
  const [error, setError] = useState<ErrorData>();
  const [silent, setSilent] = useState(false);
  const lastHeard = useRef(0);
  const live = latest === undefined || isLive(latest.value);

  const heard = useCallback((value: T) => {
    lastHeard.current = performance.now();
    setLatest({ value, receivedAt: performance.now() });
    setError(undefined);
    setSilent(false);
  }, []);

  useEffect(() => {
    const listening = [
      host.onSnapshot(heard),
      host.onError(({ about, error: reported }) => {
        lastHeard.current = performance.now();
        if (about === 'snapshot') setError(reported);
      }),
    ];
    lastHeard.current = performance.now();
    host.ready();
    return () => listening.forEach((listener) => listener.dispose());
  }, [host, heard]);

  const ask = useCallback(async () => {
    lastHeard.current = performance.now();
    try {
      const value = read(await host.request('snapshot', {}, AbortSignal.timeout(silentAfterMs)));
      if (value === undefined) setError({ code: 'unexpected', message: 'The extension sent something that cannot be shown.', advice: 'The log has the details.' });
      else heard(value);
    } catch (reason) {
      if (reason instanceof HostError) setError({ code: reason.code, message: reason.message, advice: reason.advice });
      else setSilent(true);
    }
  }, [host, heard, read]);

  useEffect(() => {
    if (!live && !silent) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && performance.now() - lastHeard.current >= askAfterMs) void ask();
    }, 1_000);
    return () => clearInterval(timer);
  }, [live, silent, ask]);

  return { latest, error, silent, retry: useCallback(() => void ask(), [ask]) };
}
