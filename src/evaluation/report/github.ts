import type { EvalReport } from '../../model/evalReport';
import type { EvalFinding, FindingSeverity } from '../../model/evalResult';
import type { ReportNames } from '../../model/reportFormat';
import { inReadingOrder, verdictWords } from './reportWords';
import { reportTable } from './table';

/** GitHub shows no more of each kind for one step. */
const mostAnnotations = 10;

const commands: Record<FindingSeverity, 'error' | 'warning' | 'notice'> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * A report for the log of a GitHub Actions job: the table, then the findings that are not in the base and why the gate is closed, as
 * annotations. Nothing that a tool says can become a command of the runner. Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function reportGitHub(report: EvalReport, names: ReportNames = {}): string {
  const open = inReadingOrder(report.results).filter(({ accepted, isNew }) => accepted === undefined && isNew !== false);
  const shown = (['error', 'warning', 'info'] as const).flatMap((severity) => open.filter((finding) => finding.severity === severity).slice(0, mostAnnotations));
  const reasons = report.reasons.map(({ message, advice }) => command('error', { title: 'Evaluation gate' }, `${message} ${advice}`));
  const verdict = command(report.verdict === 'passed' ? 'notice' : 'error', { title: 'Evaluation' }, verdictWords(report));
  return [...reportTable(report, names).split('\n').map(harmless), ...shown.map(annotation), ...reasons, verdict].join('\n');
}

function annotation({ severity, file, range, evaluator, ruleId, message }: EvalFinding): string {
  const place = file === undefined ? {} : { file, line: range?.startLine, col: range?.startColumn, endLine: range?.endLine, endColumn: range?.endColumn };
  return command(commands[severity], { ...place, title: `${evaluator}/${ruleId}` }, message);
}

function command(name: string, properties: Readonly<Record<string, string | number | undefined>>, message: string): string {
  const given = Object.entries(properties).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${property(String(value))}`]));
  return `::${name} ${given.join(',')}::${data(message)}`;
}

function data(text: string): string {
  return withoutOldCommands(text.toWellFormed().replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** A line that the runner only prints: it takes one for a command that begins with `::` after any space. */
function harmless(line: string): string {
  return withoutOldCommands(line).replace(/^(\s*):(?=:)/, '$1·:');
}

/** Older runners, and those of Azure, obey `##[command]` and `##vso[command]` wherever they stand in a line. */
function withoutOldCommands(text: string): string {
  return text.replace(/##(?=\w*\[)/g, '# #');
}
