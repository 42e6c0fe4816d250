/** A file to look at; `file` is relative to its tree, with forward slashes. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** How a file is read as JavaScript, the likeliest first: a later one is tried where an earlier one finds a syntax error. */
export type SourceTypes = readonly ('module' | 'commonjs' | 'script')[];

export interface LintSource extends SourceText {
  readonly sourceTypes: SourceTypes;
}

/** One message of ESLint, in its own terms: severity 1 warns, 2 is an error; lines and columns from 1, the end exclusive. */
export interface LintMessage {
  readonly ruleId: string | null;
  readonly severity: number;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly fatal?: boolean;
}

export interface LintedFile {
  readonly file: string;
  readonly messages: readonly LintMessage[];
  /** A rule broke on it: nothing is known of the file. */
  readonly problem?: string;
}

export interface MeasuredFunction {
  /** With the names of what it stands in and a number among equal ones, such as `Cart.total` or `load › callback of map #2`. */
  readonly name: string;
  /** Cyclomatic complexity as ESLint's rule `complexity` counts it. */
  readonly complexity: number;
  /** First and last line, from 1. */
  readonly startLine: number;
  readonly endLine: number;
}

export interface MeasuredFile {
  readonly file: string;
  readonly functions: readonly MeasuredFunction[];
  /** It could not be read as JavaScript. */
  readonly problem?: string;
}

export interface DuplicationSource extends SourceText {
  /** Name of the language in jscpd's terms. */
  readonly format: string;
  /** Its clones are wanted; of other files only what these have in common with them. */
  readonly wanted: boolean;
}

export interface DuplicatedPlace {
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** The same tokens in two places; lines from 1, both inclusive. */
export interface Clone {
  readonly here: DuplicatedPlace;
  readonly there: DuplicatedPlace;
}

export interface DuplicationOptions {
  readonly minTokens: number;
  readonly minLines: number;
}

/** Kinds of work: what they are told, what they are given file by file, and what they find. */
export interface AnalysisKinds {
  lint: { readonly options: { readonly allowInlineConfig: boolean }; readonly source: LintSource; readonly result: LintedFile };
  complexity: { readonly options: Readonly<Record<never, never>>; readonly source: SourceText; readonly result: MeasuredFile };
  duplication: { readonly options: DuplicationOptions; readonly source: DuplicationSource; readonly result: Clone };
}
export type AnalysisKind = keyof AnalysisKinds;

/** What does one piece of work in the worker: it takes the sources part by part. */
export interface AnalysisPass<Kind extends AnalysisKind> {
  /** `enter` is told of each file before it is looked at. */
  take(sources: readonly AnalysisKinds[Kind]['source'][], enter: (file: string) => void): Promise<readonly AnalysisKinds[Kind]['result'][]>;
  /** What could only be found with all of them there. */
  end(enter: (file: string) => void): Promise<readonly AnalysisKinds[Kind]['result'][]>;
}

/** A job is `begin`, any number of `part`, `end`; each is answered before the next one is sent. A worker does one job at a time. */
export type ToAnalysisWorker =
  | { readonly [Kind in AnalysisKind]: { readonly step: 'begin'; readonly kind: Kind; readonly options: AnalysisKinds[Kind]['options'] } }[AnalysisKind]
  | { readonly step: 'part'; readonly sources: readonly unknown[] }
  | { readonly step: 'end' };

export type FromAnalysisWorker =
  | { readonly say: 'entered'; readonly file: string }
  | { readonly say: 'done'; readonly results: readonly unknown[] }
  | { readonly say: 'failed'; readonly message: string };
