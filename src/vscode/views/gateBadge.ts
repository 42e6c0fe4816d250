import { formatPlural, formatScore } from '../../base/format';
import type { EvalReport } from '../../model/evalReport';
import type { Iteration, Session } from '../../model/session';

/** What the newest evaluation says of a session, in the words of its row. */
export interface GateBadge {
  readonly state: 'passed' | 'failed' | 'errored' | 'stale' | 'running';
  readonly text: string;
  /** A sentence for the tooltip. */
  readonly sentence: string;
  /** There is a report to show. */
  readonly hasReport: boolean;
}

export interface GateFacts {
  readonly session: Pick<Session, 'baseBranch' | 'status'>;
  readonly iterations: readonly Pick<Iteration, 'commitSha' | 'tsStart' | 'tsEnd'>[];
  readonly report: EvalReport | undefined;
  /** It is being evaluated in this window. */
  readonly running: boolean;
  /** The commit of the base branch; undefined where it does not matter. */
  readonly baseTip: string | undefined;
}

export function gateBadge({ session, iterations, report, running, baseTip }: GateFacts): GateBadge {
  const hasReport = report !== undefined;
  if (running) return { state: 'running', text: 'evaluating', sentence: 'It is being evaluated.', hasReport };
  if (!report) return { state: 'stale', text: 'not evaluated', sentence: 'It was not evaluated yet.', hasReport };
  const why = session.status === 'merged' ? undefined : staleBecause(report, { session, iterations, baseTip });
  if (why !== undefined) return { state: 'stale', text: `gate ${report.verdict}, stale`, sentence: `The gate ${verb(report)}, but ${why}. It is evaluated again before a merge.`, hasReport };
  const first = report.reasons[0];
  return {
    state: report.verdict,
    text: report.verdict === 'passed' ? `gate ✓${scoreText(report)}` : report.verdict === 'failed' ? `gate failed: ${formatPlural(report.reasons.length, 'reason')}` : 'gate could not be judged',
    sentence: [`The gate ${verb(report)}${report.score === null ? '' : ` with ${formatScore(report.score)} of 100`}.`, first && `${first.message} ${first.advice}`].filter((part) => part !== undefined).join(' '),
    hasReport,
  };
}

/** Asked without git: an iteration that ended later, or another commit of the base branch. */
function staleBecause({ startedAt, binding }: EvalReport, { session, iterations, baseTip }: Pick<GateFacts, 'session' | 'iterations' | 'baseTip'>): string | undefined {
  if (iterations.some(({ commitSha, tsStart, tsEnd }) => commitSha !== undefined && (tsEnd ?? tsStart) > startedAt)) return 'the session has changed since';
  return baseTip !== undefined && baseTip !== binding.baseSha ? `${session.baseBranch} has moved since` : undefined;
}

function verb({ verdict }: EvalReport): string {
  return verdict === 'errored' ? 'could not be judged' : verdict;
}

function scoreText({ score }: EvalReport): string {
  return score === null ? '' : ` ${formatScore(score)}`;
}
