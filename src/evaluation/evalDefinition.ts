import type { TextIssue } from '../base/jsonText';
import type { EvalConfig, EvalFile, EvalPreset } from '../model/evalConfig';

/** Reads a file of the place that a definition comes from: a commit for gates, a folder for trying out. Undefined when it is not there. */
export type ReadDefinitionFile = (file: string) => Promise<string | undefined>;

export interface EvalSuite {
  readonly name: string;
  readonly evaluators: readonly string[];
}

/** What is to be evaluated, read, checked and completed: presets are resolved, every suite names evaluators that exist. */
export interface EvalDefinition {
  readonly source: 'file' | 'preset';
  readonly preset: EvalPreset;
  readonly evaluators: readonly EvalConfig[];
  /** At least one. */
  readonly suites: readonly EvalSuite[];
  readonly gate: NonNullable<EvalFile['gate']> & { readonly suite: string };
  readonly setup: readonly (readonly string[])[];
  readonly concurrency: number;
  /** Findings that the team accepted, by fingerprint, with the reason. */
  readonly baseline: ReadonlyMap<string, string>;
  /** SHA-256 in hex over all of this and over every script and rubric that it names. */
  readonly hash: string;
  readonly notices: readonly string[];
  readonly read: ReadDefinitionFile;
}

/** One thing that is wrong in the file, for the Problems panel. */
export type EvalConfigIssue = TextIssue;
