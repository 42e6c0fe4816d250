import { OrchestratorError } from '../../base/errors';
import type { SandboxProblem, SandboxReason } from '../../evaluation/sandbox/sandboxProtocol';
import type { SyntaxProblem } from '../../model/workflow/expression/expressionSyntax';

const longestQuote = 80;

const advice: Readonly<Record<SandboxReason, string>> = {
  syntax: 'Correct it in the workflow.',
  thrown: 'Look at the data that it reads; ?. and ?? help where something may be missing.',
  unsettled: 'Let it give a value that is there at once.',
  deadline: 'Let it do less; longer work belongs in a script node.',
  memory: 'Let it work on less data.',
  result: 'Let it give plain data: texts, numbers, true or false, lists and objects.',
  broken: 'Try it again; the log says more.',
};

export function unreadableExpression(source: string, { message, offset }: SyntaxProblem, kind: 'expression' | 'script' = 'expression'): OrchestratorError {
  return new OrchestratorError('expression-failed', `The ${kind} ${quoted(source)} cannot be read${lineWords(source, offset)}: ${message}`, advice.syntax);
}

/** `expressions`: those that it may have been. */
export function failedExpression(expressions: readonly { readonly source: string }[], { reason, message, line }: SandboxProblem, kind: 'expression' | 'script' = 'expression'): OrchestratorError {
  const [first, ...others] = expressions.slice(0, 3).map(({ source }) => quoted(source));
  const what = others.length === 0 ? `The ${kind} ${first ?? ''}` : `One of the ${kind}s ${[first, ...others].join(', ')}`;
  const place = kind === 'script' && line !== undefined ? ` in line ${line}` : '';
  return new OrchestratorError('expression-failed', `${what} failed${place}: ${message.replace(/[.\s]+$/, '')}.`, advice[reason]);
}

/** Nothing where it is the first line: most expressions have only one. */
function lineWords(source: string, offset: number): string {
  const line = source.slice(0, offset).split('\n').length;
  return line > 1 ? ` in line ${line}` : '';
}

/** On one line, and short. */
function quoted(source: string): string {
  const line = source.trim().replace(/\s+/g, ' ');
  return `"${line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line}"`;
}
