import { OrchestratorError } from '../../base/errors';
import type { Store, TableName } from '../../storage/store';

/**
 * What `read` gives, as soon as it gives anything: asked again whenever this process or another one changed one of the tables.
 * @throws OrchestratorError `stopped` when the signal is aborted first, and what `read` throws
 */
export function storeHas<T>(store: Pick<Store, 'onDidChange'>, tables: readonly TableName[], read: () => Promise<T | undefined>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      listener.dispose();
      signal.removeEventListener('abort', stop);
      settle();
    };
    const stop = (): void => { end(() => { reject(new OrchestratorError('stopped', 'It was stopped.', 'Run the workflow again.', { cause: signal.reason })); }); };
    const look = (): void => {
      read().then(
        (value) => { if (value !== undefined) end(() => { resolve(value); }); },
        (error: unknown) => { end(() => { reject(error instanceof Error ? error : new Error(String(error))); }); },
      );
    };
    const listener = store.onDidChange((change) => { if (change.tables.some((table) => tables.includes(table))) look(); });
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    else look();
  });
}
