import { present } from '../../base/jsonShape';
import type { EvalReport, GateVerdict } from '../../model/evalReport';
import type { EvalFinding } from '../../model/evalResult';
import type { ReportNames } from '../../model/reportFormat';
import { baseWords, inReadingOrder, targetWords } from './reportWords';
import { sarifNotifications } from './sarifNotifications';
import { sarifLevel, sarifMessage, sarifRegion, sarifTime, sarifUri, webAddress } from './sarifText';

const exitCodes: Record<GateVerdict, number> = { passed: 0, failed: 1, errored: 2 };
const root = '%SRCROOT%';

/**
 * A report as SARIF 2.1.0: one run of one tool, whose rules are those of all evaluators as `evaluator/rule`. What concerns no file is a
 * notification, since GitHub refuses a whole log for one result without a place. Paths are relative to `%SRCROOT%`, columns count UTF-16
 * units. Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function reportSarif(report: EvalReport, names: ReportNames = {}): string {
  const { suite, results, verdict, startedAt, endedAt } = report;
  const findings = inReadingOrder(results).filter(({ file }) => file !== undefined);
  const rules = [...Map.groupBy(findings, ruleName)].map(([id, [first]]) => ({ id, shortDescription: { text: id }, ...present({ helpUri: first && webAddress(first.helpUri) }) }));
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Amp Session Orchestrator', rules } },
        automationDetails: { id: `amp-evals/${suite}/` },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [root]: { description: { text: 'The root of the repository.' } } },
        invocations: [
          {
            executionSuccessful: results.every((result) => result.verdict !== 'errored'),
            exitCode: exitCodes[verdict],
            ...present({ startTimeUtc: sarifTime(startedAt), endTimeUtc: sarifTime(endedAt) }),
            toolExecutionNotifications: sarifNotifications(report),
          },
        ],
        results: findings.map((finding) => resultOf(finding, indexes)),
        properties: propertiesOf(report, names),
      },
    ],
  };
  return JSON.stringify(log, undefined, 2);
}

function ruleName({ evaluator, ruleId }: EvalFinding): string {
  return `${evaluator}/${ruleId}`;
}

function resultOf(finding: EvalFinding, indexes: ReadonlyMap<string, number>): object {
  const { severity, message, file = '', range, fingerprint, isNew, accepted } = finding;
  const ruleId = ruleName(finding);
  return {
    ruleId,
    ...present({ ruleIndex: indexes.get(ruleId) }),
    level: sarifLevel(severity),
    message: { text: sarifMessage(message, ruleId) },
    locations: [{ physicalLocation: { artifactLocation: { uri: sarifUri(file), uriBaseId: root }, ...present({ region: range && sarifRegion(range) }) } }],
    partialFingerprints: { 'ampOrchestrator/v1': fingerprint },
    ...present({ baselineState: isNew === undefined ? undefined : isNew ? 'new' : 'unchanged' }),
    // An empty list says that somebody looked and nothing was suppressed.
    suppressions: accepted === undefined ? [] : [{ kind: 'external', status: 'accepted', justification: accepted }],
  };
}

function propertiesOf(report: EvalReport, names: ReportNames): object {
  const { suite, verdict, score, scoredWeight, totalWeight, partial, binding, treeHash, results, reasons } = report;
  return {
    suite, verdict, score, scoredWeight, totalWeight, partial, ...binding, treeHash,
    target: targetWords(report, names),
    base: baseWords(report, names),
    reasons,
    evaluators: results.map(({ name, verdict: own, score: ownScore, weight, required, isolation, duration, metrics }) => ({ name, verdict: own, score: ownScore, weight, required, isolation, durationMs: duration, ...present({ metrics }) })),
  };
}
