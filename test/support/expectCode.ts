import { expect } from 'vitest';
import type { ErrorCode, OrchestratorError } from '../../src/base/errors';
import { isOrchestratorError } from '../../src/base/errors';

/** That a promise rejects with one of our errors, of this code, with advice; gives the error for more to be said of it. */
export async function expectCode(promise: Promise<unknown>, code: ErrorCode): Promise<OrchestratorError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`expected the error ${code}, but it succeeded with ${JSON.stringify(outcome.value)}`);
  const { error } = outcome;
  if (!isOrchestratorError(error)) throw error;
  expect(error.code, error.message).toBe(code);
  expect(error.advice).not.toBe('');
  expect(error.message).not.toMatch(/\n\s+at /);
  return error;
}
