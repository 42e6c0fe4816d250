import { errorMessage, isOrchestratorError } from '../../base/errors';
import type { StepError } from '../../model/workflow/event';

/** What a step that throws is on record as, without secrets. */
export function stepErrorOf(error: unknown, redact: (text: string) => string): StepError {
  if (isOrchestratorError(error)) return { code: error.code, message: redact(error.message), advice: redact(error.advice) };
  if (error instanceof Error && error.name === 'AbortError') return { code: 'stopped', message: 'It was stopped.', advice: 'Run it again.' };
  return { code: 'unexpected', message: redact(errorMessage(error)), advice: 'Look at the log for more, and run it again.' };
}

export function timedOut(name: string, limitMs: number): StepError {
  return { code: 'timeout', message: `"${name}" took longer than its ${limitMs} ms.`, advice: 'Give it more time, or look at what it waited for.' };
}

export function approvalNeeded(message: string): StepError {
  return { code: 'approval-needed', message: `Somebody would have to decide "${message}", and nobody can be asked here.`, advice: 'Run it where somebody can decide, or let approvals wait.' };
}

export function saidFailed(by: string): StepError {
  return { code: 'interrupted', message: `The process ended in the midst of the step, and ${by} says that it did not happen.`, advice: 'Run it again.' };
}
