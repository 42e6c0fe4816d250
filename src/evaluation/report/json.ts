import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { gateReasonKinds, type EvalReport, type GateVerdict } from '../../model/evalReport';
import { evalVerdicts, findingSeverities, isolations } from '../../model/evalResult';
import type { ReportNames } from '../../model/reportFormat';

const open = { additionalProperties: true } as const;

const gateVerdicts: readonly GateVerdict[] = ['passed', 'failed', 'errored'];
const Verdict = Type.Union(evalVerdicts.map((verdict) => Type.Literal(verdict)));
const Score = Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()], { description: 'Null: nothing was scored.' });
const Epoch = Type.Number({ description: 'Epoch milliseconds.' });
const Count = Type.Integer({ minimum: 0 });

const Finding = Type.Object(
  {
    evaluator: Type.String(),
    ruleId: Type.String(),
    message: Type.String(),
    severity: Type.Union(findingSeverities.map((severity) => Type.Literal(severity))),
    fingerprint: Type.String({ description: 'The same for the same finding after lines have moved.' }),
    file: Type.Optional(Type.String({ description: 'Relative to the repository, with forward slashes.' })),
    range: Type.Optional(Type.Object({ startLine: Count, startColumn: Count, endLine: Type.Optional(Count), endColumn: Type.Optional(Count) }, { ...open, description: 'Lines and columns from 1; the end is exclusive.' })),
    helpUri: Type.Optional(Type.String()),
    isNew: Type.Optional(Type.Boolean({ description: 'Whether it is not in the base; absent when nobody compared.' })),
    accepted: Type.Optional(Type.String({ description: 'Why somebody lives with it.' })),
  },
  open,
);

const Result = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    score: Score,
    verdict: Verdict,
    passed: Type.Boolean(),
    duration: Type.Number({ description: 'Milliseconds.' }),
    findings: Type.Array(Finding),
    moreFindings: Type.Optional(Count),
    details: Type.Optional(Type.String()),
    error: Type.Optional(Type.String({ description: 'Why it could not be run, or what to install.' })),
    isolation: Type.Union(isolations.map((isolation) => Type.Literal(isolation))),
    weight: Type.Number(),
    required: Type.Boolean(),
    metrics: Type.Optional(Type.Record(Type.String(), Type.Number())),
    trials: Type.Optional(Type.Object({ runs: Count, passed: Count, flaky: Type.Boolean() }, open)),
    cached: Type.Optional(Type.Boolean()),
  },
  open,
);

const Target = Type.Union([
  Type.Object({ kind: Type.Literal('session'), sessionId: Type.String() }, open),
  Type.Object({ kind: Type.Literal('checkout') }, open),
  Type.Object({ kind: Type.Literal('commit'), commit: Type.String() }, open),
]);

const Report = {
  id: Type.String(),
  suite: Type.String(),
  target: Target,
  binding: Type.Object({ baseSha: Type.String(), headSha: Type.String(), definitionHash: Type.String() }, open),
  treeHash: Type.String(),
  partial: Type.Boolean({ description: 'Only some evaluators of the suite were run.' }),
  startedAt: Epoch,
  endedAt: Epoch,
  results: Type.Array(Result),
  score: Score,
  scoredWeight: Type.Number(),
  totalWeight: Type.Number(),
  verdict: Type.Union(gateVerdicts.map((verdict) => Type.Literal(verdict))),
  reasons: Type.Array(Type.Object({ kind: Type.Union(gateReasonKinds.map((kind) => Type.Literal(kind))), evaluator: Type.Optional(Type.String()), message: Type.String(), advice: Type.String() }, open)),
  changedFiles: Count,
  notices: Type.Array(Type.String()),
} satisfies Record<keyof EvalReport, TSchema>;

/** A report as JSON. Members may be added within a version; none goes away or changes its meaning. */
export const ReportFileSchema = Type.Object(
  {
    format: Type.Literal('amp-eval-report'),
    version: Type.Literal(1),
    names: Type.Object({ target: Type.Optional(Type.String()), base: Type.Optional(Type.String()) }, { ...open, description: 'What people call the target and the base, where that is known.' }),
    ...Report,
  },
  { ...open, title: 'Report of an evaluation', description: 'Report of Amp Session Orchestrator on the evaluations of one tree.' },
);
type ReportFile = Static<typeof ReportFileSchema>;

/** A report for programs; see `ReportFileSchema`. */
export function reportJson({ results, reasons, notices, ...report }: EvalReport, names: ReportNames = {}): string {
  const file: ReportFile = {
    format: 'amp-eval-report',
    version: 1,
    names: { ...names },
    ...report,
    results: results.map(({ findings, ...result }) => ({ ...result, findings: [...findings] })),
    reasons: [...reasons],
    notices: [...notices],
  };
  return JSON.stringify(file, undefined, 2);
}
