import { explain, isOrchestratorError } from '../../base/errors';
import { formatPlural } from '../../base/format';
import type { FoundIssue } from '../../model/evalResult';
import type { ModelProviderName } from '../../llm/modelProvider';
import { onChange } from '../changes/onChange';
import { isOutside, looksLikeFile } from '../definitionFiles';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome } from '../evaluator';
import { judgeOptions, type JudgeOptions } from '../judge/judgeOptions';
import { judgePrompt, type JudgePrompt } from '../judge/judgePrompt';
import { castVote, median, type CastVote, type Judge, type Vote } from '../judge/judgeVotes';
import { testOutcome, type ToldTests } from '../judge/testOutcome';
import { errored, unscored } from '../withoutScore';

export interface LlmJudgeServices {
  /** @throws OrchestratorError `endpoint-invalid` */
  readonly judge: (provider: ModelProviderName) => Judge;
  /** Takes secrets out of the diff before it is sent. */
  readonly redact: (text: string) => string;
}

/**
 * A model judges the change by a rubric, several times. Score: the median of the votes; it passes with `minScore` and no majority for
 * "failed". Where tests failed the score is 0, whatever the model says. Metrics: `median`, `votes`, `voidVotes`, `lowest`, `highest`.
 */
export function createLlmJudgeEvaluator({ judge, redact }: LlmJudgeServices): Evaluator {
  return {
    dependsOnBase: true,
    // Asked again it may answer otherwise.
    cacheKey: () => Promise.resolve(undefined),
    evaluate: (context) =>
      onChange(context, async () => {
        const options = judgeOptions(context.config.options);
        const rubric = await rubricOf(context, options);
        if (rubric === undefined) return errored(`The rubric ${options.rubric} is not there. Name a file of the repository; for a gate it must be in the base.`, 'none');
        const tests = testOutcome(context.metrics);
        const prompt = judgePrompt({ rubric, diff: redact(await context.input.diff(options.maxDiffBytes)), tests: tests.text });
        try {
          const request = { model: options.model, origin: context.origin, signal: context.signal };
          const provider = judge(options.provider);
          return outcome(await allSettledOrThrow(Array.from({ length: options.votes }, () => castVote(provider, prompt, request))), { options, prompt, tests });
        } catch (error) {
          if (isOrchestratorError(error) && error.code === 'key-missing') return unscored(explain(error));
          throw error;
        }
      }),
  };
}

async function rubricOf({ readDefinition }: EvaluatorContext, { rubric }: JudgeOptions): Promise<string | undefined> {
  if (isOutside(rubric)) return looksLikeFile(rubric) ? undefined : rubric;
  const text = looksLikeFile(rubric) ? await readDefinition(rubric) : rubric;
  return text ?? (/\s/.test(rubric) ? rubric : undefined);
}

/** Waits for all of them, so that none goes on after the evaluator; then throws what the first of them threw. */
async function allSettledOrThrow(votes: readonly Promise<CastVote>[]): Promise<readonly CastVote[]> {
  await Promise.allSettled(votes);
  return Promise.all(votes);
}

function outcome(cast: readonly CastVote[], { options, prompt, tests }: { readonly options: JudgeOptions; readonly prompt: JudgePrompt; readonly tests: ToldTests }): EvaluatorOutcome {
  const votes = cast.flatMap((one) => ('vote' in one ? [one.vote] : []));
  const models = [...new Set(cast.flatMap((one) => ('vote' in one ? [one.model] : [])))];
  const voids = cast.flatMap((one) => ('void' in one ? [one.void] : []));
  const lines = [`Model: ${models.length === 0 ? options.model : models.join(', ')} (${options.provider}). Prompt: sha256 ${prompt.hash}.`, ...cast.map((one, index) => `Vote ${index + 1}: ${'vote' in one ? told(one.vote) : `void, ${one.void}`}`)];
  if (votes.length * 2 <= cast.length) return errored(`${formatPlural(voids.length, 'vote')} of ${cast.length} could not be counted: ${voids[0] ?? ''}`, 'none', lines.join('\n'));
  const middle = median(votes.map(({ score }) => score));
  const against = votes.filter(({ verdict }) => verdict === 'failed');
  const isRejected = middle < options.minScore || against.length * 2 > votes.length;
  const failed = tests.failed || isRejected;
  return {
    verdict: failed ? 'failed' : 'passed',
    score: tests.failed ? 0 : middle,
    issues: [...(tests.failed ? [issue('execution-failed', 'Tests failed, and no judge can make up for that.')] : []), ...(isRejected ? reasonsOf(votes).map((reason) => issue('judged', reason)) : [])],
    details: [...(tests.failed ? [`Tests failed, so the median of ${middle} does not count.`] : []), ...lines].join('\n'),
    isolation: 'none',
    metrics: { median: middle, votes: votes.length, voidVotes: voids.length, lowest: Math.min(...votes.map(({ score }) => score)), highest: Math.max(...votes.map(({ score }) => score)) },
  };
}

function told({ score, verdict, reasons }: Vote): string {
  return [`${score}, ${verdict}.`, ...reasons].join(' ');
}

/** Those of the vote with the lowest score. */
function reasonsOf(votes: readonly Vote[]): readonly string[] {
  const [lowest] = [...votes].sort((a, b) => a.score - b.score);
  return lowest && lowest.reasons.length > 0 ? lowest.reasons : ['It gave no reason.'];
}

function issue(ruleId: string, message: string): FoundIssue {
  return { ruleId, severity: 'error', message };
}
