import { explain, OrchestratorError } from '../base/errors';
import { newId } from '../base/ids';
import { present } from '../base/jsonShape';
import type { EvalConfig } from '../model/evalConfig';
import type { EvalReport } from '../model/evalReport';
import type { EvalResult } from '../model/evalResult';
import type { EvalProgress, EvaluationRequest } from './evaluationRequest';
import type { EvaluatorContext } from './evaluator';
import type { EvalRunnerServices } from './evalRunnerServices';
import { EvaluatorSides, spanOrigin, stopped, type SideOutcome } from './evalRunnerSides';
import { resultOf } from './evalRunnerResult';
import { spanOfResult } from './evalRunnerSpan';
import { gateAnswer } from './gate';
import { inPool } from './pool';
import { weightedScore } from './scoring';

type Metrics = EvaluatorContext['metrics'];

/** Runs the evaluators of a suite on a tree, and says what speaks against merging it. */
export class EvalRunner {
  constructor(private readonly services: EvalRunnerServices) {}

  /**
   * What an evaluator does wrong is in its result; all that it started has ended when this settles.
   * @throws OrchestratorError `invalid-argument` for a suite or evaluator that the definition does not have, `stopped` when aborted
   */
  async runEvaluation(request: EvaluationRequest): Promise<EvalReport> {
    const { definition, input, binding, target } = request;
    const { suite, configs, partial } = chosen(request);
    const startedAt = this.services.clock.now();
    const notices = new Set(definition.notices);
    const results = new Map<string, EvalResult>();
    const gate = suite === definition.gate.suite ? definition.gate : undefined;
    for (const phase of phases(configs)) {
      // The same for all of a phase, whatever ends first: what is measured must not depend on chance.
      const metrics = metricsOf([...results.values()]);
      const run: SuiteRun = { request, metrics, suiteRule: gate?.noNewFindings, notice: (notice) => notices.add(notice) };
      await inPool(longestFirst(phase, request), definition.concurrency, async (config) => {
        if (!request.signal.aborted) results.set(config.name, await this.runEvaluator(config, run));
      });
      if (request.signal.aborted) throw stopped();
    }
    const ordered = configs.flatMap(({ name }) => results.get(name) ?? []);
    const scoring = weightedScore(ordered);
    return {
      id: newId(),
      suite,
      target,
      binding,
      treeHash: input.head.treeHash,
      partial,
      startedAt,
      endedAt: this.services.clock.now(),
      results: ordered,
      ...scoring,
      ...gateAnswer({ results: ordered, scoring, gate, partial }),
      changedFiles: input.changes.length,
      notices: [...notices],
    };
  }

  private async runEvaluator(config: EvalConfig, { request, metrics, suiteRule, notice }: SuiteRun): Promise<EvalResult> {
    const { tracer, evaluators, redact, log } = this.services;
    const started = performance.now();
    this.tell(request, { kind: 'started', evaluator: config.name });
    let coverage: SideOutcome['outcome']['coverage'];
    const result = await tracer.trace(
      { ...spanOrigin(request), ...present({ parentId: request.origin.parentId }), type: 'eval', name: config.name, attrs: { 'gen_ai.evaluation.name': config.name, 'amp.eval.weight': config.weight ?? 1, 'amp.eval.required': config.required ?? false } },
      async (span) => {
        const make = async (): Promise<EvalResult> => {
          const evaluator = evaluators(config);
          const sides = new EvaluatorSides({ services: this.services, request, config, evaluator, parentId: span.id, metrics, notice });
          const head = await sides.head();
          coverage = head.outcome.coverage;
          return resultOf(head, { request, config, evaluator, sides, suiteRule });
        };
        const made = await make().catch((error: unknown) => {
          if (request.signal.aborted) throw stopped();
          log.error(`${config.name} could not be evaluated`, error);
          return failedResult(config, redact(explain(error)));
        });
        return { ...made, duration: performance.now() - started };
      },
      spanOfResult,
    );
    this.tell(request, { kind: 'ended', evaluator: config.name, result, ...present({ coverage }) });
    return result;
  }

  private tell({ onProgress }: EvaluationRequest, progress: EvalProgress): void {
    try {
      onProgress?.(progress);
    } catch (error) {
      this.services.log.error('Progress of an evaluation could not be shown', error);
    }
  }
}

interface SuiteRun {
  readonly request: EvaluationRequest;
  readonly metrics: Metrics;
  readonly suiteRule: NonNullable<EvaluationRequest['definition']['gate']>['noNewFindings'];
  readonly notice: (notice: string) => void;
}

function chosen({ definition, suite = definition.gate.suite, only }: EvaluationRequest): { readonly suite: string; readonly configs: readonly EvalConfig[]; readonly partial: boolean } {
  const names = definition.suites.find(({ name }) => name === suite)?.evaluators;
  if (!names) throw new OrchestratorError('invalid-argument', `There is no suite "${suite}".`, `Suites are: ${definition.suites.map(({ name }) => name).join(', ')}.`);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new OrchestratorError('invalid-argument', `The suite "${suite}" has no evaluator "${unknown}".`, `Its evaluators are: ${names.join(', ')}.`);
  const wanted = only ? names.filter((name) => only.includes(name)) : names;
  const configs = wanted.flatMap((name) => definition.evaluators.find((config) => config.name === name) ?? []);
  return { suite, configs, partial: wanted.length < names.length };
}

/** Scripts are told what the others measured, and the judge what came of all of them. */
function phases(configs: readonly EvalConfig[]): readonly (readonly EvalConfig[])[] {
  const phaseOf = ({ use, script }: EvalConfig): number => (use === 'llm-judge' ? 2 : script === undefined ? 0 : 1);
  return [0, 1, 2].map((phase) => configs.filter((config) => phaseOf(config) === phase)).filter((phase) => phase.length > 0);
}

/** What took long the last time begins first, so that it does not run alone at the end; tests before all that nobody knows. */
function longestFirst(configs: readonly EvalConfig[], { previous }: EvaluationRequest): readonly EvalConfig[] {
  const lasted = ({ name, use }: EvalConfig): number => {
    const before = previous?.results.find((result) => result.name === name && result.cached !== true)?.duration;
    return before ?? (use === 'tests' || use === 'coverage' ? Number.MAX_SAFE_INTEGER : 0);
  };
  return [...configs].sort((a, b) => lasted(b) - lasted(a));
}

/** Each evaluator's own figures, its `score`, and `passed` as 1 or 0. */
function metricsOf(results: readonly EvalResult[]): Metrics {
  return Object.fromEntries(results.map(({ name, metrics, score, verdict }) => [name, { ...(score === null ? {} : { score, passed: verdict === 'passed' ? 1 : 0 }), ...metrics }]));
}

function failedResult(config: EvalConfig, error: string): EvalResult {
  return { id: newId(), name: config.name, score: null, verdict: 'errored', passed: false, duration: 0, findings: [], error, isolation: 'none', weight: config.weight ?? 1, required: config.required ?? false };
}
