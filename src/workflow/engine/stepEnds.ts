import { isNegative } from '../../model/workflow/fold/routing';
import { nodeOutcomes } from '../../model/workflow/nodeConfig';
import type { NewWorkflowEvent, Recorded, StepError } from '../../model/workflow/event';
import type { WorkflowNode } from '../../model/workflow/definition';
import { spentIn } from '../../model/workflow/spent';
import type { StepState } from '../../model/workflow/state';
import { deadlineOf, nodeOf, type ExecutionCore } from './executionCore';
import type { StepResult, StepSpent } from '../nodeExecutor';
import { retryDelayMs } from './retries';
import { stepErrorOf } from './stepErrors';

interface EndOptions {
  /** Said with it: what led to it. */
  readonly before?: readonly NewWorkflowEvent[];
  readonly consumed?: readonly string[];
  /** Its effect matters, so its end goes to the disk at once. */
  readonly urgent?: boolean;
}

/** Writes down how steps end. */
export class StepEnds {
  constructor(private readonly core: ExecutionCore) {}

  /** A promise only where variables are set or the output is long. What cannot be set makes it a failure, what cannot be kept breaks the execution. */
  complete(step: StepState, result: StepResult, options: EndOptions = {}): Promise<void> | undefined {
    const node = nodeOf(this.core, step.node);
    let output: Recorded | undefined | Promise<Recorded>;
    try {
      output = this.core.values.record(result.output);
    } catch (error) {
      this.fail(step, stepErrorOf(error, this.core.parts.redact), result, options);
      return undefined;
    }
    if (node.assign === undefined && !(output instanceof Promise)) {
      this.write(step, result, output, undefined, options);
      return undefined;
    }
    return this.completeLater(step, node, result, output, options);
  }

  private async completeLater(step: StepState, node: WorkflowNode, result: StepResult, recording: Recorded | undefined | Promise<Recorded>, options: EndOptions): Promise<void> {
    let output: Recorded | undefined;
    try {
      output = await recording;
    } catch (error) {
      this.core.broke(error);
      return;
    }
    try {
      const variables = await this.variablesOf(node, result.outcome, output);
      this.write(step, result, output, variables, options);
    } catch (error) {
      this.fail(step, stepErrorOf(error, this.core.parts.redact), result, options);
    }
  }

  /** It is tried again when the node's policy says so and there is time left; `for good`, never. */
  fail(step: StepState, error: StepError, spent: StepSpent = {}, options: EndOptions & { readonly isForGood?: boolean } = {}): void {
    const attempt = step.attempts.at(-1)?.number ?? 1;
    const retryAt = options.isForGood === true ? undefined : this.nextAttempt(step, attempt, error.code);
    for (const event of options.before ?? []) this.core.journal.write(event);
    this.core.spans.failed(step.id, error);
    this.core.journal.write(
      {
        type: 'step.failed', step: step.id, attempt, error,
        ...(retryAt === undefined ? {} : { retryAt }), ...written(spent),
      },
      { urgent: true, ...(options.consumed && { consumed: options.consumed }) },
    );
    this.core.wake();
  }

  cancel(step: string, reason: string, spent: StepSpent = {}): void {
    for (const approval of this.core.state.approvals.values()) {
      if (approval.step === step && approval.status === 'open') this.core.journal.write({ type: 'approval.closed', approval: approval.id, outcome: 'cancelled' });
    }
    this.core.spans.cancelled(step);
    this.core.journal.write({ type: 'step.cancelled', step, reason, ...written(spent) });
    this.core.wake();
  }

  private nextAttempt(step: StepState, attempt: number, code: string): number | undefined {
    const node = nodeOf(this.core, step.node);
    const delay = retryDelayMs(node.retry, attempt, code, this.core.parts.random);
    if (delay === undefined) return undefined;
    const at = this.core.parts.clock.now() + delay;
    return at < (deadlineOf(this.core, node, step) ?? Number.POSITIVE_INFINITY) ? at : undefined;
  }

  /** What the node assigns, without secrets. @throws OrchestratorError `expression-failed` */
  async variablesOf({ assign }: WorkflowNode, outcome: string, recorded: Recorded | undefined): Promise<Readonly<Record<string, unknown>> | undefined> {
    if (assign === undefined) return undefined;
    await this.core.values.ready([recorded]);
    const scope = this.core.values.scope();
    const output = recorded === undefined ? undefined : this.core.values.valueOf(recorded);
    const values: [string, unknown][] = [];
    for (const [name, expression] of Object.entries(assign)) {
      const value = await this.core.parts.expressions.evaluate(expression, scope, { output, outcome });
      const json = JSON.stringify(value) as string | undefined;
      values.push([name, json === undefined ? null : (JSON.parse(this.core.parts.redact(json)) as unknown)]);
    }
    return Object.fromEntries(values);
  }

  private write(step: StepState, result: StepResult, output: Recorded | undefined, variables: Readonly<Record<string, unknown>> | undefined, { before = [], consumed, urgent }: EndOptions): void {
    const { outcome } = result;
    for (const event of before) this.core.journal.write(event);
    this.core.spans.done(step.id, outcome);
    this.core.journal.write(
      {
        type: 'step.completed', step: step.id, outcome,
        ...(output === undefined ? {} : { output }), ...(variables === undefined ? {} : { variables }), ...written(result),
      },
      { ...(urgent === true && { urgent }), ...(consumed && { consumed }) },
    );
    this.core.wake();
  }
}

function written(spent: StepSpent): StepSpent {
  return { ...(spent.session === undefined ? {} : { session: spent.session }), ...spentIn(spent) };
}

/** What a step that is done came to, where only a person or the clock says that it is. */
export function plainOutcome({ type }: WorkflowNode): string {
  return nodeOutcomes[type].find((outcome) => !isNegative(outcome)) ?? 'passed';
}
