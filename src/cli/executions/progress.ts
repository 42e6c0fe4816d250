import { formatClock, formatDuration } from '../../base/format';
import { plainText } from '../../base/plainText';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import type { WorkflowEvent } from '../../model/workflow/event';
import { isNegative } from '../../model/workflow/fold/routing';
import { decideCommand, nodeName, shown, shownHash, spentWords } from './words';

/** Prints the steps of an execution as they begin and end, and what persons are asked, in it and in those that it waits for. */
export class ExecutionPrinter {
  private readonly steps = new Map<string, { readonly name: string; readonly at: number }>();

  constructor(
    private readonly print: (line: string) => void,
    private readonly execution: string,
    private readonly definition: WorkflowDefinition,
  ) {}

  events(execution: string, events: readonly WorkflowEvent[]): void {
    for (const event of events) {
      if (event.type.startsWith('approval.') || event.type === 'step.asked') this.asked(execution, event);
      else if (execution === this.execution) this.own(event);
    }
  }

  private own(event: WorkflowEvent): void {
    switch (event.type) {
      case 'step.started':
        return this.started(event);
      case 'step.reused':
        this.line(event.at, '↺', `${this.name(event.node, event.pass)}  ${event.outcome}, taken over`);
        break;
      case 'step.completed':
        this.line(event.at, isNegative(event.outcome) ? '✗' : '✓', [this.nameOf(event.step), event.outcome, this.took(event.step, event.at), ...spentWords(event)].join('  '));
        break;
      case 'step.failed':
        this.line(event.at, '✗', [this.nameOf(event.step), ...(event.retryAt === undefined ? ['failed'] : [`attempt ${event.attempt} failed, again in ${formatDuration(Math.max(0, event.retryAt - event.at))}`]), this.took(event.step, event.at), ...spentWords(event)].join('  '));
        this.print(`            ${plainText(event.error.message)}`);
        break;
      case 'step.cancelled':
        this.line(event.at, '–', `${this.nameOf(event.step)}  cancelled: ${plainText(event.reason)}`);
        break;
      case 'execution.cancelRequested':
        this.line(event.at, '–', `${plainText(event.by)} cancels it${event.reason === undefined ? '' : `: ${plainText(event.reason)}`}`);
        break;
      default:
    }
  }

  /** Said again with a time, it only waits from then on. */
  private started({ step, node, pass, at, attempt, dueAt }: Extract<WorkflowEvent, { readonly type: 'step.started' }>): void {
    const isKnown = this.steps.has(step);
    const name = this.name(node, pass);
    if (!isKnown) this.steps.set(step, { name, at });
    if (isKnown && dueAt !== undefined) this.line(at, '…', `${name}  waits ${formatDuration(Math.max(0, dueAt - at))}`);
    else this.line(at, '▸', `${name}${attempt > 1 ? `  attempt ${attempt}` : ''}`);
  }

  private asked(execution: string, event: WorkflowEvent): void {
    switch (event.type) {
      case 'approval.requested':
        this.line(event.at, '?', `${plainText(event.message)}  (${shownHash(event.hash)}${event.quorum > 1 ? `, ${event.quorum} people` : ''})`);
        this.print(`            ${decideCommand(execution, event.approval)}`);
        this.print(`            ${decideCommand(execution, event.approval, 'reject')}`);
        break;
      case 'approval.decided':
        this.line(event.at, '·', `${plainText(event.by)} ${event.decision}${event.comment === undefined ? '' : `: ${plainText(event.comment)}`}`);
        break;
      case 'approval.reopened':
        this.line(event.at, '?', `Asked again: ${plainText(event.reason)}  (${shownHash(event.hash)})`);
        this.print(`            ${decideCommand(execution, event.approval)}`);
        break;
      case 'step.asked':
        this.line(event.at, '?', plainText(event.question));
        this.print(`            amp-orchestrator workflow answer ${shown(execution)}/${event.step} again|done|failed`);
        break;
      default:
    }
  }

  private name(node: string, pass: number): string {
    return `${nodeName(this.definition, node)}${pass > 1 ? ` #${pass}` : ''}`;
  }

  private nameOf(step: string): string {
    return this.steps.get(step)?.name ?? this.name(step.slice(0, step.lastIndexOf('#')), Number(step.slice(step.lastIndexOf('#') + 1)));
  }

  private took(step: string, at: number): string {
    return formatDuration(Math.max(0, at - (this.steps.get(step)?.at ?? at)));
  }

  private line(at: number, mark: string, text: string): void {
    this.print(`${formatClock(at, at)}  ${mark} ${text}`);
  }
}
