import type { RetryPolicy } from '../../model/workflow/definition';

/** Errors that come again however often it is tried, and ends that somebody wanted. A policy that names them has them tried again all the same. */
const notMended: ReadonlySet<string> = new Set([
  'invalid-argument', 'workflow-invalid', 'expression-failed', 'budget-exceeded', 'untrusted-workspace', 'agent-not-configured', 'agent-missing', 'approval-needed', 'stopped',
]);

/**
 * Milliseconds until the next attempt; undefined when there is none. `attempt` is the one that failed, from 1; `random` gives 0 to 1.
 * The wait grows by its factor up to its bound, and of that the share `jitter` is random: from (1 - jitter) to 1 of it.
 */
export function retryDelayMs(policy: RetryPolicy | undefined, attempt: number, code: string, random: () => number): number | undefined {
  if (policy === undefined || attempt > policy.max) return undefined;
  if (policy.on === undefined ? notMended.has(code) : !policy.on.includes(code)) return undefined;
  const { backoffMs = 1000, factor = 2, maxBackoffMs = 300_000, jitter = 0.2 } = policy;
  const wait = Math.min(backoffMs * factor ** (attempt - 1), maxBackoffMs);
  return Math.round(wait * (1 - jitter) + wait * jitter * random());
}
