import type { CallOrigin } from '../llm/modelProvider';
import type { EvalReport, EvalTarget, GateBinding } from '../model/evalReport';
import type { EvalResult } from '../model/evalResult';
import type { EvalDefinition } from './evalDefinition';
import type { EvaluationInput } from './evaluationInput';
import type { FileCoverage } from './evaluator';

export type EvalProgress =
  | { readonly kind: 'started'; readonly evaluator: string }
  | { readonly kind: 'ended'; readonly evaluator: string; readonly result: EvalResult; readonly coverage?: readonly FileCoverage[] };

export interface EvaluationRequest {
  readonly input: EvaluationInput;
  readonly definition: EvalDefinition;
  /** The gate's suite, if absent. */
  readonly suite?: string;
  /** Only these evaluators of the suite; the report is partial then. */
  readonly only?: readonly string[];
  readonly target: EvalTarget;
  readonly binding: GateBinding;
  /** Spans of the evaluators go below it. */
  readonly origin: CallOrigin;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: EvalProgress) => void;
  /** False runs everything anew. Default true. */
  readonly useCache?: boolean;
  /** Findings that a person accepted here besides the definition's baseline: fingerprint → reason. */
  readonly accepted?: ReadonlyMap<string, string>;
  readonly previous?: EvalReport;
}

/** Keeps outcomes between runs. */
export interface OutcomeCache {
  get(key: string): Promise<string | undefined>;
  set(key: string, outcome: string): Promise<void>;
}
