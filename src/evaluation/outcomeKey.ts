import type { EvalConfig } from '../model/evalConfig';
import type { EvalDefinition } from './evalDefinition';
import { canonicalJson, sha256 } from './canonicalJson';

/** Raised when outcomes are made or kept otherwise than before. */
const keyVersion = 1;

/** All that decides an outcome. */
export interface OutcomeKeyParts {
  readonly config: EvalConfig;
  readonly setup: EvalDefinition['setup'];
  /** Git's name of the tree that is evaluated. */
  readonly treeHash: string;
  /** Head and base, of an evaluator that looks at both. */
  readonly change: { readonly headTreeHash: string; readonly baseTreeHash: string } | undefined;
  /** How often it is run for one outcome. */
  readonly runs: number;
  /** What others have measured before it, of an evaluator that is given that. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What the evaluator itself names: versions of tools, the source of a script. */
  readonly cacheKey: string;
}

/** SHA-256 in hex. What only decides what an outcome counts for, and how long it may take, is left out. */
export function outcomeKey({ config, ...parts }: OutcomeKeyParts): string {
  const { weight: _weight, required: _required, trials: _trials, timeout: _timeout, noNewFindings: _noNewFindings, minScore: _minScore, ...deciding } = config;
  return sha256(canonicalJson({ version: keyVersion, config: deciding, ...parts, change: parts.change ?? null }));
}
