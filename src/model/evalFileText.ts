import type { EvalConfig, EvalFile } from './evalConfig';

/** A configuration file that lists what a definition evaluates, so that a person sees each evaluator and can change it. */
export function evalFileText({ evaluators, gate: { suite: _only, ...gate } }: { readonly evaluators: readonly EvalConfig[]; readonly gate: NonNullable<EvalFile['gate']> }): string {
  const file: EvalFile = { version: 1, evaluators: [...evaluators], ...(Object.keys(gate).length === 0 ? {} : { gate }) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}
