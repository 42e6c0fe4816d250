import { foldApproval } from './foldApprovals';
import { foldStep } from './foldSteps';
import type { WorkflowEvent } from '../event';
import type { WorkflowGraph } from '../graph';
import { LiveState } from './liveState';
import type { ExecutionState } from '../state';

export interface Fold {
  /** Updated in place; its steps and approvals are replaced when they change. */
  readonly state: LiveState;
  /**
   * Never throws. An event that was folded already (by its number) is passed over; one that makes no sense in this state (of a step that nobody
   * started, of a step that is over) only moves `seq` on, and so does one of a kind that this program does not know.
   */
  apply(event: WorkflowEvent): void;
}

/** `graph` is that of the definition that the execution is pinned to. */
export function startFold(graph: WorkflowGraph, execution: string): Fold {
  const state = new LiveState(execution);
  return {
    state,
    apply: (event) => {
      if (event.seq <= state.seq) return;
      state.seq = event.seq;
      state.epoch = Math.max(state.epoch, event.epoch);
      foldEvent(graph, state, event);
    },
  };
}

export function foldEvents(graph: WorkflowGraph, execution: string, events: Iterable<WorkflowEvent>): LiveState {
  const fold = startFold(graph, execution);
  for (const event of events) fold.apply(event);
  return fold.state;
}

/** The state after the event of that number, for looking back. */
export function foldUpTo(graph: WorkflowGraph, execution: string, events: readonly WorkflowEvent[], seq: number): ExecutionState {
  return foldEvents(graph, execution, events.filter((event) => event.seq <= seq));
}

function foldEvent(graph: WorkflowGraph, state: LiveState, event: WorkflowEvent): void {
  switch (event.type) {
    case 'execution.started':
      begin(graph, state, event);
      break;
    case 'execution.adopted':
      state.recoveries = event.recovery;
      break;
    case 'execution.cancelRequested':
      state.cancelRequested ??= { by: event.by, at: event.at, ...(event.reason === undefined ? {} : { reason: event.reason }) };
      break;
    case 'execution.parked':
      if (state.status !== 'running') return;
      state.status = 'parked';
      state.error = { code: 'parked', message: event.reason, advice: 'Look at what happened, then resume it.' };
      break;
    case 'execution.unparked':
      if (state.status !== 'parked') return;
      state.status = 'running';
      state.recoveries = 0;
      delete state.error;
      break;
    case 'execution.completed':
      if (state.status !== 'running' && state.status !== 'parked') return;
      state.status = event.status;
      state.endedAt = event.at;
      delete state.error;
      if (event.error !== undefined) state.error = event.error;
      if (event.result !== undefined) state.result = event.result;
      break;
    case 'approval.requested':
    case 'approval.decided':
    case 'approval.reopened':
    case 'approval.closed':
      foldApproval(state, event);
      break;
    default:
      foldStep(graph, state, event);
  }
}

function begin(graph: WorkflowGraph, state: LiveState, event: Extract<WorkflowEvent, { readonly type: 'execution.started' }>): void {
  if (state.startedAt !== 0) return;
  const { definition, workflow, name, variables, by, budgetNano, parent, fork, trial, at } = event;
  Object.assign(state, { definition, workflow, name, variables, by, startedAt: at }, budgetNano === undefined ? {} : { budgetNano }, parent && { parent }, fork && { fork }, trial && { trial });
  const target = trial?.node ?? graph.start;
  if (target !== undefined) state.putToken({ id: 'start', target });
}
