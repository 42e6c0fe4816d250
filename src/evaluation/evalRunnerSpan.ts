import type { EvalResult } from '../model/evalResult';
import type { SpanFinish } from '../telemetry/tracer';

const longestExplanation = 4_000;

/**
 * How the span of an evaluator ends. The rate of evaluations that pass counts spans that succeeded and spans that failed, so what judged
 * nothing (or was judged in an earlier run, which counted it) is neither.
 */
export function spanOfResult({ verdict, score, error, details, cached, isolation, findings, moreFindings = 0, trials }: EvalResult): SpanFinish {
  const status = cached === true || verdict === 'errored' || verdict === 'unscored' ? 'cancelled' : verdict === 'passed' ? 'success' : 'error';
  const explanation = error ?? details ?? '';
  return {
    status,
    errorMessage: verdict === 'failed' ? (explanation.split('\n', 1)[0] || 'It failed.').slice(0, 300) : verdict === 'passed' ? undefined : error,
    attrs: {
      'gen_ai.evaluation.score.value': score,
      'gen_ai.evaluation.score.label': verdict,
      'gen_ai.evaluation.explanation': explanation.slice(-longestExplanation),
      'amp.eval.cached': cached === true,
      'amp.eval.isolation': isolation,
      'amp.eval.findings': findings.length + moreFindings,
      'amp.eval.new_findings': findings.filter(({ isNew }) => isNew === true).length,
      ...(trials ? { 'amp.eval.trials': trials.runs, 'amp.eval.trials.passed': trials.passed, 'amp.eval.flaky': trials.flaky } : {}),
    },
  };
}
