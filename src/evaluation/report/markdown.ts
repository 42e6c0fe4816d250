import { formatDuration, formatPlural } from '../../base/format';
import type { EvalReport } from '../../model/evalReport';
import type { EvalFinding, EvalResult } from '../../model/evalResult';
import type { ReportNames } from '../../model/reportFormat';
import { markdownBlock, markdownCell, markdownCode, markdownText } from './markdownText';
import { baseWords, findingWords, inReadingOrder, newnessWord, scoreWords, targetWords, totalFindings, untoldErrors, verdictMarks, verdictWords } from './reportWords';
import { webAddress } from './sarifText';

const mostFindings = 100;
const mostDetailLines = 30;
const longestDetailLine = 300;
const wholeChange = 'The whole change';

/**
 * A report as GitHub-flavoured Markdown, for a document and for a summary of CI. Texts of tools and models can break neither its table nor
 * its lists, and make no links, pictures or HTML.
 */
export function reportMarkdown(report: EvalReport, names: ReportNames = {}): string {
  const { results, suite, notices, changedFiles, startedAt, endedAt } = report;
  const parts = [
    `# Evaluation of ${markdownText(targetWords(report, names))}`,
    `**${verdictMarks[report.verdict]} ${verdictWords(report)}**`,
    `Suite ${markdownText(suite)}, compared with ${markdownText(baseWords(report, names))}: ${formatPlural(changedFiles, 'changed file')}, ${formatDuration(endedAt - startedAt)}.`,
    reasonList(report),
    evaluatorTable(results),
    ...section('Not judged', untoldErrors(report).map(({ name, error }) => `- **${markdownText(name)}**: ${markdownText(error)}`).join('\n')),
    ...section('Findings', findingList(results)),
    ...section('Details', results.filter(({ verdict }) => verdict === 'failed' || verdict === 'errored').flatMap(detailsOf).join('\n\n')),
    ...section('Notes', notices.map((notice) => `- ${markdownText(notice)}`).join('\n')),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function section(title: string, body: string): readonly string[] {
  return body === '' ? [] : [`## ${title}`, body];
}

function reasonList({ reasons }: EvalReport): string {
  return reasons.map(({ message, advice }) => `- ${markdownText(message)} *${markdownText(advice)}*`).join('\n');
}

function evaluatorTable(results: readonly EvalResult[]): string {
  const rows = results.map((result) => {
    const { verdict, name, required, weight, trials, cached, duration } = result;
    const judged = `${verdictMarks[verdict]} ${verdict}${trials === undefined ? '' : ` (${trials.passed} of ${trials.runs}${trials.flaky ? ', flaky' : ''})`}`;
    return [`${markdownCell(name)}${required ? ' (required)' : ''}`, scoreWords(result), judged, String(weight), findingWords(result), cached === true ? 'as before' : formatDuration(duration)];
  });
  const header = ['Evaluator', 'Score', 'Verdict', 'Weight', 'Findings', 'Time'];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), '| --- | ---: | --- | ---: | --- | ---: |', ...rows.map(line)].join('\n');
}

/** By file, in the order in which the files' worst findings are to be read. */
function findingList(results: readonly EvalResult[]): string {
  const findings = inReadingOrder(results);
  const shown = findings.slice(0, mostFindings);
  const left = totalFindings(results) - shown.length;
  const groups = [...Map.groupBy(shown, ({ file }) => file)].map(([file, own]) => `### ${file === undefined ? wholeChange : markdownCode(file)}\n\n${own.map(findingLine).join('\n')}`);
  return [...groups, ...(left > 0 ? [`… and ${formatPlural(left, 'more finding')}.`] : [])].join('\n\n');
}

function findingLine(finding: EvalFinding): string {
  const { severity, message, ruleId, evaluator, range, helpUri, accepted } = finding;
  const newness = newnessWord(finding);
  const place = range === undefined ? '' : `line ${range.startLine}: `;
  const rule = markdownCode(`${evaluator}/${ruleId}`);
  const address = webAddress(helpUri);
  const reason = accepted === undefined ? '' : ` (accepted: ${markdownText(accepted)})`;
  return `- **${severity}**${newness === '' ? '' : `, ${newness}`}: ${place}${markdownText(message)} ${address === undefined ? rule : `[${rule}](<${address}>)`}${reason}`;
}

function detailsOf({ name, details }: EvalResult): string[] {
  if (details === undefined) return [];
  const lines = details.split('\n').map((line) => (line.length > longestDetailLine ? `${line.slice(0, longestDetailLine - 1)}…` : line));
  const end = lines.length > mostDetailLines ? ['…', ...lines.slice(-mostDetailLines)] : lines;
  return [`**${markdownText(name)}**\n\n${markdownBlock(end.join('\n'))}`];
}
