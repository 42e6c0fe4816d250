import type { Answer, WorkflowEvent } from '../../../../src/model/workflow/event';
import { formatSpent, type Spent } from '../../../../src/model/workflow/spent';

/** How things that events speak of are called. */
export interface EventNames {
  readonly node: (id: string) => string;
  /** Step whose approval it is. */
  readonly stepOfApproval: (approval: string) => string | undefined;
}

const answerWords: Readonly<Record<Answer, string>> = { again: 'do it again', done: 'it has happened', failed: 'it has failed' };

function cost(spent: Spent): string {
  const words = formatSpent(spent);
  return words === undefined ? '' : `, ${words}`;
}

/** Names from the graph that was run and the events so far. */
export function eventNames(nodes: readonly { readonly id: string; readonly name: string }[], events: readonly WorkflowEvent[]): EventNames {
  return {
    node: (id) => nodes.find((node) => node.id === id)?.name || id,
    stepOfApproval: (approval) => {
      const requested = events.find((event) => event.type === 'approval.requested' && event.approval === approval);
      return requested?.type === 'approval.requested' ? requested.step : undefined;
    },
  };
}

/** One event as a person reads it: one line, without its time. */
export function eventWords(event: WorkflowEvent, names: EventNames): string {
  switch (event.type) {
    case 'execution.started':
      return `${beginning(event)} by ${event.by}`;
    case 'execution.adopted':
      return `${event.by} goes on with it${event.recovery > 0 ? ` after an interruption (${event.recovery})` : ''}`;
    case 'execution.cancelRequested':
      return `${event.by} cancels it${because(event.reason)}`;
    case 'execution.parked':
      return `Parked${because(event.reason)}`;
    case 'execution.unparked':
      return `${event.by} lets it go on`;
    case 'execution.completed':
      return `The execution ${event.status === 'cancelled' ? 'was cancelled' : event.status}${because(event.error?.message)}`;
    case 'step.started':
      return `${names.node(event.node)}: started${numbered('run', event.pass)}${numbered('attempt', event.attempt)}`;
    case 'step.completed':
      return `${ofStep(event.step, names)}: ${event.outcome}${cost(event)}`;
    case 'step.failed':
      return `${ofStep(event.step, names)}: ${event.retryAt === undefined ? 'failed' : 'failed and is tried again'}${because(event.error.message)}`;
    case 'step.cancelled':
      return `${ofStep(event.step, names)}: cancelled${because(event.reason)}`;
    case 'step.reused':
      return `${names.node(event.node)}: ${event.outcome}, taken from ${event.why === 'fork' ? 'the execution before' : 'its pinned output'}`;
    case 'step.asked':
      return `${ofStep(event.step, names)}: needs an answer${because(event.question)}`;
    case 'step.answered':
      return `${ofStep(event.step, names)}: ${event.by} says ${answerWords[event.answer]}`;
    case 'edges.decided':
      return `${ofStep(event.step, names)}: ${ways(event.edges)}`;
    case 'approval.requested':
      return `${ofStep(event.step, names)}: needs approval${because(event.message)}`;
    case 'approval.decided':
      return `${ofApproval(event.approval, names)}: ${event.decision} by ${event.by}${because(event.comment)}`;
    case 'approval.reopened':
      return `${ofApproval(event.approval, names)}: open again${because(event.reason)}`;
    case 'approval.closed':
      return `${ofApproval(event.approval, names)}: ${event.outcome === 'timeout' ? 'nobody decided in time' : `closed as ${event.outcome}`}`;
  }
}

/** The node's id in the id of a step. */
export function nodeOfStep(step: string): string {
  const mark = step.lastIndexOf('#');
  return mark < 0 ? step : step.slice(0, mark);
}

function ofStep(step: string, names: EventNames): string {
  return names.node(nodeOfStep(step));
}

function ofApproval(approval: string, names: EventNames): string {
  const step = names.stepOfApproval(approval);
  return step === undefined ? 'Approval' : ofStep(step, names);
}

function beginning({ trial, fork }: Extract<WorkflowEvent, { type: 'execution.started' }>): string {
  if (fork !== undefined) return 'Forked';
  return trial === undefined ? 'Started' : 'Tried out';
}

function ways(edges: Extract<WorkflowEvent, { type: 'edges.decided' }>['edges']): string {
  const taken = edges.filter((edge) => edge.taken).length;
  const problem = edges.find(({ error }) => error !== undefined)?.error;
  const words = edges.length === 1 ? `its condition ${taken === 1 ? 'holds' : 'does not hold'}` : `${taken} of ${edges.length} conditions hold`;
  return words + because(problem);
}

function numbered(what: string, number: number): string {
  return number > 1 ? `, ${what} ${number}` : '';
}

function because(reason: string | undefined): string {
  const line = reason?.trim().split('\n', 1)[0] ?? '';
  return line === '' ? '' : `: ${line}`;
}
