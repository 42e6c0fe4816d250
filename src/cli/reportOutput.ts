import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import { errorMessage, OrchestratorError } from '../base/errors';
import type { EvalReport } from '../model/evalReport';
import { reportFormats, type ReportFormat, type ReportNames } from '../model/reportFormat';
import { text, type CommandInput } from './command';

export const reportOptions = { format: { type: 'string' }, output: { type: 'string' } } satisfies ParseArgsOptionsConfig;
export const reportUsage = `[--format ${reportFormats.join('|')}] [--output FILE]`;

/** Known before anything is evaluated, which takes long. */
export function wantedFormat(values: CommandInput['values']): ReportFormat {
  const wanted = text(values['format']) ?? 'table';
  const format = reportFormats.find((known) => known === wanted);
  if (format) return format;
  throw new OrchestratorError('invalid-argument', `There is no format "${wanted}".`, `Choose one with --format: ${reportFormats.join(', ')}.`);
}

/** Prints a report, or writes it to the file of `--output`. */
export async function giveReport({ orchestrator, print, values }: CommandInput, report: EvalReport, format: ReportFormat, names?: ReportNames): Promise<void> {
  const rendered = orchestrator.evalReports.render(report, format, names);
  const output = text(values['output']);
  if (output === undefined) {
    print(rendered);
    return;
  }
  const file = path.resolve(output);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${orchestrator.redactor.redact(rendered)}\n`);
  } catch (error) {
    throw new OrchestratorError('write-failed', `The report could not be written to ${file}: ${errorMessage(error)}.`, 'Name another file with --output.', { cause: error });
  }
  print(`The evaluation ${report.verdict}. Wrote ${file}.`);
}
