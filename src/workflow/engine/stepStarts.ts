import { OrchestratorError } from '../../base/errors';
import type { WorkflowNode } from '../../model/workflow/definition';
import type { NewWorkflowEvent } from '../../model/workflow/event';
import type { Move } from '../../model/workflow/fold/moves';
import type { StepState } from '../../model/workflow/state';
import type { ApprovalDesk } from './approvalDesk';
import { hasTemplates, resolveConfig } from './configTemplates';
import { executorOf, nodeOf, type ExecutionCore } from './executionCore';
import type { EffectKind, NodeExecutor, StepContext } from '../nodeExecutor';
import { sessionOf, stepContext, type Attempt } from './stepContext';
import type { StepEnds } from './stepEnds';
import { stepErrorOf } from './stepErrors';
import type { AttemptEnd, StepRuns } from './stepRuns';

type StartMove = Extract<Move, { readonly kind: 'start' }>;

/** What is known of a step before it begins; `error`: why it cannot. */
interface Prepared {
  readonly config: Readonly<Record<string, unknown>>;
  readonly plan?: Readonly<Record<string, unknown>>;
  readonly error?: unknown;
}

interface Beginning {
  readonly before?: readonly NewWorkflowEvent[];
  readonly consumed?: readonly string[];
}

/** Begins steps: the values of their templates and their plan come first, since the plan is part of what is on record before the effect. */
export class StepStarts {
  /** By node for new steps, by step for those that are tried again. */
  private readonly preparing = new Map<string, AbortController>();
  private readonly prepared = new Map<string, { readonly tokens: string; readonly result: Prepared }>();

  constructor(
    private readonly core: ExecutionCore,
    private readonly runs: StepRuns,
    private readonly ends: StepEnds,
    private readonly desk: ApprovalDesk,
  ) {}

  /** False when it has to be prepared before, or others of the node come first. */
  start(move: StartMove): boolean {
    const { node: id, tokens } = move;
    const { state } = this.core;
    // What was begun just now may have used them up, or made them needless.
    const there = state.tokensAt.get(id) ?? [];
    if (this.preparing.has(id) || !tokens.every((token) => there.some((other) => other.id === token))) return false;
    const node = nodeOf(this.core, id);
    const found = this.prepared.get(id);
    this.prepared.delete(id);
    if (found?.tokens === tokens.join()) {
      this.begin(node, move, found.result);
      return true;
    }
    if (state.trial !== undefined && state.trial.node === undefined) {
      if (node.pinned !== undefined) {
        void this.reuse(node, move, node.pinned);
        return false;
      }
      if (node.type === 'merge') {
        this.begin(node, move, { config: node.config, error: mergesInTrial(node) });
        return true;
      }
    }
    if (this.isReady(node)) {
      this.begin(node, move, { config: node.config });
      return true;
    }
    void this.prepare(node, move);
    return false;
  }

  /** Runs a step that was begun before. */
  again(step: StepState, number: number, beginning: Beginning = {}): Promise<void> {
    return this.withConfig(step, (node, prepared) => this.beginAgain(step, node, number, prepared, beginning));
  }

  /** Goes on with a step that an ended process was in the midst of, by what its effect asks for. */
  recover(step: StepState): void {
    const number = step.attempts.at(-1)?.number ?? 1;
    void this.withConfig(step, (node, prepared) => {
      const executor = executorOf(this.core, node);
      const effect = knownEffectOf(executor, prepared);
      if (effect === undefined || effect === 'pure' || effect === 'idempotent') return this.beginAgain(step, node, number, prepared, {});
      const attempt = this.attempt(node, step, number, prepared);
      if (effect === 'atMostOnce') return this.runs.launch(attempt, effect, (context) => this.probe(executor, node, context));
      this.runs.launch(attempt, effect, (context) => executor.reattach?.(context) ?? executor.run(context));
    });
  }

  /** Ends one that is not needed; where it is not at work in this process, what an earlier one has spent on it is counted first. */
  callOff(id: string, reason: string): void {
    if (this.runs.has(id)) return this.runs.abort(id, 'notNeeded', reason);
    const step = this.core.state.steps.get(id);
    const node = step && nodeOf(this.core, step.node);
    const executor = node && executorOf(this.core, node);
    if (!step || !node || executor?.spent === undefined || step.status !== 'running') return this.ends.cancel(id, reason);
    const { plan = {}, pass, tokens, attempts } = step;
    const attempt: Attempt = { node, step: id, pass, number: attempts.at(-1)?.number ?? 1, tokens, controller: new AbortController(), config: node.config, plan };
    this.runs.callOff(attempt, reason, (context) => executor.spent?.(context) ?? Promise.resolve({}));
  }

  dispose(): void {
    for (const controller of this.preparing.values()) controller.abort();
  }

  private begin(node: WorkflowNode, { pass, tokens }: StartMove, prepared: Prepared): void {
    const step = `${node.id}#${pass}`;
    this.core.journal.write({ type: 'step.started', step, node: node.id, pass, attempt: 1, tokens, ...(prepared.plan === undefined ? {} : { plan: prepared.plan }) });
    this.launch(step, node, 1, prepared);
  }

  private beginAgain(step: StepState, node: WorkflowNode, number: number, prepared: Prepared, { before = [], consumed }: Beginning): void {
    const tokens = step.tokens.map(({ id }) => id);
    for (const event of before) this.core.journal.write(event);
    this.core.journal.write({ type: 'step.started', step: step.id, node: node.id, pass: step.pass, attempt: number, tokens }, consumed && { consumed });
    this.launch(step.id, node, number, { ...prepared, ...(step.plan === undefined ? {} : { plan: step.plan }) });
  }

  private launch(id: string, node: WorkflowNode, number: number, prepared: Prepared): void {
    const step = this.core.state.steps.get(id);
    // The fold knows no such step: the journal is of a newer program.
    if (!step) return;
    const executor = executorOf(this.core, node);
    try {
      const effect = effectOf(executor, prepared);
      this.runs.launch(this.attempt(node, { ...step, plan: prepared.plan ?? {} }, number, prepared), effect, (context) => executor.run(context));
    } catch (error) {
      this.ends.fail(step, stepErrorOf(error, this.core.parts.redact));
    }
  }

  private attempt(node: WorkflowNode, step: StepState, number: number, { config }: Prepared): Attempt {
    const spanId = this.core.spans.begin(node, step.id, number);
    return { node, step: step.id, pass: step.pass, number, tokens: step.tokens, controller: new AbortController(), config, plan: step.plan ?? {}, spanId };
  }

  private async probe(executor: NodeExecutor, node: WorkflowNode, context: StepContext<never>): Promise<AttemptEnd> {
    const unknown = { kind: 'ask', question: `The process ended while "${node.name}" was being done. Has it happened?` } as const;
    try {
      const found = await executor.probe?.(context);
      if (found?.happened === 'yes') return { kind: 'done', ...found.result };
      if (found?.happened === 'no') return { kind: 'again' };
      return found === undefined ? unknown : { kind: 'ask', question: this.core.parts.redact(found.question) };
    } catch (error) {
      context.signal.throwIfAborted();
      this.core.parts.log.error(`It could not be found out whether ${context.step} of the execution ${this.core.parts.id} had happened`, error);
      return unknown;
    }
  }

  private isReady(node: WorkflowNode): boolean {
    return !hasTemplates(node) && executorOf(this.core, node).plan === undefined && (node.type !== 'merge' || this.core.state.approvals.size === 0) && this.core.values.ready() === undefined;
  }

  private async prepare(node: WorkflowNode, move: StartMove): Promise<void> {
    const controller = new AbortController();
    this.preparing.set(node.id, controller);
    let result: Prepared | undefined;
    try {
      result = await this.preparedOf(node, move, controller);
    } catch (error) {
      result = { config: node.config, error };
    }
    this.preparing.delete(node.id);
    if (result) this.prepared.set(node.id, { tokens: move.tokens.join(), result });
    this.core.wake();
  }

  /** Undefined while people are asked again about what it would merge. */
  private async preparedOf(node: WorkflowNode, { pass, tokens }: StartMove, controller: AbortController): Promise<Prepared | undefined> {
    const config = await this.configOf(node);
    if (node.type === 'merge' && (await this.desk.holds(sessionOf(this.core, config)))) return undefined;
    const executor = executorOf(this.core, node);
    if (!executor.plan) return { config };
    const there = (this.core.state.tokensAt.get(node.id) ?? []).filter(({ id }) => tokens.includes(id));
    const attempt: Attempt = { node, step: `${node.id}#${pass}`, pass, number: 1, tokens: there, controller, config, plan: {} };
    return { config, plan: await executor.plan(stepContext(this.core, attempt, sessionOf(this.core, config))) };
  }

  private async configOf(node: WorkflowNode): Promise<Readonly<Record<string, unknown>>> {
    await this.core.values.ready();
    return hasTemplates(node) ? resolveConfig(node, this.core.parts.expressions, this.core.values.scope()) : node.config;
  }

  private async withConfig(step: StepState, go: (node: WorkflowNode, prepared: Prepared) => void): Promise<void> {
    if (this.preparing.has(step.id)) return;
    this.preparing.set(step.id, new AbortController());
    const node = nodeOf(this.core, step.node);
    const prepared = await this.configOf(node).then((config) => ({ config }), (error: unknown) => ({ config: node.config, error }));
    this.preparing.delete(step.id);
    if (!this.core.isEnding && this.core.state.underWay.has(step.id) && !this.runs.has(step.id)) go(node, prepared);
    this.core.wake();
  }

  private async reuse(node: WorkflowNode, { pass, tokens }: StartMove, { outcome, output }: NonNullable<WorkflowNode['pinned']>): Promise<void> {
    const step = `${node.id}#${pass}`;
    this.preparing.set(node.id, new AbortController());
    try {
      const recorded = await this.core.values.record(output);
      const variables = await this.ends.variablesOf(node, outcome, recorded);
      const isThere = this.core.state.tokensAt.get(node.id)?.some(({ id }) => tokens.includes(id));
      if (this.core.isEnding || isThere !== true) return;
      this.core.journal.write({ type: 'step.reused', step, node: node.id, pass, tokens, outcome, why: 'pinned', ...(recorded === undefined ? {} : { output: recorded }), ...(variables === undefined ? {} : { variables }) });
    } catch (error) {
      if (!this.core.isEnding) this.begin(node, { kind: 'start', node: node.id, pass, tokens }, { config: node.config, error });
    } finally {
      this.preparing.delete(node.id);
      this.core.wake();
    }
  }
}

function mergesInTrial({ name }: WorkflowNode): OrchestratorError {
  return new OrchestratorError('invalid-argument', `"${name}" would merge, and this is a trial.`, 'Pin an outcome to it to see what follows, try it alone, or run the workflow.');
}

/** @throws what kept the step from being prepared */
function effectOf(executor: NodeExecutor, { config, error }: Prepared): EffectKind {
  if (error !== undefined) throw error;
  return executor.effect(config as never);
}

/** Undefined where it cannot be prepared: beginning again tells why. */
function knownEffectOf(executor: NodeExecutor, prepared: Prepared): EffectKind | undefined {
  try {
    return effectOf(executor, prepared);
  } catch {
    return undefined;
  }
}
