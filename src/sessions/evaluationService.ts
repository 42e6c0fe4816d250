import type { Listen } from '../base/events';
import type { EvalConfigIssue, EvalDefinition } from '../evaluation/evalDefinition';
import type { EvalProgress } from '../evaluation/evaluationRequest';
import type { Acceptance } from '../model/acceptance';
import type { EvalReport, EvalTarget } from '../model/evalReport';

export interface EvaluateOptions {
  readonly suite?: string;
  /** Only these evaluators. */
  readonly only?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EvalProgress) => void;
  /** False runs everything anew. Default true. */
  readonly useCache?: boolean;
}

export interface CheckoutOptions extends EvaluateOptions {
  /** Branch, tag or commit to compare with. Default: where the checked-out branch left its upstream, or the repository's main branch; HEAD where that is the branch itself. */
  readonly base?: string;
  /** Where the definition comes from. Default `base`; `tree` is for trying a new one out. */
  readonly definition?: 'base' | 'tree';
}

/** `none`: never evaluated · `fresh`: holds for what a merge would do now · `stale`: something has changed since. */
export interface GateState {
  readonly state: 'none' | 'fresh' | 'stale';
  readonly report?: EvalReport;
  /** What has changed, for a person. */
  readonly why?: string;
}

/** A line that a custom evaluator's script printed. */
export interface ScriptLine {
  readonly evaluator: string;
  readonly line: string;
}

/** Evaluations of one repository: of sessions as a merge would make them, and of the checkout as it is. */
export interface EvaluationService {
  /** A report was stored, here or in another process, or a configuration may have changed. */
  readonly onDidChange: Listen<void>;
  /** Scripts print while they run: how one is debugged. */
  readonly onDidPrint: Listen<ScriptLine>;
  /** What a session's gate runs (from its base), or what the checkout's files say (`definition: 'tree'`). @throws OrchestratorError `evals-invalid` */
  definition(target: EvalTarget, from?: 'base' | 'tree'): Promise<EvalDefinition>;
  /** Everything wrong in the text of a configuration file; empty when it is sound. */
  issues(text: string): readonly EvalConfigIssue[];
  /** Evaluates the session's work as it would be on its base branch now. @throws OrchestratorError `merge-conflict`, `nothing-to-merge`, `evals-invalid`, `stopped` */
  evaluateSession(sessionId: string, options?: EvaluateOptions): Promise<EvalReport>;
  /** Evaluates the opened work tree with its uncommitted files. */
  evaluateCheckout(options?: CheckoutOptions): Promise<EvalReport>;
  gate(sessionId: string): Promise<GateState>;
  latest(target: EvalTarget): Promise<EvalReport | undefined>;
  /** Remembers that a person lives with a finding, in this repository on this machine. */
  accept(acceptance: Omit<Acceptance, 'acceptedAt'>): Promise<void>;
  /** Adds findings to the baseline file of a work tree, which counts for gates once it is committed to the base; gives the file. */
  addToBaseline(folder: string, findings: EvalReport['results'][number]['findings'], reason?: string): Promise<string>;
}
