/**
 * Everything that can go wrong in a way a person can act on. `code` is stable and is what tests and callers match;
 * `message` says what happened, `advice` what to do. The cause and its stack go to the log, never to a notification.
 */
export class OrchestratorError extends Error {
  override readonly name = 'OrchestratorError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly advice: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export type ErrorCode =
  | 'not-a-repository'
  | 'bare-repository'
  | 'no-commits'
  | 'detached-head'
  | 'base-branch-missing'
  | 'branch-taken'
  | 'branch-in-the-way'
  | 'worktree-missing'
  | 'worktree-moved'
  | 'git-code-changed'
  | 'dirty-checkout'
  | 'nothing-to-merge'
  | 'merge-conflict'
  | 'base-moved'
  | 'git-missing'
  | 'git-too-old'
  | 'git-identity-missing'
  | 'git-failed'
  | 'agent-missing'
  | 'agent-failed'
  | 'agent-garbage'
  | 'agent-stalled'
  | 'agent-not-configured'
  | 'recording-missing'
  | 'recording-invalid'
  | 'recording-does-not-fit'
  | 'session-missing'
  | 'session-busy'
  | 'session-finished'
  | 'stopped'
  | 'budget-exceeded'
  | 'prices-invalid'
  | 'key-missing'
  | 'model-failed'
  | 'model-refused'
  | 'endpoint-invalid'
  | 'export-failed'
  | 'import-failed'
  | 'evals-invalid'
  | 'tool-missing'
  | 'setup-failed'
  | 'gate-blocked'
  | 'report-missing'
  | 'workflow-invalid'
  | 'workflow-missing'
  | 'execution-missing'
  | 'execution-owned'
  | 'execution-lost'
  | 'execution-finished'
  | 'approval-missing'
  | 'approval-changed'
  | 'expression-failed'
  | 'step-failed'
  | 'write-failed'
  | 'disk-full'
  | 'store-damaged'
  | 'store-locked'
  | 'store-newer'
  | 'store-failed'
  | 'invalid-argument'
  | 'untrusted-workspace'
  | 'no-workspace-folder';

/** True for our own errors, also for those that crossed a bundle or thread boundary and lost their class. */
export function isOrchestratorError(error: unknown): error is OrchestratorError {
  return error instanceof Error && error.name === 'OrchestratorError' && 'code' in error && 'advice' in error;
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a person is shown: what happened and what to do, on one line, without a stack. */
export function explain(error: unknown): string {
  if (isOrchestratorError(error)) return error.advice ? `${error.message} ${error.advice}` : error.message;
  return errorMessage(error);
}

/** The `code` of a Node system error (`ENOENT`, `ENOSPC` …), else undefined. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
