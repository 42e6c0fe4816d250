import type { Acceptance } from '../model/acceptance';
import type { EvalReport, EvalTarget, GateReason, GateVerdict } from '../model/evalReport';
import { evalVerdicts, isolations } from '../model/evalResult';
import type { EvalFinding, EvalResult, TrialCount } from '../model/evalResult';
import type { Cleaner } from './cleaner';
import { defined, jsonOf, numberOf, oneOf, optionalNumber, optionalText, storable, textOf } from './columns';
import type { Row } from './columns';

export const reportColumns = [
  'id', 'target', 'session_id', 'suite', 'base_sha', 'head_sha', 'definition_hash', 'tree_hash', 'partial', 'started_at', 'ended_at', 'score', 'scored_weight', 'total_weight', 'verdict', 'reasons', 'changed_files', 'notices',
] as const;
export const resultColumns = [
  'report_id', 'position', 'id', 'session_id', 'name', 'score', 'verdict', 'passed', 'duration', 'details', 'error', 'isolation', 'weight', 'required', 'findings', 'more_findings', 'metrics', 'trials', 'cached', 'created_at',
] as const;
export const acceptanceColumns = ['fingerprint', 'evaluator', 'rule_id', 'file', 'reason', 'accepted_at'] as const;

const gateVerdicts: readonly GateVerdict[] = ['passed', 'failed', 'errored'];
const sessionPrefix = 'session:';
const commitPrefix = 'commit:';

/** A target as one text: `session:<id>`, `commit:<sha>` or `checkout`. */
export function targetKey(target: EvalTarget): string {
  switch (target.kind) {
    case 'session':
      return `${sessionPrefix}${target.sessionId}`;
    case 'commit':
      return `${commitPrefix}${target.commit}`;
    case 'checkout':
      return 'checkout';
  }
}

function targetOf(key: string): EvalTarget {
  if (key.startsWith(sessionPrefix)) return { kind: 'session', sessionId: key.slice(sessionPrefix.length) };
  if (key.startsWith(commitPrefix)) return { kind: 'commit', commit: key.slice(commitPrefix.length) };
  return { kind: 'checkout' };
}

function sessionOf(target: EvalTarget): string | null {
  return target.kind === 'session' ? storable(target.sessionId) : null;
}

export function reportToRow(report: EvalReport, clean: Cleaner): Row {
  const { binding } = report;
  return [
    storable(report.id), storable(targetKey(report.target)), sessionOf(report.target), storable(report.suite), binding.baseSha, binding.headSha, binding.definitionHash, report.treeHash,
    Number(report.partial), report.startedAt, report.endedAt, report.score, report.scoredWeight, report.totalWeight, report.verdict,
    clean.json(JSON.stringify(report.reasons)), report.changedFiles, clean.json(JSON.stringify(report.notices)),
  ];
}

export function resultsToRows(report: EvalReport, clean: Cleaner): Row[] {
  return report.results.map((result, position): Row => [
    storable(report.id), position, storable(result.id), sessionOf(report.target), storable(result.name), result.score, result.verdict, Number(result.passed), result.duration,
    storable(clean.text(result.details)), storable(clean.text(result.error)), result.isolation, result.weight, Number(result.required), clean.json(JSON.stringify(result.findings)),
    result.moreFindings ?? null, result.metrics === undefined ? null : JSON.stringify(result.metrics), result.trials === undefined ? null : JSON.stringify(result.trials), Number(result.cached ?? false), report.endedAt,
  ]);
}

export function rowToReport(row: Row, results: readonly Row[]): EvalReport {
  return {
    id: textOf(row[0]),
    target: targetOf(textOf(row[1])),
    suite: textOf(row[3]),
    binding: { baseSha: textOf(row[4]), headSha: textOf(row[5]), definitionHash: textOf(row[6]) },
    treeHash: textOf(row[7]),
    partial: row[8] === 1,
    startedAt: numberOf(row[9]),
    endedAt: numberOf(row[10]),
    score: optionalNumber(row[11]) ?? null,
    scoredWeight: numberOf(row[12]),
    totalWeight: numberOf(row[13]),
    verdict: oneOf(row[14], gateVerdicts, 'errored'),
    reasons: jsonOf<readonly GateReason[]>(row[15], isList, []),
    changedFiles: numberOf(row[16]),
    notices: jsonOf<readonly string[]>(row[17], isList, []),
    results: results.filter(([reportId]) => reportId === row[0]).map(rowToResult),
  };
}

function rowToResult(row: Row): EvalResult {
  const verdict = oneOf(row[6], evalVerdicts, 'errored');
  return defined<EvalResult>({
    id: textOf(row[2]),
    name: textOf(row[4]),
    score: optionalNumber(row[5]) ?? null,
    verdict,
    passed: verdict === 'passed',
    duration: numberOf(row[8]),
    details: optionalText(row[9]),
    error: optionalText(row[10]),
    isolation: oneOf(row[11], isolations, 'none'),
    weight: numberOf(row[12]),
    required: row[13] === 1,
    findings: jsonOf<readonly EvalFinding[]>(row[14], isList, []),
    moreFindings: optionalNumber(row[15]),
    metrics: jsonOf<Readonly<Record<string, number>> | undefined>(row[16], isObject, undefined),
    trials: jsonOf<TrialCount | undefined>(row[17], isObject, undefined),
    cached: row[18] === 1 ? true : undefined,
  });
}

export function acceptanceToRow({ fingerprint, evaluator, ruleId, file, reason, acceptedAt }: Acceptance, clean: Cleaner): Row {
  return [storable(fingerprint), storable(evaluator), storable(ruleId), storable(file), storable(clean.text(reason)), acceptedAt];
}

export function rowToAcceptance([fingerprint, evaluator, ruleId, file, reason, acceptedAt]: Row): Acceptance {
  return defined<Acceptance>({ fingerprint: textOf(fingerprint), evaluator: textOf(evaluator), ruleId: textOf(ruleId), file: optionalText(file), reason: textOf(reason), acceptedAt: numberOf(acceptedAt) });
}

function isList<T>(value: unknown): value is readonly T[] {
  return Array.isArray(value);
}

function isObject<T>(value: unknown): value is T {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
