import type { WorkflowNode } from '../../model/workflow/definition';
import type { WorkflowGraph } from '../../model/workflow/graph';
import type { LiveState } from '../../model/workflow/fold/liveState';
import type { StepState } from '../../model/workflow/state';
import type { ExecutionJournal } from './executionJournal';
import type { ExecutionParts } from './executionParts';
import type { ExecutionSpans } from './executionSpans';
import type { NodeExecutor } from '../nodeExecutor';
import type { RecordedValues } from './recordedValues';

/** Who decides and asks where it is no person. */
export const program = 'amp-orchestrator';

/** What the pieces of one execution share. */
export interface ExecutionCore {
  readonly parts: ExecutionParts;
  readonly graph: WorkflowGraph;
  readonly state: LiveState;
  readonly journal: ExecutionJournal;
  readonly values: RecordedValues;
  readonly spans: ExecutionSpans;
  /** When this process took it over, epoch milliseconds: the time before that no process worked on it. */
  readonly adoptedAt: number;
  /** It is ending or has ended: nothing new is begun. */
  readonly isEnding: boolean;
  /** Something may be to be done now. */
  wake(): void;
  /** What was done cannot be kept, so nothing can go on here. */
  broke(error: unknown): void;
}

export function nodeOf({ graph }: Pick<ExecutionCore, 'graph'>, id: string): WorkflowNode {
  const node = graph.nodes.get(id);
  // The fold makes steps of nodes of its own graph only.
  if (!node) throw new Error(`the node ${id} is not in the workflow`);
  return node;
}

export function executorOf({ parts }: Pick<ExecutionCore, 'parts'>, { type }: WorkflowNode): NodeExecutor {
  return parts.executors[type];
}

/** When all attempts of the step together have taken too long, epoch milliseconds. The time in which no process worked on it does not count. */
export function deadlineOf({ adoptedAt }: Pick<ExecutionCore, 'adoptedAt'>, { timeoutMs }: WorkflowNode, step: Pick<StepState, 'startedAt' | 'status'>): number | undefined {
  if (timeoutMs === undefined) return undefined;
  return (step.status === 'waiting' ? step.startedAt : Math.max(step.startedAt, adoptedAt)) + timeoutMs;
}
