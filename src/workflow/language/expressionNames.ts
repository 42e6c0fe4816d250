import type { WorkflowView } from '../../model/workflow/view';

/** What expressions at a place can speak of. */
export interface ExpressionNames {
  /** Absent where it cannot be told. */
  readonly variables?: ReadonlySet<string>;
  readonly nodes?: ReadonlySet<string>;
  /** Besides `variables`, `nodes` and `execution`. */
  readonly extra: readonly string[];
}

/** What is known of a step behind `nodes.<id>`, and of the execution. */
export const nodeMembers = { status: 'running, succeeded, failed …', outcome: 'passed, failed …', output: 'what it gave', error: 'its code and message', session: 'id of its session', pass: 'how often it has been run' } as const;
export const executionMembers = { id: 'of the execution', workflow: 'id of the workflow', name: 'of the workflow', by: 'who started it', startedAt: 'epoch milliseconds', session: 'the last one that a step used', costUSD: 'dollars so far' } as const;

/** Of an edge's condition and of what a step assigns. */
export const stepNames = ['output', 'outcome'] as const;
export const attemptNames = ['attempts'] as const;

/** Names for an expression that is written at a node, or at an edge that leaves it, whatever else is wrong with the workflow. */
export function expressionNames(workflow: WorkflowView, node?: string): ExpressionNames {
  const place = workflow.nodes.find(({ id }) => id === node);
  const variables = variablesOf(workflow);
  return { variables: place?.type === 'forEach' ? new Set([...variables, ...itemNames(place.config)]) : variables, nodes: new Set(workflow.nodes.map(({ id }) => id)), extra: [...stepNames, ...(place?.type === 'bestOf' ? attemptNames : [])] };
}

/** Those that are declared, and those that a step assigns. */
export function variablesOf({ variables, nodes }: WorkflowView): ReadonlySet<string> {
  return new Set([...Object.keys(variables), ...nodes.flatMap(({ raw }) => keysOf(raw['assign']))]);
}

/** What a `forEach` adds for its step. */
export function itemNames(config: Readonly<Record<string, unknown>>): string[] {
  const { as = 'item' } = config;
  return [...(typeof as === 'string' ? [as] : []), 'index', ...keysOf(config['variables'])];
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}
