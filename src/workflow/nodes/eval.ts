import { formatScore } from '../../base/format';
import { present } from '../../base/jsonShape';
import type { EvalReport } from '../../model/evalReport';
import type { EvalNodeConfig } from '../../model/workflow/nodeConfig';
import type { NodeExecutor } from '../nodeExecutor';
import { withJudges } from './apiUsage';
import type { NodeServices } from './nodeServices';
import { sessionOfStep } from './sessionOfStep';
import { optionalText } from './templateText';

/** Evaluates a session as a merge would make it. */
export function evalExecutor(services: Pick<NodeServices, 'sessions' | 'evaluations' | 'store'>): NodeExecutor<EvalNodeConfig> & { readonly type: 'eval' } {
  return {
    type: 'eval',
    effect: () => 'idempotent',
    run: async (context) => {
      const { suite, only, minScore } = context.config;
      const { id } = await sessionOfStep(services, context);
      const result = await withJudges(services, context, id, async () => {
        const report = await services.evaluations.evaluateSession(id, { signal: context.signal, ...present({ suite: optionalText(suite), only }) });
        const tooLow = minScore === undefined || (report.score !== null && report.score >= minScore) ? undefined : lowScore(report.score, minScore);
        const verdict = tooLow === undefined || report.verdict !== 'passed' ? report.verdict : 'failed';
        return { outcome: verdict, output: { ...outputOf(report, tooLow), verdict }, session: id };
      });
      return { kind: 'done', ...result };
    },
  };
}

function lowScore(score: number | null, minScore: number): string {
  return `${score === null ? 'Nothing was scored' : `The score is ${formatScore(score)}`}, and ${formatScore(minScore)} is asked for.`;
}

function outputOf({ id, suite, score, reasons, results }: EvalReport, tooLow: string | undefined): object {
  const said = reasons.map(({ message }) => message);
  return {
    reportId: id,
    suite,
    score,
    reasons: tooLow === undefined ? said : [...said, tooLow],
    results: results.map(({ name, score: own, verdict }) => ({ name, score: own, verdict })),
    findings: results.reduce((sum, { findings, moreFindings = 0 }) => sum + findings.length + moreFindings, 0),
  };
}
