import type { WorkflowNode } from '../../model/workflow/definition';
import type { Token } from '../../model/workflow/state';
import type { ExecutionCore } from './executionCore';
import type { ExpressionScope } from '../language/expressionScope';
import type { ChildExecutions, StepContext } from '../nodeExecutor';

/** One try at a step, from its preparation to its end. */
export interface Attempt {
  readonly node: WorkflowNode;
  readonly step: string;
  readonly pass: number;
  /** From 1. */
  readonly number: number;
  readonly tokens: readonly Token[];
  readonly controller: AbortController;
  readonly config: Readonly<Record<string, unknown>>;
  readonly plan: Readonly<Record<string, unknown>>;
  readonly spanId?: string;
}

/** What an executor sees; `session` is the one that it works on. The data of expressions and the children are made when they are asked for: most steps do without. */
export function stepContext(core: ExecutionCore, attempt: Attempt, session: string | undefined): StepContext<never> {
  const { parts, state, values } = core;
  const { node, step, pass, number, tokens, controller, config, plan, spanId } = attempt;
  const { signal } = controller;
  const previous = state.steps.get(`${node.id}#${pass - 1}`);
  let scope: ExpressionScope | undefined;
  let children: ChildExecutions | undefined;
  return {
    execution: { id: parts.id, root: parts.root, name: state.name, workflow: state.workflow },
    node, config: config as never, step, pass, attempt: number, plan, tokens, signal,
    ...(previous === undefined ? {} : { previous }),
    ...(session === undefined ? {} : { session }),
    ...(spanId === undefined ? {} : { spanId }),
    get scope() {
      return (scope ??= values.scope());
    },
    get children() {
      return (children ??= parts.children(step, signal));
    },
    evaluate(expression, extra) {
      return parts.expressions.evaluate(expression, (scope ??= values.scope()), extra);
    },
  };
}

/** The session that a node names, or the last one that a step used. */
export function sessionOf({ state }: Pick<ExecutionCore, 'state'>, config: Readonly<Record<string, unknown>>): string | undefined {
  const named = config['session'];
  return typeof named === 'string' && named !== '' ? named : state.session;
}

/** Tokens by their ids, which say all about them. */
export function tokensOf(ids: readonly string[], target: string): readonly Token[] {
  return ids.map((id) => {
    const edge = id.includes('>') ? id.slice(id.lastIndexOf('>') + 1) : undefined;
    if (edge === undefined) return { id, target };
    return edge === '!' ? { id, target, failed: true } : { id, target, edge };
  });
}
