import { formatPlural, formatScore } from '../../base/format';
import type { EvalReport } from '../../model/evalReport';
import type { EvalFinding, EvalResult, EvalVerdict } from '../../model/evalResult';
import type { ReportNames } from '../../model/reportFormat';
import { bySeverity } from '../gate';

export const verdictMarks: Record<EvalVerdict, string> = { passed: '✓', failed: '✗', errored: '!', unscored: '–' };

const shownCommitLength = 12;

/** `"Fix the sum"`, without a name what kind of thing it is. */
export function targetWords({ target }: EvalReport, names: ReportNames): string {
  switch (target.kind) {
    case 'session':
      return names.target === undefined ? `session ${target.sessionId}` : `"${names.target}"`;
    case 'checkout':
      return names.target ?? 'the checkout';
    case 'commit':
      return names.target ?? `commit ${target.commit.slice(0, shownCommitLength)}`;
  }
}

/** `main (1a2b3c4d5e6f)`. */
export function baseWords({ binding }: EvalReport, names: ReportNames): string {
  const commit = binding.baseSha.slice(0, shownCommitLength);
  return names.base === undefined ? commit : `${names.base} (${commit})`;
}

/** The verdict with the score and what it stands on: `failed, 71.4 of 100 (5 of 7 weight scored)`. */
export function verdictWords({ verdict, score, scoredWeight, totalWeight, partial }: EvalReport): string {
  const share = scoredWeight === totalWeight ? '' : ` (weight ${shownWeight(scoredWeight)} of ${shownWeight(totalWeight)} scored)`;
  const scored = score === null ? 'nothing scored' : `${formatScore(score)} of 100${share}`;
  return `${verdict}, ${scored}${partial ? '; only some evaluators were run' : ''}`;
}

export function scoreWords({ score }: Pick<EvalResult, 'score'>): string {
  return score === null ? '—' : formatScore(score);
}

/** `12 findings, 3 new`. */
export function findingWords({ findings, moreFindings = 0 }: EvalResult): string {
  const count = findings.length + moreFindings;
  const added = findings.filter(isOpenAndNew).length;
  return count === 0 ? '' : `${formatPlural(count, 'finding')}${added === 0 ? '' : `, ${added} new`}`;
}

/** What blocks first, then by severity, file and line. */
export function inReadingOrder(results: readonly EvalResult[]): readonly EvalFinding[] {
  return results.flatMap(({ findings }) => findings).sort((a, b) => rank(a) - rank(b) || bySeverity(a, b) || compareText(a.file ?? '', b.file ?? '') || (a.range?.startLine ?? 0) - (b.range?.startLine ?? 0));
}

/** `new`, `accepted`, or nothing where it is in the base or nobody compared. */
export function newnessWord(finding: EvalFinding): string {
  if (finding.accepted !== undefined) return 'accepted';
  return finding.isNew === true ? 'new' : '';
}

/** `src/a.ts:3:5`, as terminals and editors find it; empty for what concerns the whole change. */
export function placeWords({ file, range }: EvalFinding): string {
  return file === undefined ? '' : range === undefined ? file : `${file}:${range.startLine}:${range.startColumn}`;
}

/** Why evaluators did not judge, where no reason of the gate says it. */
export function untoldErrors({ results, reasons }: EvalReport): readonly { readonly name: string; readonly error: string }[] {
  const told = new Set(reasons.flatMap(({ kind, evaluator }) => (kind === 'required-errored' ? [evaluator] : [])));
  return results.flatMap(({ name, error }) => (error === undefined || told.has(name) ? [] : [{ name, error }]));
}

export function totalFindings(results: readonly EvalResult[]): number {
  return results.reduce((sum, { findings, moreFindings = 0 }) => sum + findings.length + moreFindings, 0);
}

function isOpenAndNew({ isNew, accepted }: EvalFinding): boolean {
  return isNew === true && accepted === undefined;
}

function rank(finding: EvalFinding): number {
  if (finding.accepted !== undefined) return 3;
  return finding.isNew === true ? 0 : finding.isNew === undefined ? 1 : 2;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function shownWeight(weight: number): string {
  return String(Math.round(weight * 100) / 100);
}
