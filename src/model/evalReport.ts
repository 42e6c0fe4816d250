import type { EvalResult, EvalVerdict } from './evalResult';

/** What was evaluated. `checkout`: the files of the opened work tree as they are · `commit`: one commit. */
export type EvalTarget = { readonly kind: 'session'; readonly sessionId: string } | { readonly kind: 'checkout' } | { readonly kind: 'commit'; readonly commit: string };

/** What a gate's verdict holds for. When one of them is another one, it is stale. */
export interface GateBinding {
  /** The commit that the change was put on. */
  readonly baseSha: string;
  /** The change: the session's last commit; for a checkout the tree of its files. */
  readonly headSha: string;
  /** Hash of the definition with all scripts, rubrics and baselines that it names. */
  readonly definitionHash: string;
}

export const gateReasonKinds = ['required-failed', 'required-errored', 'score-below', 'scored-weight-below', 'new-findings'] as const;
export type GateReasonKind = (typeof gateReasonKinds)[number];

/** Why a gate is closed: what happened, and what to do. */
export interface GateReason {
  readonly kind: GateReasonKind;
  /** Name of the evaluator that it comes from. */
  readonly evaluator?: string;
  readonly message: string;
  readonly advice: string;
}

/** `passed`: nothing speaks against a merge · `failed`: something was judged and does · `errored`: nothing failed, but something required could not be judged. */
export type GateVerdict = Exclude<EvalVerdict, 'unscored'>;

/** The outcome of one suite on one tree. */
export interface EvalReport {
  readonly id: string;
  readonly suite: string;
  readonly target: EvalTarget;
  readonly binding: GateBinding;
  /** Git's name of the tree that was evaluated. */
  readonly treeHash: string;
  /** Only some evaluators of the suite were run: it is no gate. */
  readonly partial: boolean;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** In the order of the suite. */
  readonly results: readonly EvalResult[];
  /** Mean of the scores by weight, 0 to 100, over what was scored; null when nothing was. */
  readonly score: number | null;
  /** Sums of weights: of what was scored, and of all. */
  readonly scoredWeight: number;
  readonly totalWeight: number;
  readonly verdict: GateVerdict;
  /** Empty exactly when the verdict is `passed`. */
  readonly reasons: readonly GateReason[];
  readonly changedFiles: number;
  /** What a person should know of how it was evaluated: where dependencies came from, that a configuration counts only once it is in the base. */
  readonly notices: readonly string[];
}
