import type { EvalProgress } from '../evaluation/evaluationRequest';
import type { Session } from '../model/session';

/** How a person answers to a closed gate, and hears of what it evaluates. */
export interface GateOptions {
  /** Merges although the gate is closed; the reason is recorded. */
  readonly override?: { readonly reason: string };
  /** Aborting it ends the evaluation; nothing is merged then. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EvalProgress) => void;
}

export interface GateCheck extends GateOptions {
  readonly session: Session;
  /** Commit that the work was put on. */
  readonly base: string;
  /** The session's last commit. */
  readonly head: string;
  /** The work on the base: what is about to become the base branch's commit. */
  readonly commit: string;
  /** Span of the merge. */
  readonly parentId: string;
}

/** Stands before the last step of a merge. */
export interface MergeGate {
  /**
   * Resolves when nothing speaks against the merge, or a person overrides what does.
   * @throws OrchestratorError `gate-blocked` with the reasons, `stopped`, `evals-invalid`, `invalid-argument` for an override without a reason
   */
  pass(check: GateCheck): Promise<void>;
}

/** Nothing is asked. */
export const openGate: MergeGate = { pass: () => Promise.resolve() };
