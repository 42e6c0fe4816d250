import { basename } from 'node:path/posix';
import { Type } from '@sinclair/typebox';
import picomatch from 'picomatch';
import { formatPlural } from '../../base/format';
import type { FoundIssue } from '../../model/evalResult';
import { findSecrets, type FoundSecret } from '../../telemetry/redaction';
import { changedSources, isIn, lineText, placeOf, type ChangedSource, type SourceFile } from '../changes/changedSources';
import { onChange } from '../changes/onChange';
import type { Evaluator } from '../evaluator';
import { optionsCheck } from '../checkedOptions';

export const SecretsOptionsSchema = Type.Object(
  { allow: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 200, description: 'Globs of files that may hold what looks like a secret.' })) },
  { additionalProperties: false },
);

const pointsPerError = 50;
const pointsPerWarning = 10;
const allowed = /\bamp-allow-secret(?::[ \t]*([^\n]*?))?[ \t]*(?:\*\/|-->|$)/;
/** Files that hold nothing but secrets, unless they are samples. */
const secretFile = /^(?:\.env(?:\.(?!example|sample|template|dist|test|defaults)[\w.-]+)?|id_(?:rsa|dsa|ecdsa|ed25519)|[\w.-]+\.(?:p12|pfx|jks|keystore|ppk)|\.netrc|\.pgpass|\.htpasswd|credentials\.json|service-account[\w.-]*\.json)$/;

/**
 * Secrets in lines that a change adds. Neither findings nor details ever hold one. `amp-allow-secret: reason` in the line, or in the one above
 * it, allows it and is told. Passed without an error; score: 100 − 50 an error − 10 a warning. Metrics: `found`, `allowed`.
 */
export function createSecretsEvaluator(): Evaluator {
  const check = optionsCheck(SecretsOptionsSchema);
  return {
    dependsOnBase: true,
    cacheKey: () => Promise.resolve('secrets 1'),
    evaluate: (context) =>
      onChange(context, async () => {
        const { allow = [] } = check(context.config.options);
        const isAllowed = picomatch(allow, { dot: true });
        const sources = (await changedSources(context)).filter(({ change }) => change.change !== 'deleted' && !isAllowed(change.path));
        const issues = sources.flatMap((source) => [...secretFileIssue(source), ...secretsIn(source)]);
        const unread = sources.filter(({ change, head }) => !head && !change.binary).length;
        const [errors, warnings, excused] = (['error', 'warning', 'info'] as const).map((severity) => issues.filter((issue) => issue.severity === severity).length);
        return {
          verdict: errors === 0 ? 'passed' : 'failed',
          score: Math.max(0, 100 - pointsPerError * (errors ?? 0) - pointsPerWarning * (warnings ?? 0)),
          issues,
          details: `${formatPlural(sources.length, 'changed file')} looked at.${unread > 0 ? ` ${formatPlural(unread, 'file')} left out: too large, or no text.` : ''}`,
          isolation: 'none',
          metrics: { found: (errors ?? 0) + (warnings ?? 0), allowed: excused ?? 0 },
        };
      }),
  };
}

function secretsIn({ change, head, isTest }: ChangedSource): readonly FoundIssue[] {
  if (!head || change.added.length === 0) return [];
  return findSecrets(head.text).flatMap((secret): FoundIssue[] => {
    const range = { ...placeOf(head, secret.start), ...endOf(head, secret.end) };
    const lines = Array.from({ length: range.endLine - range.startLine + 1 }, (_, index) => range.startLine + index);
    if (!lines.some((line) => isIn(change.added, line))) return [];
    return [{ file: head.file, range, ...judged(secret, reasonFor(head, range.startLine), isTest) }];
  });
}

function judged({ label, start, end, isCertain }: FoundSecret, allowance: string | undefined, isTest: boolean): Pick<FoundIssue, 'ruleId' | 'severity' | 'message'> {
  const what = `What looks like a secret (${label}, ${formatPlural(end - start, 'character')})`;
  if (allowance !== undefined && allowance !== '') return { ruleId: 'secret-allowed', severity: 'info', message: `${what} is allowed: ${allowance}` };
  const advice = allowance === '' ? 'An amp-allow-secret needs a reason: "amp-allow-secret: why".' : 'Read it from the environment or a secret store, and revoke it if it is real.';
  // Tests log in with passwords that are none.
  return { ruleId: 'secret-added', severity: isCertain || !isTest ? 'error' : 'warning', message: `${what} was added. ${advice}` };
}

/** The reason in the line or the one above it; empty for none given, undefined where nothing is allowed. */
function reasonFor(source: SourceFile, line: number): string | undefined {
  for (const near of [line, line - 1]) {
    const match = near >= 1 ? allowed.exec(lineText(source, near)) : null;
    if (match) return match[1]?.trim() ?? '';
  }
  return undefined;
}

function endOf(source: SourceFile, end: number): { readonly endLine: number; readonly endColumn: number } {
  const last = placeOf(source, Math.max(0, end - 1));
  return { endLine: last.startLine, endColumn: last.startColumn + 1 };
}

function secretFileIssue({ change: { path, change } }: ChangedSource): readonly FoundIssue[] {
  return change === 'added' && secretFile.test(basename(path)) ? [{ ruleId: 'secret-file', severity: 'warning', file: path, message: `${path} is a file that usually holds secrets. Keep it out of the repository, with .gitignore.` }] : [];
}
