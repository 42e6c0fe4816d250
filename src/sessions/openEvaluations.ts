import type { Clock } from '../base/clock';
import { Emitter } from '../base/events';
import { newId } from '../base/ids';
import type { Log } from '../base/log';
import type { Redactor } from '../base/redactor';
import { createAnalyser } from '../evaluation/analysis/analyser';
import { createEvaluators, type EvaluatorServices } from '../evaluation/evaluators';
import { EvalRunner } from '../evaluation/evalRunner';
import { createRunTool } from '../evaluation/process/runTool';
import { createSandbox } from '../evaluation/sandbox/sandbox';
import type { MeasuredRun } from '../evaluation/tests/measuredRun';
import { SharedRuns } from '../evaluation/tests/testRuns';
import type { Repository } from '../git/repository';
import type { Store } from '../storage/store';
import type { AmpTracer } from '../telemetry/tracer';
import { Evaluations } from './evaluations';
import type { ScriptLine } from './evaluationService';

export interface OpenEvaluationsOptions {
  readonly repository: Repository;
  readonly store: Store;
  readonly tracer: AmpTracer;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
  /** Folder of the workers and their WebAssembly files. */
  readonly assetsDirectory: string;
  /** Aborted when the program closes. */
  readonly closing: AbortSignal;
  /** Models that judge; their calls count against the budget. */
  readonly judge: EvaluatorServices['judge'];
}

/** The evaluations of one repository with all that they run on. Nothing is started before it is needed. */
export function openEvaluations({ repository, store, tracer, clock, log, redactor, assetsDirectory, closing, judge }: OpenEvaluationsOptions): Evaluations {
  const analyser = createAnalyser({ assetsDirectory });
  const sandbox = createSandbox({ assetsDirectory });
  const printed = new Emitter<ScriptLine>();
  const evaluators = createEvaluators({
    analyser,
    sandbox,
    judge,
    redact: redactor.redact,
    runs: new SharedRuns<MeasuredRun>(),
    onConsole: (evaluator, line) => { printed.fire({ evaluator, line: redactor.redact(line) }); },
  });
  const runner = new EvalRunner({
    tracer,
    clock,
    log,
    evaluators,
    runTool: (signal) => createRunTool({ signal, marker: newId() }),
    cache: { get: (key) => store.evaluations.outcome(key), set: (key, outcome) => store.evaluations.keepOutcome(key, outcome) },
    redact: redactor.redact,
  });
  return new Evaluations({
    repository, store, clock, runner, closing, printed: printed.listen,
    onDispose: () => {
      analyser.dispose();
      sandbox.dispose();
      printed.dispose();
    },
  });
}
