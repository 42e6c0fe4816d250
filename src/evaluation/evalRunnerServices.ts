import type { Clock } from '../base/clock';
import type { Log } from '../base/log';
import type { EvalConfig } from '../model/evalConfig';
import type { AmpTracer } from '../telemetry/tracer';
import type { OutcomeCache } from './evaluationRequest';
import type { Evaluator, RunTool } from './evaluator';

/** Makes what starts the tools of one evaluator, all of which are ended when the signal is aborted. */
export type MakeRunTool = (signal: AbortSignal) => RunTool;

export interface EvalRunnerServices {
  readonly tracer: AmpTracer;
  readonly clock: Clock;
  readonly log: Log;
  readonly evaluators: (config: EvalConfig) => Evaluator;
  readonly runTool: MakeRunTool;
  /** Absent: nothing is kept between runs. */
  readonly cache?: OutcomeCache;
  /** Takes secrets out of details, errors and messages. */
  readonly redact: (text: string) => string;
  /** How long one that does not end when it is told to is waited for. Default 10 s. */
  readonly graceMs?: number;
}
