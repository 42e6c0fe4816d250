import { asNumber, asObject } from '../../../../src/base/jsonShape';
import type { Disposable } from '../../../../src/base/disposable';
import type { WorkflowEvent, WorkflowEventType } from '../../../../src/model/workflow/event';

export interface EventFeed extends Disposable {
  /** The journal has reached that event: what is missing is asked for. */
  readonly want: (lastSeq: number) => void;
  /** Asks again after a problem. */
  readonly retry: () => void;
}

interface FeedParts {
  readonly ask: (after: number, signal: AbortSignal) => Promise<unknown>;
  readonly onEvents: (events: readonly WorkflowEvent[]) => void;
  readonly onProblem: (problem: string) => void;
}

/** Reads the events of one execution, each once and in their order, with one question at a time. */
export function followEvents({ ask, onEvents, onProblem }: FeedParts): EventFeed {
  const controller = new AbortController();
  let held = 0;
  let wanted = 0;
  let state: 'idle' | 'asking' | 'stuck' = 'idle';

  async function read(): Promise<void> {
    state = 'asking';
    try {
      while (held < wanted) {
        const answer = await ask(held, controller.signal);
        if (controller.signal.aborted) return;
        const events = readEvents(answer, held);
        if (events.length === 0) throw new Error(`The extension sent no event after ${held} of ${wanted} that this page understands.`);
        held += events.length;
        onEvents(events);
      }
      state = 'idle';
    } catch (error) {
      if (controller.signal.aborted) return;
      state = 'stuck';
      onProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    want: (lastSeq) => {
      wanted = Math.max(wanted, lastSeq);
      if (state === 'idle' && held < wanted) void read();
    },
    retry: () => {
      if (state === 'stuck') void read();
    },
    dispose: () => controller.abort(),
  };
}

const types: Readonly<Record<WorkflowEventType, true>> = {
  'execution.started': true, 'execution.adopted': true, 'execution.cancelRequested': true, 'execution.parked': true, 'execution.unparked': true, 'execution.completed': true,
  'step.started': true, 'step.completed': true, 'step.failed': true, 'step.cancelled': true, 'step.reused': true, 'step.asked': true, 'step.answered': true,
  'edges.decided': true, 'approval.requested': true, 'approval.decided': true, 'approval.reopened': true, 'approval.closed': true,
};

/** The events that follow `after` without a gap; at the first that is none the list ends. */
export function readEvents(answer: unknown, after: number): readonly WorkflowEvent[] {
  if (!Array.isArray(answer)) return [];
  const end = answer.findIndex((value, index) => !isEvent(value, after + index + 1));
  return (end < 0 ? answer : answer.slice(0, end)) as WorkflowEvent[];
}

function isEvent(value: unknown, seq: number): boolean {
  const event = asObject(value);
  return event !== undefined && event['seq'] === seq && asNumber(event['at']) !== undefined && typeof event['type'] === 'string' && Object.hasOwn(types, event['type']);
}
