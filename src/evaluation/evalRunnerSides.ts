import picomatch from 'picomatch';
import { explain, OrchestratorError } from '../base/errors';
import { formatDuration } from '../base/format';
import { settlesWithin } from '../base/processWait';
import { present } from '../base/jsonShape';
import type { EvalConfig } from '../model/evalConfig';
import type { Isolation } from '../model/evalResult';
import { Deadline } from './deadline';
import type { EvaluatedTree, LaidOutTree } from './evaluationInput';
import type { EvaluationRequest } from './evaluationRequest';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome, RunTool } from './evaluator';
import type { EvalRunnerServices } from './evalRunnerServices';
import { entryOf, parseEntry } from './outcomeEntry';
import { outcomeKey } from './outcomeKey';
import { soundOutcome } from './soundOutcome';
import { outcomeOfTrials, type TrialOutcome } from './trials';
import { errored } from './withoutScore';

export const defaultTimeoutMs = 600_000;
const defaultGraceMs = 10_000;

export interface SideOutcome extends TrialOutcome {
  readonly cached: boolean;
}

/** What one evaluator of a run is run with. */
export interface SidesOptions {
  readonly services: EvalRunnerServices;
  readonly request: EvaluationRequest;
  readonly config: EvalConfig;
  readonly evaluator: Evaluator;
  /** The evaluator's span. */
  readonly parentId: string;
  readonly metrics: EvaluatorContext['metrics'];
  readonly notice: (notice: string) => void;
}

/** One evaluator on both sides of a change: on the head as often as it is asked to, on the base once and only when somebody wants to know. */
export class EvaluatorSides {
  private atBase: Promise<EvaluatorOutcome | undefined> | undefined;
  private readonly selected: (file: string) => boolean;

  constructor(private readonly options: SidesOptions) {
    const { include, exclude } = options.config;
    this.selected = picomatch(include && include.length > 0 ? [...include] : '**', { dot: true, ...(exclude && exclude.length > 0 ? { ignore: [...exclude] } : {}) });
  }

  /** @throws OrchestratorError `stopped` */
  head(): Promise<SideOutcome> {
    const { runs, pass = 1 } = this.options.config.trials ?? { runs: 1 };
    return this.keptOr(false, runs, async () => {
      const first = await this.runOnce(false, 1, runs);
      const outcomes: [EvaluatorOutcome, ...EvaluatorOutcome[]] = [first];
      // What has nothing to judge, or lacks a tool, lacks it the next time as well.
      while (first.verdict !== 'unscored' && outcomes.length < runs) outcomes.push(await this.runOnce(false, outcomes.length + 1, runs));
      return outcomeOfTrials(outcomes, Math.min(pass, outcomes.length));
    });
  }

  /** Its outcome on the base; undefined when it could not be made. */
  base(): Promise<EvaluatorOutcome | undefined> {
    return (this.atBase ??= this.onBase());
  }

  /** The same, but only when it is known without running anything. */
  async knownBase(): Promise<EvaluatorOutcome | undefined> {
    if (this.atBase) return this.atBase;
    const key = await this.key(true, 1);
    return key === undefined ? undefined : (await this.kept(key))?.outcome;
  }

  private async onBase(): Promise<EvaluatorOutcome | undefined> {
    const { services, config } = this.options;
    const { outcome } = await this.keptOr(true, 1, async () => outcomeOfTrials([await this.runOnce(true, 1, 1)], 1));
    if (outcome.verdict !== 'errored') return outcome;
    services.log.warn(`${config.name} could not be run on the base: ${outcome.error ?? ''}`);
    return undefined;
  }

  private async keptOr(isBase: boolean, runs: number, make: () => Promise<TrialOutcome>): Promise<SideOutcome> {
    const key = await this.key(isBase, runs);
    const kept = key === undefined ? undefined : await this.kept(key);
    if (kept) return { ...kept, cached: true };
    const made = await make();
    // What was to be compared with a base that could not be made may be judged otherwise the next time.
    const lacksBase = !isBase && this.atBase !== undefined && (await this.atBase) === undefined;
    const entry = key === undefined || lacksBase ? undefined : entryOf(made);
    if (key !== undefined && entry !== undefined) await this.orNothing('kept', this.options.services.cache?.set(key, entry));
    return { ...made, cached: false };
  }

  private async kept(key: string): Promise<TrialOutcome | undefined> {
    if (this.options.request.useCache === false) return undefined;
    const text = await this.orNothing('read', this.options.services.cache?.get(key));
    return text === undefined ? undefined : parseEntry(text);
  }

  /** A cache that fails costs time, and no verdict. */
  private async orNothing<T>(what: string, work: Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      this.options.services.log.warn(`An outcome of ${this.options.config.name} could not be ${what}: ${explain(error)}`);
      return undefined;
    }
  }

  /** Undefined where nothing may be kept. */
  private async key(isBase: boolean, runs: number): Promise<string | undefined> {
    const { services, request, config, evaluator, metrics } = this.options;
    if (!services.cache) return undefined;
    const { head, base } = request.input;
    const { ended } = await this.within((context) => evaluator.cacheKey(context), isBase);
    const cacheKey = ended !== undefined && 'value' in ended ? ended.value : undefined;
    if (cacheKey === undefined) return undefined;
    return outcomeKey({
      config,
      setup: request.definition.setup,
      treeHash: (isBase ? base : head).treeHash,
      change: evaluator.dependsOnBase && !(isBase && evaluator.baseStandsAlone === true) ? { headTreeHash: head.treeHash, baseTreeHash: base.treeHash } : undefined,
      runs,
      metrics,
      cacheKey,
    });
  }

  private async runOnce(isBase: boolean, number: number, runs: number): Promise<EvaluatorOutcome> {
    const { services, request, config, evaluator, parentId } = this.options;
    const work = async (below: string): Promise<EvaluatorOutcome> => {
      const { ended, isolation } = await this.within((context) => evaluator.evaluate(context), isBase, below);
      const outcome = ended === undefined ? errored(`It did not end in time: within ${formatDuration(config.timeout ?? defaultTimeoutMs)}.`, isolation) : 'error' in ended ? errored(explain(ended.error), isolation) : ended.value;
      if (ended !== undefined && 'error' in ended) services.log.error(`${config.name} threw`, ended.error);
      return soundOutcome(outcome, services.redact);
    };
    if (!isBase && runs === 1) return work(parentId);
    // No evaluations of their own: the rate of those that pass counts what came of the session's work, once.
    const name = isBase ? `${config.name} on the base` : `${config.name}, run ${number} of ${runs}`;
    return services.tracer.trace(
      { ...spanOrigin(request), parentId, type: 'tool', name, attrs: { 'gen_ai.tool.name': isBase ? 'evaluate base' : 'evaluate' } },
      (span) => work(span.id),
      ({ verdict, score, error }) => ({ status: verdict === 'errored' ? 'error' : 'success', errorMessage: verdict === 'errored' ? error : undefined, attrs: { 'amp.eval.verdict': verdict, 'amp.eval.score': score } }),
    );
  }

  /** Runs something of the evaluator within its time. `ended` is undefined when the time was over before. @throws OrchestratorError `stopped` */
  private async within<T>(work: (context: EvaluatorContext) => Promise<T>, isBase: boolean, parentId = this.options.parentId): Promise<{ readonly ended: Ended<T> | undefined; readonly isolation: Isolation }> {
    const { request, config, services } = this.options;
    if (request.signal.aborted) throw stopped();
    const deadline = new Deadline(config.timeout ?? defaultTimeoutMs);
    const signal = AbortSignal.any([request.signal, deadline.signal]);
    let isolation: Isolation = config.script === undefined ? (config.command === undefined ? 'none' : 'process') : 'wasm';
    const start = services.runTool(signal);
    const runTool: RunTool = async (tool) => {
      if (isolation === 'none') isolation = 'process';
      const run = await start(tool);
      isolation = run.isolation;
      return run;
    };
    try {
      const context = this.context({ isBase, deadline, signal, runTool, parentId });
      const settled = Promise.resolve()
        .then(() => work(context))
        .then(
          (value): Ended<T> => ({ value }),
          (error: unknown): Ended<T> => ({ error }),
        );
      const ended = await Promise.race([settled, aborted(signal)]);
      // What it started is ended by then, or is left to itself.
      if (signal.aborted && !(await settlesWithin(settled, services.graceMs ?? defaultGraceMs))) services.log.warn(`${config.name} did not end when it was told to.`);
      if (request.signal.aborted) throw stopped();
      return { ended: deadline.isOver ? undefined : ended, isolation };
    } finally {
      deadline.dispose();
    }
  }

  private context({ isBase, deadline, signal, runTool, parentId }: { readonly isBase: boolean; readonly deadline: Deadline; readonly signal: AbortSignal; readonly runTool: RunTool; readonly parentId: string }): EvaluatorContext {
    const { request, config, metrics, notice } = this.options;
    const { input, definition } = request;
    const untilStopped = <T>(work: () => Promise<T>): Promise<T> => deadline.hold(() => orAborted(work(), signal));
    const told = async (layOut: () => Promise<LaidOutTree>): Promise<LaidOutTree> => {
      const laidOut = await untilStopped(layOut);
      laidOut.notices.forEach(notice);
      return laidOut;
    };
    const watched = (tree: EvaluatedTree): EvaluatedTree => ({
      treeHash: tree.treeHash,
      read: (file) => tree.read(file),
      size: (file) => tree.size(file),
      list: () => tree.list(),
      installed: () => tree.installed(),
      layOut: () => told(() => tree.layOut()),
      ...(tree.layOutApart && { layOutApart: () => told(async () => tree.layOutApart?.() ?? tree.layOut()) }),
    });
    const [head, base] = [watched(input.head), watched(input.base)];
    return {
      input: { head, base, changes: input.changes, diff: (maxBytes) => input.diff(maxBytes), dispose: () => Promise.resolve() },
      tree: isBase ? base : head,
      isBase,
      config,
      timeoutMs: config.timeout ?? defaultTimeoutMs,
      signal,
      runTool,
      atBase: () => (isBase ? Promise.resolve(undefined) : untilStopped(() => this.base())),
      ...present({ previous: request.previous?.results.find(({ name }) => name === config.name) }),
      metrics,
      origin: { ...request.origin, parentId },
      readDefinition: definition.read,
      selected: this.selected,
    };
  }
}

type Ended<T> = { readonly value: T } | { readonly error: unknown };

export function stopped(): OrchestratorError {
  return new OrchestratorError('stopped', 'The evaluation was stopped.', 'Start it again for a verdict.');
}

export function spanOrigin({ origin }: EvaluationRequest): { readonly sessionId: string; readonly iterationId?: string } {
  return { sessionId: origin.sessionId, ...present({ iterationId: origin.iterationId }) };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => { resolve(undefined); }, { once: true });
  });
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const first = await Promise.race([work.then((value) => ({ value })), aborted(signal)]);
  if (first === undefined) throw stopped();
  return first.value;
}
