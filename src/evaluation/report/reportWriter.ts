import type { EvalReport } from '../../model/evalReport';
import type { EvalReportWriter, ReportFormat, ReportNames } from '../../model/reportFormat';
import { reportGitHub } from './github';
import { reportJson } from './json';
import { reportJUnit } from './junit';
import { reportMarkdown } from './markdown';
import { reportSarif } from './sarif';
import { reportTable, resultLine } from './table';

const writers: Readonly<Record<ReportFormat, (report: EvalReport, names?: ReportNames) => string>> = {
  table: reportTable,
  json: reportJson,
  junit: reportJUnit,
  sarif: reportSarif,
  markdown: reportMarkdown,
  github: reportGitHub,
};

export const reportWriter: EvalReportWriter = { render: (report, format, names) => writers[format](report, names), resultLine };
