import { toUSD } from '../money';
import type { Recorded } from './event';
import type { ExecutionState } from './state';

/** What a node looks like to expressions: its newest step. */
export interface NodeInScope {
  readonly status: string;
  readonly outcome?: string;
  readonly output?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly session?: string;
  /** How often it has been run. */
  readonly pass: number;
}

/** The data that expressions, templates and scripts see: plain JSON. */
export interface ExpressionScope {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly nodes: Readonly<Record<string, NodeInScope>>;
  readonly execution: {
    readonly id: string;
    readonly workflow: string;
    readonly name: string;
    readonly by: string;
    /** Epoch milliseconds. */
    readonly startedAt: number;
    readonly session?: string;
    readonly costUSD: number;
  };
}

/** `valueOf` gives what was recorded; long outputs have to be read before. */
export function scopeOf(state: ExecutionState, valueOf: (recorded: Recorded) => unknown): ExpressionScope {
  const nodes = [...state.latest].map(([node, step]): [string, NodeInScope] => [
    node,
    {
      status: step.status,
      pass: step.pass,
      ...(step.outcome === undefined ? {} : { outcome: step.outcome }),
      ...(step.output === undefined ? {} : { output: valueOf(step.output) }),
      ...(step.error === undefined ? {} : { error: { code: step.error.code, message: step.error.message } }),
      ...(step.session === undefined ? {} : { session: step.session }),
    },
  ]);
  const { id, workflow, name, by, startedAt, session, costNano } = state;
  return {
    variables: state.variables,
    nodes: Object.fromEntries(nodes),
    execution: { id, workflow, name, by, startedAt, costUSD: toUSD(costNano), ...(session === undefined ? {} : { session }) },
  };
}
