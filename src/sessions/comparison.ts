import { present } from '../base/jsonShape';
import type { EvalDefinition } from '../evaluation/evalDefinition';
import type { EvalRunner } from '../evaluation/evalRunner';
import { createEvaluationInput } from '../evaluation/input/createEvaluationInput';
import type { Repository } from '../git/repository';
import type { CallOrigin } from '../llm/modelProvider';
import type { EvalReport, EvalTarget, GateBinding } from '../model/evalReport';
import type { Store } from '../storage/store';
import type { EvaluateOptions } from './evaluationService';

export interface ComparisonContext {
  readonly repository: Repository;
  readonly store: Store;
  readonly runner: EvalRunner;
  /** Aborted when the program closes. */
  readonly closing: AbortSignal;
}

/** Two commits (or trees) that are compared, and for whom. */
export interface Comparison {
  readonly target: EvalTarget;
  readonly definition: EvalDefinition;
  readonly base: string;
  readonly head: string;
  readonly binding: GateBinding;
  readonly origin: CallOrigin;
  /** The report before, of the same target. */
  readonly previous: EvalReport | undefined;
  /** A second place to borrow dependencies from. */
  readonly worktree?: string;
  readonly notices?: readonly string[];
}

/**
 * Evaluates what is compared, and keeps the report.
 * @throws OrchestratorError `stopped`, `invalid-argument` for a suite or evaluator that there is not
 */
export async function evaluateComparison({ repository, store, runner, closing }: ComparisonContext, comparison: Comparison, { suite, only, onProgress, useCache, signal: asked }: EvaluateOptions): Promise<EvalReport> {
  const { target, definition, base, head, binding, origin, previous, worktree, notices = [] } = comparison;
  const signal = asked ? AbortSignal.any([asked, closing]) : closing;
  const acceptances = await store.evaluations.acceptances();
  const input = await createEvaluationInput({ repository, base, head, dependenciesFrom: { checkout: repository.root, ...present({ session: worktree }) }, setup: definition.setup, signal });
  try {
    const report = await runner.runEvaluation({
      input, definition, target, binding, origin, signal, accepted: new Map(acceptances.map(({ fingerprint, reason }) => [fingerprint, reason])),
      ...present({ suite, only, onProgress, useCache, previous }),
    });
    const whole = { ...report, notices: [...notices, ...report.notices] };
    await store.evaluations.save(whole);
    return whole;
  } finally {
    await input.dispose();
  }
}
