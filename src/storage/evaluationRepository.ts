import type { EvalReport } from '../model/evalReport';
import type { Cleaner } from './cleaner';
import { storable, textOf } from './columns';
import { acceptanceToRow, reportToRow, resultsToRows, rowToAcceptance, rowToReport, targetKey } from './evaluationRows';
import type { EvaluationRepository } from './store';
import type { Ask, ReportSelection } from './storeProtocol';

export function evaluationRepository(ask: Ask, clean: Cleaner): EvaluationRepository {
  // Asked for at once, so both see one state of the file.
  const reports = async (selection: ReportSelection): Promise<EvalReport[]> => {
    const [rows, results] = await Promise.all([ask({ name: 'evalReports', selection }), ask({ name: 'evalResults', selection })]);
    return rows.map((row) => rowToReport(row, results));
  };
  return {
    save: async (report) => void (await ask({ name: 'saveReport', report: reportToRow(report, clean), results: resultsToRows(report, clean) })),
    get: async (id) => (await reports({ by: 'id', id: storable(id) }))[0],
    byTarget: (target, limit) => reports({ by: 'target', target: storable(targetKey(target)), limit }),
    byBinding: async (binding, suite) => (await reports({ by: 'binding', ...binding, suite: storable(suite) }))[0],
    latestBySession: () => reports({ by: 'session' }),
    outcome: async (key) => {
      const [row] = await ask({ name: 'evalOutcome', key });
      return row === undefined ? undefined : textOf(row[0]);
    },
    keepOutcome: async (key, outcome) => void (await ask({ name: 'keepOutcome', key, outcome: clean.json(outcome) })),
    acceptances: async () => (await ask({ name: 'acceptances' })).map(rowToAcceptance),
    accept: async (acceptance) => void (await ask({ name: 'accept', acceptance: acceptanceToRow(acceptance, clean) })),
  };
}
