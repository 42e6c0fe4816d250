import { formatCount, formatPlural, formatScore } from '../base/format';
import type { EvalFinding, EvalResult, FindingSeverity } from '../model/evalResult';
import type { GateReason, GateVerdict } from '../model/evalReport';
import type { EvalDefinition } from './evalDefinition';
import { scoredShare, type Scoring } from './scoring';

/** `info` first. */
const severityRank: Record<FindingSeverity, number> = { info: 0, warning: 1, error: 2 };

/** Which findings a `noNewFindings` speaks of: all, or those of a severity or worse. */
export type NewFindingsRule = FindingSeverity | boolean | undefined;

/** Errors first. */
export function bySeverity(a: Pick<EvalFinding, 'severity'>, b: Pick<EvalFinding, 'severity'>): number {
  return severityRank[b.severity] - severityRank[a.severity];
}

/** Findings that the rule forbids: not in the base, and accepted by nobody. */
export function forbiddenFindings(findings: readonly EvalFinding[], rule: NewFindingsRule): readonly EvalFinding[] {
  return findings.filter((finding) => finding.isNew === true && isMeant(finding, rule));
}

/** Findings that the rule would forbid if they are new, which nobody knows. */
export function uncomparedFindings(findings: readonly EvalFinding[], rule: NewFindingsRule): readonly EvalFinding[] {
  return findings.filter((finding) => finding.isNew === undefined && isMeant(finding, rule));
}

function isMeant({ accepted, severity }: EvalFinding, rule: NewFindingsRule): boolean {
  if (rule === undefined || rule === false || accepted !== undefined) return false;
  return rule === true || severityRank[severity] >= severityRank[rule];
}

export interface GateQuestion {
  readonly results: readonly EvalResult[];
  readonly scoring: Scoring;
  /** Absent: another suite than the gate's was run, and only what each evaluator requires counts. */
  readonly gate: EvalDefinition['gate'] | undefined;
  /** Only some evaluators were run: the score says nothing of the suite. */
  readonly partial: boolean;
}

export interface GateAnswer {
  readonly verdict: GateVerdict;
  readonly reasons: readonly GateReason[];
}

/** What speaks against a merge. `failed` when something was judged and does; `errored` when only something required could not be judged. */
export function gateAnswer({ results, scoring, gate, partial }: GateQuestion): GateAnswer {
  const reasons = [...results.flatMap((result) => requiredReason(result)), ...(gate && !partial ? scoreReasons(scoring, gate) : []), ...(gate ? newFindingReasons(results, gate.noNewFindings) : [])];
  const isErrored = ({ kind }: GateReason): boolean => kind === 'required-errored' || kind === 'scored-weight-below' || (kind === 'score-below' && scoring.score === null);
  return { reasons, verdict: reasons.length === 0 ? 'passed' : reasons.every(isErrored) ? 'errored' : 'failed' };
}

function requiredReason({ name, required, verdict, findings, score, error }: EvalResult): GateReason[] {
  if (!required) return [];
  if (verdict === 'errored') {
    return [{ kind: 'required-errored', evaluator: name, message: `${name} could not be run: ${error ?? 'nobody knows why.'}`, advice: 'Make it run, or merge all the same and say why.' }];
  }
  if (verdict !== 'failed') return [];
  const open = findings.filter(({ accepted }) => accepted === undefined);
  const [found, added] = [open.length, open.filter(({ isNew }) => isNew === true).length];
  const scored = score === null ? '' : ` with a score of ${formatScore(score)}`;
  // Whoever changed nothing about it is not told to correct it.
  const isOld = found > 0 && open.every(({ isNew }) => isNew === false);
  const inBase = isOld ? `, ${found === 1 ? 'which is' : 'all of them'} in the base as well` : '';
  return [
    {
      kind: 'required-failed',
      evaluator: name,
      message: `${name} failed${scored}${found === 0 ? '' : `${scored === '' ? ' with' : ' and'} ${formatPlural(found, 'finding')}${added === 0 ? inBase : `, ${formatCount(added)} of them not in the base`}`}.`,
      advice: found === 0 ? 'See its details for why.' : isOld ? 'Correct it on the base first, or accept what you can live with.' : 'Correct what it found, send it to the session, or accept what you can live with.',
    },
  ];
}

function scoreReasons(scoring: Scoring, { minScore, minScoredWeight }: EvalDefinition['gate']): GateReason[] {
  const reasons: GateReason[] = [];
  if (minScore !== undefined && (scoring.score === null || scoring.score < minScore)) {
    const message = scoring.score === null ? `Nothing was scored, and the score must be at least ${formatScore(minScore)}.` : `The score is ${formatScore(scoring.score)}, and must be at least ${formatScore(minScore)}.`;
    reasons.push({ kind: 'score-below', message, advice: 'See which evaluators have the lowest scores, and correct what they found.' });
  }
  const share = scoredShare(scoring);
  if (minScoredWeight !== undefined && share < minScoredWeight) {
    const message = `Only ${percent(share)} of the weight was scored, and at least ${percent(minScoredWeight)} must be.`;
    reasons.push({ kind: 'scored-weight-below', message, advice: 'See why evaluators were not scored: most name a tool that is to be installed.' });
  }
  return reasons;
}

function newFindingReasons(results: readonly EvalResult[], rule: NewFindingsRule): GateReason[] {
  return results.flatMap((result): GateReason[] => {
    const found = forbiddenFindings(result.findings, rule).length;
    if (found === 0) {
      const isUnknown = uncomparedFindings(result.findings, rule).length > 0;
      return isUnknown ? [{ kind: 'required-errored', evaluator: result.name, message: `Nobody can say which findings of ${result.name} are new: the base could not be evaluated.`, advice: 'See the log for why, and evaluate again.' }] : [];
    }
    return [{ kind: 'new-findings', evaluator: result.name, message: `${result.name} has ${formatPlural(found, 'finding')} that ${found === 1 ? 'is' : 'are'} not in the base.`, advice: 'Correct them, send them to the session, or accept what you can live with.' }];
  });
}

function percent(share: number): string {
  return `${formatScore(share * 100)} %`;
}
