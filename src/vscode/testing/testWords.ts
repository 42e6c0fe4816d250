import { formatPlural, formatScore } from '../../base/format';
import type { EvalReport } from '../../model/evalReport';
import type { EvalFinding, EvalResult } from '../../model/evalResult';

const longestLabel = 200;

/** One line; what looks like an icon in it is shown as it is. */
export function findingLabel({ message }: EvalFinding): string {
  const line = message.replace(/\s+/g, ' ').trim();
  const short = line.length > longestLabel ? `${line.slice(0, longestLabel - 1)}…` : line;
  return short.replace(/\$\(/g, '\\$(');
}

/** `error · no-unused-vars · src/a.ts:3 · new`. */
export function findingDescription({ severity, ruleId, file, range, isNew, accepted }: EvalFinding): string {
  return [severity, ruleId, file === undefined ? undefined : range ? `${file}:${range.startLine}` : file, accepted !== undefined ? 'accepted' : isNew === true ? 'new' : undefined].filter((part) => part !== undefined).join(' · ');
}

/** `3 findings · 96 · required`: what a narrow view cuts off is what matters least. */
export function resultDescription({ score, required, findings, moreFindings = 0, trials, cached }: EvalResult): string {
  const count = findings.length + moreFindings;
  return [
    count > 0 ? formatPlural(count, 'finding') : undefined,
    score === null ? undefined : formatScore(score),
    required ? 'required' : undefined,
    trials?.flaky ? `flaky: ${trials.passed} of ${trials.runs} runs passed` : undefined,
    cached ? 'unchanged' : undefined,
  ].filter((part) => part !== undefined).join(' · ');
}

/** What an evaluator's output says in the editor's test output. */
export function resultOutput({ name, verdict, score, error, details, isolation }: EvalResult): string {
  const head = `${name}: ${verdict}${score === null ? '' : `, ${formatScore(score)} of 100`} (isolation: ${isolation})`;
  return terminalText([head, error, details].filter((part) => part !== undefined && part !== '').join('\n'));
}

export function reportOutput({ suite, verdict, score, scoredWeight, totalWeight, reasons, notices, partial }: EvalReport): string {
  const share = scoredWeight === totalWeight ? '' : ` (weight ${formatScore(scoredWeight)} of ${formatScore(totalWeight)} scored)`;
  return terminalText([
    `${suite}: ${verdict}${score === null ? '' : `, ${formatScore(score)} of 100${share}`}${partial ? '. Only some evaluators were run.' : ''}`,
    ...reasons.map(({ message, advice }) => `  ${message} ${advice}`),
    ...notices.map((notice) => `  ${notice}`),
  ].join('\n'));
}

/** A terminal goes to the start of a line only when told to. Control characters of tools, colours aside, would act on it. */
export function terminalText(text: string): string {
  // eslint has no rule against naming control characters by their number.
  const plain = [...text].filter((character) => character >= ' ' || '\n\t\u001b'.includes(character)).join('');
  return `${plain.replace(/\u001b(?!\[[\d;]*m)/g, '').replace(/\n/g, '\r\n')}\r\n`;
}
