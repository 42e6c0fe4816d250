import type { SpanFinish } from '../../telemetry/tracer';
import { names } from '../../telemetry/semconv';
import type { WorkflowNode } from '../../model/workflow/definition';
import type { StepError } from '../../model/workflow/event';
import type { ExecutionState } from '../../model/workflow/state';
import type { ExecutionParts } from './executionParts';

/** Attributes that are ours alone. */
const attribute = {
  workflow: 'amp.workflow.id',
  execution: 'amp.workflow.execution',
  nodeType: 'amp.workflow.node.type',
  step: 'amp.workflow.step',
  attempt: 'amp.workflow.attempt',
  outcome: 'amp.workflow.outcome',
} as const;

/** One span for what this process does of an execution, and below it one for each attempt of a step; those of a child lie below the step that waits for it, in the same trace. */
export class ExecutionSpans {
  private readonly whole: string;
  private readonly open = new Map<string, string>();

  constructor(
    private readonly parts: Pick<ExecutionParts, 'id' | 'root' | 'tracer' | 'parentSpan'>,
    { workflow, name }: Pick<ExecutionState, 'workflow' | 'name'>,
  ) {
    this.whole = parts.tracer.startSpan({
      sessionId: parts.root, type: 'workflow', name: `workflow ${name}`, parentId: parts.parentSpan,
      attrs: { [names.workflowName]: name, [attribute.workflow]: workflow, [attribute.execution]: parts.id },
    }).id;
  }

  begin(node: WorkflowNode, step: string, attempt: number): string {
    this.end(step, { status: 'cancelled' });
    const { id } = this.parts.tracer.startSpan({
      sessionId: this.parts.root, type: 'workflow', name: node.name, parentId: this.whole,
      attrs: { [names.workflowNode]: node.id, [attribute.nodeType]: node.type, [attribute.step]: step, [attribute.attempt]: attempt },
    });
    this.open.set(step, id);
    return id;
  }

  done(step: string, outcome: string): void {
    this.end(step, { status: 'success', attrs: { [attribute.outcome]: outcome } });
  }

  failed(step: string, error: StepError): void {
    this.end(step, { status: 'error', errorMessage: error.message });
  }

  cancelled(step: string): void {
    this.end(step, { status: 'cancelled' });
  }

  /** What is open below it was cut off. */
  finish({ status, error }: Pick<ExecutionState, 'status' | 'error'>): void {
    for (const step of [...this.open.keys()]) this.cancelled(step);
    const problem = error === undefined ? {} : { errorMessage: error.message };
    this.parts.tracer.finishSpan(this.whole, { status: status === 'succeeded' ? 'success' : status === 'failed' ? 'error' : 'cancelled', ...problem });
  }

  private end(step: string, finish: SpanFinish): void {
    const id = this.open.get(step);
    if (id === undefined) return;
    this.open.delete(step);
    this.parts.tracer.finishSpan(id, finish);
  }
}
