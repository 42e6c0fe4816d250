import { OrchestratorError } from '../../base/errors';
import { present } from '../../base/jsonShape';
import type { EvalReport } from '../../model/evalReport';
import type { ReportNames } from '../../model/reportFormat';
import type { Command, CommandInput } from '../command';
import { findSession } from '../findSession';
import { giveReport, reportOptions, reportUsage, wantedFormat } from '../reportOutput';

export const evalShowCommand: Command = {
  name: 'show',
  summary: 'Show the last report on a session, or on the checkout',
  usage: `amp-orchestrator eval show [SESSION] ${reportUsage}`,
  words: 1,
  options: reportOptions,
  run: async (input) => {
    const format = wantedFormat(input.values);
    const { report, names } = await (input.positionals.length === 0 ? ofCheckout(input) : ofSession(input));
    if (!report) throw new OrchestratorError('report-missing', 'Nothing has been evaluated here yet.', 'Evaluate with: amp-orchestrator eval run.');
    await giveReport(input, report, format, names);
    return 0;
  },
};

interface Shown {
  readonly report: EvalReport | undefined;
  readonly names?: ReportNames;
}

async function ofCheckout({ orchestrator }: CommandInput): Promise<Shown> {
  return { report: await orchestrator.evaluations.latest({ kind: 'checkout' }) };
}

async function ofSession(input: CommandInput): Promise<Shown> {
  const { session } = await findSession(input);
  const { report, why } = await input.orchestrator.evaluations.gate(session.id);
  const stale = present({ stale: why && `This report no longer holds: ${why}` }).stale;
  return { report: report && { ...report, notices: [...(stale === undefined ? [] : [stale]), ...report.notices] }, names: { target: session.name, base: session.baseBranch } };
}
