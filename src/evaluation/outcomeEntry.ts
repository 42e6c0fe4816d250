import { Type } from '@sinclair/typebox';
import { evalVerdicts, findingSeverities, isolations } from '../model/evalResult';
import { schemaCheck } from './schemaCheck';
import type { TrialOutcome } from './trials';

/** A larger entry is kept without its coverage, and one that is too large even then is not kept. */
const mostCharacters = 4 * 1024 * 1024;

const testStatuses = ['passed', 'failed', 'skipped'] as const;
const count = Type.Integer({ minimum: 0 });
const place = Type.Integer({ minimum: 1 });
const covered = Type.Optional(Type.Object({ covered: count, total: count }));

const EntrySchema = Type.Object({
  version: Type.Literal(1),
  trials: Type.Object({ runs: place, passed: count, flaky: Type.Boolean() }),
  outcome: Type.Object({
    verdict: Type.Union(evalVerdicts.map((verdict) => Type.Literal(verdict))),
    score: Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()]),
    issues: Type.Array(
      Type.Object({
        ruleId: Type.String(),
        message: Type.String(),
        severity: Type.Union(findingSeverities.map((severity) => Type.Literal(severity))),
        file: Type.Optional(Type.String()),
        range: Type.Optional(Type.Object({ startLine: place, startColumn: place, endLine: Type.Optional(place), endColumn: Type.Optional(place) })),
        helpUri: Type.Optional(Type.String()),
      }),
    ),
    details: Type.Optional(Type.String()),
    error: Type.Optional(Type.String()),
    isolation: Type.Union(isolations.map((isolation) => Type.Literal(isolation))),
    metrics: Type.Optional(Type.Record(Type.String(), Type.Number())),
    coverage: Type.Optional(Type.Array(Type.Object({ file: Type.String(), lines: Type.Array(Type.Tuple([Type.Number(), Type.Number()])), branches: covered, functions: covered }))),
    tests: Type.Optional(Type.Array(Type.Object({ file: Type.Optional(Type.String()), path: Type.Array(Type.String()), status: Type.Union(testStatuses.map((status) => Type.Literal(status))) }))),
  }),
});

const entryCheck = schemaCheck(EntrySchema);

/** An outcome as the cache holds it; undefined for one that is not kept. */
export function entryOf({ outcome, trials }: TrialOutcome): string | undefined {
  if (outcome.verdict === 'errored') return undefined;
  const whole = JSON.stringify({ version: 1, trials, outcome });
  if (whole.length <= mostCharacters) return whole;
  const { coverage: _coverage, ...rest } = outcome;
  const smaller = JSON.stringify({ version: 1, trials, outcome: rest });
  return smaller.length <= mostCharacters ? smaller : undefined;
}

/** Undefined for what no version of this program that is like this one wrote. */
export function parseEntry(text: string): TrialOutcome | undefined {
  try {
    const entry: unknown = JSON.parse(text);
    const fits = entryCheck();
    return fits(entry) ? { outcome: entry.outcome, trials: entry.trials } : undefined;
  } catch {
    return undefined;
  }
}
