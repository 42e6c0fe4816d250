import { explain, isOrchestratorError, type ErrorCode } from '../base/errors';
import { sleep } from '../base/processWait';
import type { SessionContext } from './sessionContext';

const pauseMs = 1_000;
const longestMs = 10 * 60_000;
/** What may pass by itself or when a person frees some space. */
const passing: readonly ErrorCode[] = ['store-locked', 'store-failed', 'disk-full'];

/**
 * Records the outcome of work that has been done already: the disk may be full or the store locked just now, and without its record the
 * session would stay as it was before. Tries until it succeeds, the program closes, or ten minutes have passed; then throws the last error.
 */
export async function keepTrying<T>({ clock, log, closing }: SessionContext, what: string, work: () => Promise<T>): Promise<T> {
  const started = clock.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const mayPass = isOrchestratorError(error) && passing.includes(error.code);
      if (!mayPass || closing.aborted || clock.now() - started > longestMs) throw error;
      if (attempt === 1) log.warn(`${what} could not be stored yet, trying again: ${explain(error)}`);
      await sleep(pauseMs, closing);
    }
  }
}
