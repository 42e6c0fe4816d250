import { formatDuration, formatPlural } from '../../base/format';
import { plainText } from '../../base/plainText';
import type { EvalReport } from '../../model/evalReport';
import type { EvalFinding, EvalResult } from '../../model/evalResult';
import type { ReportNames } from '../../model/reportFormat';
import { baseWords, findingWords, inReadingOrder, newnessWord, placeWords, scoreWords, targetWords, totalFindings, untoldErrors, verdictMarks, verdictWords } from './reportWords';

const mostFindings = 50;
const longestMessage = 160;

/** A report for a terminal: verdict, evaluators, why the gate is closed, findings. */
export function reportTable(report: EvalReport, names: ReportNames = {}): string {
  const { results, reasons, notices } = report;
  return [
    `${capital(plainText(targetWords(report, names)))} on ${plainText(baseWords(report, names))}: ${verdictWords(report)}`,
    '',
    ...evaluatorRows(results),
    ...section(reasons.flatMap(({ message, advice }) => [`✗ ${plainText(message)}`, `  ${plainText(advice)}`])),
    ...section(untoldErrors(report).map(({ name, error }) => `${plainText(name)}: ${plainText(error)}`)),
    ...section(findingRows(results)),
    ...section(notices.map((notice) => `Note: ${plainText(notice)}`)),
  ].join('\n');
}

/** One line on one evaluator, as it is shown while others still run. */
export function resultLine(result: EvalResult): string {
  const { name, verdict, error } = result;
  const facts = [scoreWords(result).padStart(5), verdict.padEnd(8), timeWords(result), findingWords(result), error === undefined ? '' : shortened(plainText(error), longestMessage)];
  return `${verdictMarks[verdict]} ${plainText(name).padEnd(20)} ${facts.filter((fact) => fact !== '').join('  ')}`.trimEnd();
}

function evaluatorRows(results: readonly EvalResult[]): string[] {
  const header = ['  EVALUATOR', 'SCORE', 'VERDICT', 'TIME', 'FINDINGS'];
  const rows = results.map((result) => [`${verdictMarks[result.verdict]} ${plainText(result.name)}${result.required ? ' *' : ''}`, scoreWords(result), verdictCell(result), timeWords(result), findingWords(result)]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = [header, ...rows].map((row) => row.map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd());
  return [...lines, ...(results.some(({ required }) => required) ? ['* required'] : [])];
}

function verdictCell({ verdict, trials }: EvalResult): string {
  return trials === undefined ? verdict : `${verdict} (${trials.passed} of ${trials.runs}${trials.flaky ? ', flaky' : ''})`;
}

function timeWords({ cached, duration }: EvalResult): string {
  return cached === true ? 'as before' : formatDuration(duration);
}

function findingRows(results: readonly EvalResult[]): string[] {
  const findings = inReadingOrder(results);
  const left = totalFindings(results) - Math.min(findings.length, mostFindings);
  return [...findings.slice(0, mostFindings).map(findingRow), ...(left > 0 ? [`… and ${formatPlural(left, 'more finding')}; --format json tells more.`] : [])];
}

function findingRow(finding: EvalFinding): string {
  const { severity, message, ruleId, evaluator } = finding;
  const told = [placeWords(finding), severity, newnessWord(finding), shortened(plainText(message), longestMessage), `${evaluator}/${ruleId}`];
  return told.map(plainText).filter((word) => word !== '').join('  ');
}

/** Apart from what stands above. */
function section(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
