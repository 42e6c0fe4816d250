import { OrchestratorError } from '../base/errors';
import type { EvalReport } from '../model/evalReport';
import type { Attributes } from '../model/span';
import type { AmpTracer } from '../telemetry/tracer';
import type { Evaluations } from './evaluations';
import type { GateCheck, MergeGate } from './mergeGate';

/** When merges are evaluated: always, only where the base has a configuration, or never. */
export const gateModes = ['always', 'configured', 'off'] as const;
export type GateMode = (typeof gateModes)[number];

const shortestReason = 10;

/** Lets a merge pass when the gate's suite passes on exactly what is merged. */
export class EvaluatedGate implements MergeGate {
  constructor(
    private readonly evaluations: Evaluations,
    private readonly tracer: AmpTracer,
    private readonly mode: () => GateMode,
  ) {}

  async pass(check: GateCheck): Promise<void> {
    const { override } = check;
    if (override !== undefined && override.reason.trim().length < shortestReason) {
      throw new OrchestratorError('invalid-argument', `A reason to merge at a closed gate has at least ${shortestReason} characters.`, 'Say why the work may be merged all the same: it is recorded.');
    }
    if (override !== undefined) return this.record(check, override.reason.trim());
    if (!(await this.isWanted(check))) return;
    const report = await this.evaluations.evaluateMerge(check.session, check, check);
    if (report.verdict !== 'passed') throw blocked(report);
  }

  private async isWanted({ base }: GateCheck): Promise<boolean> {
    const mode = this.mode();
    if (mode !== 'configured') return mode === 'always';
    return (await this.evaluations.definition({ kind: 'commit', commit: base })).source === 'file';
  }

  /** Nothing is evaluated anew: whoever overrides a gate may do so because an evaluation hangs or its configuration is broken. */
  private async record(check: GateCheck, reason: string): Promise<void> {
    const { session, parentId, base, head } = check;
    const report = await this.evaluations.evaluatedMerge(session, check).catch(() => undefined);
    const known: Attributes = report ? { 'amp.gate.report': report.id, 'amp.gate.blockers': report.reasons.map(({ message }) => message) } : {};
    const span = this.tracer.startSpan({
      sessionId: session.id, parentId, type: 'ui', name: 'Gate overridden', attrs: { 'amp.gate.reason': reason, 'amp.gate.verdict': report?.verdict ?? 'not evaluated', 'amp.gate.base': base, 'amp.gate.head': head, ...known },
    });
    this.tracer.finishSpan(span.id);
  }
}

function blocked({ reasons }: EvalReport): OrchestratorError {
  const [first, ...others] = reasons;
  const more = others.length === 0 ? '' : ` (and ${others.length} more: ${others.map(({ message }) => message).join(' ')})`;
  return new OrchestratorError('gate-blocked', `The merge is blocked: ${first?.message ?? 'the evaluations did not pass.'}${more}`, `${first?.advice ?? 'See the evaluation report.'} Nothing was merged.`);
}
