import { OrchestratorError, errorMessage, isOrchestratorError, systemCode } from '../base/errors';
import type { ErrorCode } from '../base/errors';
import type { LockOwner } from './lockOwner';
import { ownerText } from './lockOwner';

/** What crosses the thread boundary in place of an error, which would lose its class. */
export interface StoreErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string;
}

export interface FailureContext {
  readonly file: string;
  /** The file system's own error, which SQLite's message leaves out. */
  readonly systemError?: Error | undefined;
  readonly blockedBy?: LockOwner | undefined;
}

/** Turns what SQLite or the file system threw into an error that a person can act on. */
export function storeError(error: unknown, { file, systemError, blockedBy }: FailureContext): OrchestratorError {
  if (isOrchestratorError(error)) return error;
  const message = errorMessage(error);
  const code = systemCode(systemError) ?? systemCode(error);
  const options = { cause: systemError ?? error };
  if (/database or disk is full/i.test(message) || code === 'ENOSPC' || code === 'EDQUOT') {
    return new OrchestratorError('disk-full', `There is no space left on the disk of ${file}.`, 'Free some space; what was not saved is kept in memory and saved then.', options);
  }
  if (/database is locked|database table is locked/i.test(message)) {
    const who = blockedBy === undefined ? 'another process' : ownerText(blockedBy);
    return new OrchestratorError('store-locked', `The session store ${file} is held by ${who}.`, lockAdvice(file), options);
  }
  if (/malformed|not a database/i.test(message)) {
    return new OrchestratorError('store-damaged', `The session store ${file} is damaged (${message}).`, 'Reload the window: it is checked and moved aside then, and a new one is begun.', options);
  }
  if (/readonly database/i.test(message)) {
    return new OrchestratorError('store-failed', `The session store ${file} was moved, replaced or made read-only.`, 'Check its permissions, then reload the window.', options);
  }
  const detail = systemError === undefined ? message : `${message}: ${systemError.message}`;
  return new OrchestratorError('store-failed', `The session store ${file} failed (${detail}).`, 'Check the disk and its permissions, then reload the window.', options);
}

/** A single row's own fault (not the disk's): trying it again would fail again. */
export function isRowFault(error: unknown): boolean {
  return /constraint failed|datatype mismatch|too big/i.test(errorMessage(error));
}

export function toErrorData(error: OrchestratorError): StoreErrorData {
  return { code: error.code, message: error.message, advice: error.advice };
}

export function fromErrorData({ code, message, advice }: StoreErrorData): OrchestratorError {
  return new OrchestratorError(code, message, advice);
}

function lockAdvice(file: string): string {
  return `If that process hangs, end it. If it ran on another computer or in a container that is gone, delete ${file}-lock.`;
}
