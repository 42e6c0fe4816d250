import { OrchestratorError } from '../../base/errors';
import { present } from '../../base/jsonShape';
import type { EvalReport, GateVerdict } from '../../model/evalReport';
import type { ReportNames } from '../../model/reportFormat';
import { baseOfContinuousIntegration } from '../ciBase';
import { text, type Command, type CommandInput } from '../command';
import { evaluationProgress, type EvaluateOptions } from '../evalProgress';
import { findSession } from '../findSession';
import { giveReport, reportOptions, reportUsage, wantedFormat } from '../reportOutput';

export const evalRunCommand: Command = {
  name: 'run',
  summary: 'Evaluate a session as a merge would make it, or the checkout as it is',
  usage: `amp-orchestrator eval run [SESSION | --base REF] [--suite NAME] [--only NAME,…] ${reportUsage} [--definition base|tree] [--no-cache]`,
  words: 1,
  options: { base: { type: 'string' }, suite: { type: 'string' }, only: { type: 'string' }, definition: { type: 'string' }, 'no-cache': { type: 'boolean' }, ...reportOptions },
  run: evaluate,
};

const exitCodes: Record<GateVerdict, number> = { passed: 0, failed: 1, errored: 2 };

async function evaluate(input: CommandInput): Promise<number> {
  const { orchestrator } = input;
  const format = wantedFormat(input.values);
  const progress = evaluationProgress(process.stderr, (result) => orchestrator.redactor.redact(orchestrator.evalReports.resultLine(result)));
  const options: EvaluateOptions = { ...optionsOf(input), ...present({ onProgress: progress?.onProgress }) };
  try {
    const evaluating = input.positionals.length === 0 ? evaluateCheckout(input, options) : evaluateSession(input, options);
    const { report, names } = await evaluating.finally(() => progress?.end());
    await giveReport(input, report, format, names);
    return exitCodes[report.verdict];
  } catch (error) {
    if (input.signal.aborted) return 130;
    throw error;
  }
}

interface Evaluated {
  readonly report: EvalReport;
  readonly names: ReportNames;
}

async function evaluateSession(input: CommandInput, options: EvaluateOptions): Promise<Evaluated> {
  for (const option of ['base', 'definition']) {
    if (input.values[option] !== undefined) throw new OrchestratorError('invalid-argument', `--${option} is for the checkout: a session is evaluated on its own base branch.`, 'Leave one of them out.');
  }
  const { session } = await findSession(input);
  return { report: await input.orchestrator.evaluations.evaluateSession(session.id, options), names: { target: session.name, base: session.baseBranch } };
}

async function evaluateCheckout({ values, orchestrator }: CommandInput, options: EvaluateOptions): Promise<Evaluated> {
  const base = text(values['base']) ?? baseOfContinuousIntegration(process.env);
  const report = await orchestrator.evaluations.evaluateCheckout({ ...options, ...present({ base, definition: definitionOf(values) }) });
  return { report, names: present({ base }) };
}

function optionsOf({ values, signal }: CommandInput): EvaluateOptions {
  return { signal, useCache: values['no-cache'] !== true, ...present({ suite: text(values['suite']), only: namesOf(values) }) };
}

function namesOf(values: CommandInput['values']): readonly string[] | undefined {
  const given = text(values['only']);
  if (given === undefined) return undefined;
  const names = given.split(',').map((name) => name.trim()).filter((name) => name !== '');
  if (names.length > 0) return names;
  throw new OrchestratorError('invalid-argument', '--only names no evaluator.', 'Give names with commas between them, such as --only eslint,tests.');
}

function definitionOf(values: CommandInput['values']): 'base' | 'tree' | undefined {
  const given = text(values['definition']);
  if (given === undefined || given === 'base' || given === 'tree') return given;
  throw new OrchestratorError('invalid-argument', `The definition cannot come from "${given}".`, 'Choose base (what counts for a merge) or tree (to try a new one out).');
}
