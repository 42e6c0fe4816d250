/**
 * `passed` and `failed`: it ran and judged · `errored`: it should have run and could not · `unscored`: there was nothing to judge, or the
 * project lacks what it needs. Only the first two have a score.
 */
export const evalVerdicts = ['passed', 'failed', 'errored', 'unscored'] as const;
export type EvalVerdict = (typeof evalVerdicts)[number];

/**
 * What really kept an evaluator from the rest of the machine. `wasm`: QuickJS, which has no way out · `os`: a child process in a sandbox of
 * the operating system · `process`: a child process with a scrubbed environment in a throw-away copy of the tree · `none`: it ran in this
 * program and only reads.
 */
export const isolations = ['wasm', 'os', 'process', 'none'] as const;
export type Isolation = (typeof isolations)[number];

export const findingSeverities = ['error', 'warning', 'info'] as const;
export type FindingSeverity = (typeof findingSeverities)[number];

/** 1-based lines and columns; the end is exclusive and may be unknown. */
export interface FindingRange {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** What an evaluator says of one place. */
export interface FoundIssue {
  readonly ruleId: string;
  readonly message: string;
  readonly severity: FindingSeverity;
  /** Relative to the tree, with forward slashes; absent for what concerns the whole change. */
  readonly file?: string;
  readonly range?: FindingRange;
  readonly helpUri?: string;
}

export interface EvalFinding extends FoundIssue {
  /** Name of the evaluator. */
  readonly evaluator: string;
  /**
   * 16 hex characters, the same for the same finding after lines have moved: evaluator, rule, file, the text of the line, and its number
   * among equal ones. Without a line, the message with its numbers left out stands for it.
   */
  readonly fingerprint: string;
  /** False: it is in the base as well. Absent: nobody compared. */
  readonly isNew?: boolean;
  /** Why a person accepted it; accepted findings never block. */
  readonly accepted?: string;
}

export interface TrialCount {
  readonly runs: number;
  readonly passed: number;
  /** Some runs passed and some failed. */
  readonly flaky: boolean;
}

/** The outcome of one evaluator. `duration` in milliseconds. */
export interface EvalResult {
  readonly id: string;
  readonly name: string;
  /** 0 to 100; null when nothing was scored, which is never the same as 0. */
  readonly score: number | null;
  readonly verdict: EvalVerdict;
  /** `verdict` is `passed`. */
  readonly passed: boolean;
  readonly duration: number;
  readonly findings: readonly EvalFinding[];
  /** Findings beyond those in the list, which is bounded. */
  readonly moreFindings?: number;
  /** For a person: the end of what a tool printed, or what was counted. */
  readonly details?: string;
  /** Why it could not be run, or what to install; absent when it ran. */
  readonly error?: string;
  readonly isolation: Isolation;
  /** What it counts in the report's score; 0 for what is only shown. */
  readonly weight: number;
  readonly required: boolean;
  /** Named figures, such as `lines` of coverage in percent, in the unit that the evaluator documents. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly trials?: TrialCount;
  /** Taken from an earlier run on the same tree with the same evaluator and tools. */
  readonly cached?: boolean;
}

/** What came of a project's own tests. `none`: it has none · `not-run`: what they were to test failed, or they were stopped. */
export type TestOutcome = EvalResult | 'none' | 'not-run';
