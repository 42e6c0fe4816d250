import { Type, type Static } from '@sinclair/typebox';
import { formatPlural } from '../../base/format';
import { present } from '../../base/jsonShape';
import { findingSeverities, type FindingRange, type FoundIssue } from '../../model/evalResult';
import { isOutside } from '../definitionFiles';
import { problemsOf, schemaCheck } from '../schemaCheck';
import { isWebAddress } from '../soundOutcome';

/** Findings that one script may have; the others are counted. */
export const mostScriptFindings = 500;
const longestMessage = 2000;
const longestDetails = 8000;

const closed = { additionalProperties: false } as const;
const Place = Type.Integer({ minimum: 1, maximum: 2 ** 31 });
const Range = Type.Object({ startLine: Place, startColumn: Place, endLine: Type.Optional(Place), endColumn: Type.Optional(Place) }, closed);

const ScriptFindingSchema = Type.Object(
  {
    message: Type.String({ minLength: 1 }),
    severity: Type.Optional(Type.Union(findingSeverities.map((severity) => Type.Literal(severity)))),
    ruleId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    file: Type.Optional(Type.String()),
    line: Type.Optional(Place),
    column: Type.Optional(Place),
    range: Type.Optional(Range),
    helpUri: Type.Optional(Type.String()),
  },
  closed,
);

const ScriptResultSchema = Type.Object(
  {
    score: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    passed: Type.Optional(Type.Boolean()),
    details: Type.Optional(Type.String()),
    findings: Type.Optional(Type.Array(ScriptFindingSchema, { maxItems: mostScriptFindings })),
    metrics: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.Number(), { maxProperties: 100 })),
  },
  closed,
);
type ScriptFinding = Static<typeof ScriptFindingSchema>;

export interface ScriptJudgement {
  readonly score: number;
  readonly passed: boolean;
  readonly issues: readonly FoundIssue[];
  readonly details?: string;
  readonly metrics?: Readonly<Record<string, number>>;
  /** What was left out of it, for a person. */
  readonly notes: readonly string[];
}

const resultCheck = schemaCheck(ScriptResultSchema);

/** What a script returned, checked; a text is why it is no result. `isKnown` tells of a file whether it is one of the tree. */
export async function scriptJudgement(value: unknown, isKnown: (file: string) => Promise<boolean>): Promise<ScriptJudgement | string> {
  if (value === undefined || value === null) return 'it returned nothing; it must return { score, passed, details, findings }';
  const fits = resultCheck();
  if (!fits(value)) {
    const [error] = fits.errors ?? [];
    const unknown = typeof error?.params['additionalProperty'] === 'string' ? `: "${error.params['additionalProperty'].slice(0, 100)}"` : '';
    return `its result is not as it must be: ${problemsOf(fits, 'result').slice(0, 300)}${unknown}`;
  }
  const { score, passed, details, findings = [], metrics } = value;
  if (score === undefined && passed === undefined) return 'its result has neither a score nor "passed"';
  const { issues, notes } = await issuesOf(findings, isKnown);
  return {
    score: score ?? (passed === true ? 100 : 0),
    passed: passed ?? (score !== 0 && issues.every(({ severity }) => severity !== 'error')),
    issues,
    notes,
    ...present({ details: details?.slice(0, longestDetails), metrics }),
  };
}

async function issuesOf(findings: readonly ScriptFinding[], isKnown: (file: string) => Promise<boolean>): Promise<Pick<ScriptJudgement, 'issues' | 'notes'>> {
  const names = [...new Set(findings.flatMap(({ file }) => (file === undefined || file === '' || isOutside(file) ? [] : [file])))];
  const known = new Set<string>();
  for (const name of names) if (await isKnown(name)) known.add(name);
  let strangers = 0;
  const issues = findings.map(({ message, severity = 'warning', ruleId = 'custom', file, line, column, range, helpUri }): FoundIssue => {
    const isPlaced = file !== undefined && known.has(file);
    if (file !== undefined && !isPlaced) strangers++;
    const place: FindingRange | undefined = range ? { startLine: range.startLine, startColumn: range.startColumn, ...present({ endLine: range.endLine, endColumn: range.endColumn }) } : line === undefined ? undefined : { startLine: line, startColumn: column ?? 1 };
    return { ruleId, message: message.slice(0, longestMessage), severity, ...present({ file: isPlaced ? file : undefined, range: isPlaced ? place : undefined, helpUri: helpUri !== undefined && isWebAddress(helpUri) ? helpUri : undefined }) };
  });
  return { issues, notes: strangers === 0 ? [] : [`${formatPlural(strangers, 'finding')} named a file that is not in the tree, and ${strangers === 1 ? 'is' : 'are'} shown without it.`] };
}
