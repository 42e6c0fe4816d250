import type { EvalReport } from './evalReport';
import type { EvalResult } from './evalResult';

/** Ways to write the report of an evaluation. */
export const reportFormats = ['table', 'json', 'junit', 'sarif', 'markdown', 'github'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** What a report calls what it is about, where that is known: it holds ids and commits only. */
export interface ReportNames {
  /** The session, or another name for what was evaluated. */
  readonly target?: string;
  /** The branch that it was compared with. */
  readonly base?: string;
}

/** Writes reports. */
export interface EvalReportWriter {
  /** The whole text, without a line end behind its last line. */
  render(report: EvalReport, format: ReportFormat, names?: ReportNames): string;
  /** One line of a terminal on one evaluator. */
  resultLine(result: EvalResult): string;
}
