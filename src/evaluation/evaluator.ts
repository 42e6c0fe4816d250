import type { RunResult } from '../base/processes';
import type { EvalConfig } from '../model/evalConfig';
import type { EvalResult, EvalVerdict, FoundIssue, Isolation } from '../model/evalResult';
import type { CallOrigin } from '../llm/modelProvider';
import type { EvaluatedTree, EvaluationInput, LaidOutTree } from './evaluationInput';

/** What an evaluator made of a tree, before weights, fingerprints and baselines. */
export interface EvaluatorOutcome {
  /** `errored` and `unscored` have no score and say why in `error`. */
  readonly verdict: EvalVerdict;
  readonly score: number | null;
  readonly issues: readonly FoundIssue[];
  readonly details?: string;
  readonly error?: string;
  readonly isolation: Isolation;
  readonly metrics?: Readonly<Record<string, number>>;
  /** Lines that ran, by file: what the editor shows as coverage. */
  readonly coverage?: readonly FileCoverage[];
  /** What single tests did, when it ran a project's tests: what the head is compared with at its base. */
  readonly tests?: readonly TestRecord[];
}

export interface TestRecord {
  /** Relative to the tree; absent where the tool does not say it. */
  readonly file?: string;
  /** With the names of what it is in, outermost first. */
  readonly path: readonly string[];
  readonly status: 'passed' | 'failed' | 'skipped';
}

export interface FileCoverage {
  readonly file: string;
  /** Hits by 1-based line. */
  readonly lines: readonly (readonly [line: number, hits: number])[];
  readonly branches?: { readonly covered: number; readonly total: number };
  readonly functions?: { readonly covered: number; readonly total: number };
}

export interface ToolRequest {
  readonly argv: readonly [string, ...string[]];
  /** Where it runs, and the only place (besides a temporary folder of its own) that it may write to where the system can enforce that. */
  readonly tree: LaidOutTree;
  /** Folder in the tree, relative. */
  readonly folder?: string;
  /** Added to the scrubbed environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Folders outside the tree that it may write to, such as one for its report. */
  readonly writable?: readonly string[];
  /** Default false. Enforced only where the isolation is `os`. */
  readonly network?: boolean;
  /** Most bytes of each output. Default 64 MiB. */
  readonly maxOutputBytes?: number;
}

export interface ToolRun extends RunResult {
  readonly isolation: Isolation;
}

/**
 * Starts a project's tool: argv only, scrubbed environment, ended with its whole group at the evaluator's deadline or on abort.
 * @throws OrchestratorError `tool-missing` when the program is not there, `stopped` when aborted
 */
export type RunTool = (request: ToolRequest) => Promise<ToolRun>;

/** What an evaluator is given. */
export interface EvaluatorContext {
  readonly input: EvaluationInput;
  /** The side to evaluate: the head, or the base when a baseline is made. */
  readonly tree: EvaluatedTree;
  readonly isBase: boolean;
  readonly config: EvalConfig;
  /** Milliseconds until it is ended. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly runTool: RunTool;
  /** The same evaluator's outcome on the base, made once and kept; undefined when it could not be made or `isBase`. */
  readonly atBase: () => Promise<EvaluatorOutcome | undefined>;
  /** Its result of the run before this one on the same target. */
  readonly previous?: EvalResult;
  /** What other evaluators of the run have measured so far, by name. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** On whose account it calls models. */
  readonly origin: CallOrigin;
  /** Reads a file of the definition (a script, a rubric) from where the definition itself comes from, never from the tree under test. */
  readonly readDefinition: (file: string) => Promise<string | undefined>;
  /** Files that a person's `include` and `exclude` leave. */
  readonly selected: (file: string) => boolean;
}

/** A way to judge a tree. Throws only for what is no outcome: `stopped`, or a fault of ours. */
export interface Evaluator {
  /**
   * All that the outcome depends on besides the tree, the base and the configuration: versions of tools, the source of a script.
   * Undefined: it must not be kept (a judge that votes, a tool whose version is unknown).
   */
  cacheKey(context: EvaluatorContext): Promise<string | undefined>;
  /** Whether the outcome also depends on the base and the list of changes, not on the tree alone. */
  readonly dependsOnBase: boolean;
  /** Run on the base it looks at that tree alone, so that its outcome there holds for every change. Default: the reverse of `dependsOnBase`. */
  readonly baseStandsAlone?: boolean;
  evaluate(context: EvaluatorContext): Promise<EvaluatorOutcome>;
}
