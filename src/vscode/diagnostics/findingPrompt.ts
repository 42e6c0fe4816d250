import { formatPlural } from '../../base/format';
import type { EvalFinding } from '../../model/evalResult';

const linesAround = 3;
const mostInList = 20;

/** `src/a.ts:3`; a person reads it, and so does the agent. */
export function findingPlace({ file, range }: EvalFinding): string | undefined {
  return file === undefined ? undefined : range === undefined ? file : `${file}:${range.startLine}`;
}

/** One line, so that an input box can show it. */
export function findingSentence(finding: EvalFinding): string {
  const place = findingPlace(finding);
  return `Fix what the evaluation "${finding.evaluator}" found${place === undefined ? '' : ` in ${place}`}: ${finding.message.replace(/\s+/g, ' ').trim()} (rule ${finding.ruleId})`;
}

/** The finding's lines with some around them, numbered, as a Markdown block; empty where it has none. */
export function codeBlock({ file, range }: EvalFinding, text: string): string {
  if (file === undefined || range === undefined) return '';
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, range.startLine - linesAround);
  const last = Math.min(lines.length, Math.min(range.endLine ?? range.startLine, range.startLine + 20) + linesAround);
  const numbered = lines.slice(first - 1, last).map((line, index) => `${first + index}: ${line}`);
  // A fence that is longer than any in the code.
  const fence = '`'.repeat(Math.max(3, ...numbered.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length + 1))));
  return numbered.length === 0 ? '' : `${fence}\n${numbered.join('\n')}\n${fence}`;
}

/** The sentence as a person left it, with the code that it is about. */
export function promptWith(sentence: string, file: string | undefined, code: string): string {
  return code === '' ? sentence : `${sentence}\n\nThe lines of ${file ?? 'the file'} as they were evaluated:\n\n${code}`;
}

/** What blocks a merge, for the agent to mend. */
export function blockedPrompt(reasons: readonly { readonly message: string }[], findings: readonly EvalFinding[]): string {
  const shown = findings.slice(0, mostInList).map((finding) => `- ${findingPlace(finding) ?? 'The whole change'}: ${finding.message.replace(/\s+/g, ' ').trim()} (${finding.evaluator}, rule ${finding.ruleId})`);
  const more = findings.length - shown.length;
  return [
    'Evaluations block the merge of this work. Correct the cause of each; do not weaken tests, configuration or the evaluations themselves.',
    ...reasons.map(({ message }) => `- ${message}`),
    ...(shown.length > 0 ? ['', 'What they found:', ...shown] : []),
    ...(more > 0 ? [`- and ${formatPlural(more, 'more finding')}`] : []),
  ].join('\n');
}
