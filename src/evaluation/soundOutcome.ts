import type { FindingRange, FoundIssue } from '../model/evalResult';
import { present } from '../base/jsonShape';
import type { EvaluatorOutcome } from './evaluator';

const longestDetails = 20_000;
const longestMessage = 2_000;
const longestRule = 200;

/** An outcome as it is kept: its texts bounded and without secrets, its places inside the tree, its score a number where there is one. */
export function soundOutcome(outcome: EvaluatorOutcome, redact: (text: string) => string): EvaluatorOutcome {
  const { verdict, score, issues, details, error, metrics, ...kept } = outcome;
  const isScored = verdict === 'passed' || verdict === 'failed';
  const lacksScore = isScored && (score === null || !Number.isFinite(score));
  const why = lacksScore ? 'It judged without a score.' : error;
  return {
    ...kept,
    verdict: lacksScore ? 'errored' : verdict,
    score: isScored && !lacksScore && score !== null ? Math.min(100, Math.max(0, score)) : null,
    issues: issues.map((issue) => soundIssue(issue, redact)),
    ...present({
      details: details === undefined || details === '' ? undefined : redact(details).slice(-longestDetails),
      error: why === undefined ? (isScored ? undefined : 'It did not say why.') : redact(why).slice(0, longestMessage),
      metrics: metrics && Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value))),
    }),
  };
}

function soundIssue({ ruleId, message, severity, file, range, helpUri }: FoundIssue, redact: (text: string) => string): FoundIssue {
  const isInside = file !== undefined && file !== '' && !/^([A-Za-z]:|[/\\])|(^|[/\\])\.\.([/\\]|$)/.test(file);
  return { ruleId: redact(ruleId).slice(0, longestRule), severity, message: redact(message).slice(0, longestMessage), ...(isInside ? { file, ...present({ range: range && soundRange(range) }) } : {}), ...present({ helpUri: helpUri !== undefined && isWebAddress(helpUri) ? redact(helpUri) : undefined }) };
}

/** An editor would run what some other addresses name; rules and scripts of the change under test may give any. */
export function isWebAddress(address: string): boolean {
  return address.length <= longestMessage && /^https?:\/\/[^\s]+$/.test(address);
}

function soundRange({ startLine, startColumn, endLine, endColumn }: FindingRange): FindingRange | undefined {
  const isPlace = (value: number): boolean => Number.isInteger(value) && value >= 1;
  if (!isPlace(startLine)) return undefined;
  const hasEnd = endLine !== undefined && isPlace(endLine) && endLine >= startLine;
  return { startLine, startColumn: isPlace(startColumn) ? startColumn : 1, ...(hasEnd ? { endLine, ...(endColumn !== undefined && isPlace(endColumn) ? { endColumn } : {}) } : {}) };
}
