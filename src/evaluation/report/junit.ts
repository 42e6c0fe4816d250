import { formatPlural } from '../../base/format';
import type { EvalReport } from '../../model/evalReport';
import type { EvalFinding, EvalResult, EvalVerdict } from '../../model/evalResult';
import type { ReportNames } from '../../model/reportFormat';
import { baseWords, findingWords, inReadingOrder, newnessWord, placeWords, scoreWords, targetWords, totalFindings, verdictWords } from './reportWords';
import { xmlAttributes, xmlText } from '../../base/xmlText';

const mostFindings = 200;
const gateCase = 'gate';

/** One test case of the document. `problem`: what it did not pass for. */
interface TestCase {
  readonly name: string;
  readonly classname: string;
  readonly verdict: EvalVerdict;
  readonly durationMs: number;
  readonly problem: { readonly message: string; readonly text: string };
  readonly output?: string;
}

/**
 * A report as JUnit XML, as CI servers read it: the suite with a test case for each evaluator, and one named `gate` for the whole.
 * `failed` is a failure, `errored` an error, `unscored` is skipped. Source: https://github.com/testmoapp/junitxml
 */
export function reportJUnit(report: EvalReport, names: ReportNames = {}): string {
  const { suite, startedAt, endedAt } = report;
  const cases = [...report.results.map((result) => evaluatorCase(result, suite)), gate(report)];
  const count = (verdict: EvalVerdict): number => cases.filter((testCase) => testCase.verdict === verdict).length;
  const counts = { tests: cases.length, failures: count('failed'), errors: count('errored'), skipped: count('unscored'), time: seconds(endedAt - startedAt) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${xmlAttributes({ name: 'Amp evaluations', ...counts })}>`,
    `  <testsuite${xmlAttributes({ name: suite, ...counts, timestamp: timestamp(startedAt) })}>`,
    '    <properties>',
    ...properties(report, names).map(([name, value]) => `      <property${xmlAttributes({ name, value })}/>`),
    '    </properties>',
    ...cases.flatMap(caseLines),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

function properties(report: EvalReport, names: ReportNames): (readonly [string, string])[] {
  const { binding, treeHash, verdict, score, scoredWeight, totalWeight, partial, changedFiles } = report;
  return [
    ['target', targetWords(report, names)],
    ['base', baseWords(report, names)],
    ['verdict', verdict],
    ['score', score === null ? '' : String(score)],
    ['scoredWeight', String(scoredWeight)],
    ['totalWeight', String(totalWeight)],
    ['partial', String(partial)],
    ['changedFiles', String(changedFiles)],
    ['baseSha', binding.baseSha],
    ['headSha', binding.headSha],
    ['definitionHash', binding.definitionHash],
    ['treeHash', treeHash],
    ...report.results.flatMap(({ name, score: own, metrics = {} }) => [[`${name}.score`, own === null ? '' : String(own)] as const, ...Object.entries(metrics).map(([metric, value]) => [`${name}.${metric}`, String(value)] as const)]),
  ];
}

function evaluatorCase(result: EvalResult, suite: string): TestCase {
  const { name, verdict, duration, error, details } = result;
  const judged = [`Score ${scoreWords(result)}`, findingWords(result)].filter((word) => word !== '').join(', ');
  return { name, classname: suite, verdict, durationMs: duration, problem: { message: error ?? judged, text: findingLines(result).join('\n') }, ...(details === undefined ? {} : { output: details }) };
}

function gate(report: EvalReport): TestCase {
  const { reasons, verdict } = report;
  return { name: gateCase, classname: gateCase, verdict, durationMs: 0, problem: { message: verdictWords(report), text: reasons.map(({ message, advice }) => `${message} ${advice}`).join('\n') } };
}

function caseLines({ name, classname, verdict, durationMs, problem, output }: TestCase): string[] {
  const opening = `    <testcase${xmlAttributes({ name, classname, time: seconds(durationMs) })}`;
  const told = [...problemLines(verdict, problem), ...(output === undefined ? [] : [`      <system-out>${xmlText(output)}</system-out>`])];
  return told.length === 0 ? [`${opening}/>`] : [`${opening}>`, ...told, '    </testcase>'];
}

function problemLines(verdict: EvalVerdict, { message, text }: TestCase['problem']): string[] {
  switch (verdict) {
    case 'passed':
      return [];
    case 'failed':
      return [`      <failure${xmlAttributes({ message, type: verdict })}>${xmlText(text)}</failure>`];
    case 'errored':
      return [`      <error${xmlAttributes({ message, type: verdict })}>${xmlText(text)}</error>`];
    case 'unscored':
      return [`      <skipped${xmlAttributes({ message })}/>`];
  }
}

function findingLines(result: EvalResult): string[] {
  const findings = inReadingOrder([result]);
  const left = totalFindings([result]) - Math.min(findings.length, mostFindings);
  return [...findings.slice(0, mostFindings).map(findingLine), ...(left > 0 ? [`… and ${formatPlural(left, 'more finding')}`] : [])];
}

function findingLine(finding: EvalFinding): string {
  const newness = newnessWord(finding);
  return `${placeWords(finding)}${finding.file === undefined ? '' : ': '}${finding.severity}${newness === '' ? '' : ` (${newness})`}: ${finding.message} [${finding.ruleId}]`;
}

function seconds(milliseconds: number): string {
  return (Math.max(0, milliseconds) / 1000).toFixed(3);
}

/** ISO 8601 in UTC without a zone, as the format has it; absent for a time that is none. */
function timestamp(epochMs: number): string | undefined {
  const time = new Date(epochMs);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().slice(0, 19);
}
