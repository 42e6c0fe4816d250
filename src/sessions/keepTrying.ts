import type { Clock } from '../base/clock';
import { explain, isOrchestratorError, type ErrorCode } from '../base/errors';
import type { Log } from '../base/log';
import { sleep } from '../base/processWait';

const firstPauseMs = 100;
const longestPauseMs = 1_000;
const longestMs = 10 * 60_000;
/** What may pass by itself or when a person frees some space. */
const passing: readonly ErrorCode[] = ['store-locked', 'store-failed', 'disk-full'];

export interface Trying {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
  /** Aborted when nobody can wait any more: the last error is thrown then. */
  readonly closing: AbortSignal;
  /** Ten minutes, if absent. */
  readonly longestMs?: number;
}

/**
 * Records the outcome of work that has been done already: the disk may be full or the store locked just now, and without its record it would
 * seem not to have been done. Tries until it succeeds, the program closes, or too much time has passed; then throws the last error.
 */
export async function keepTrying<T>({ clock, log, closing, longestMs: within = longestMs }: Trying, what: string, work: () => Promise<T>): Promise<T> {
  const started = clock.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const mayPass = isOrchestratorError(error) && passing.includes(error.code);
      if (!mayPass || closing.aborted || clock.now() - started > within) throw error;
      if (attempt === 1) log.warn(`${what} could not be stored yet, trying again: ${explain(error)}`);
      await sleep(Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs), closing);
    }
  }
}
