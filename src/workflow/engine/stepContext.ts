import { present } from '../../base/jsonShape';
import type { WorkflowNode } from '../../model/workflow/definition';
import { spentIn } from '../../model/workflow/spent';
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
  const own = state.steps.get(step);
  let scope: ExpressionScope | undefined;
  let children: ChildExecutions | undefined;
  return {
    execution: { id: parts.id, root: parts.root, name: state.name, workflow: state.workflow },
    node, config: config as never, step, pass, attempt: number, plan, tokens, signal,
    startedAt: own?.attempts.find((one) => one.number === number)?.startedAt ?? parts.clock.now(),
    used: spentIn(own ?? {}),
    ...(previous === undefined ? {} : { previous }),
    ...(session === undefined ? {} : { session }),
    ...(spanId === undefined ? {} : { spanId }),
    get scope() {
      return (scope ??= values.scope());
    },
    get children() {
      return (children ??= parts.children({ step, signal, ...present({ spanId }) }));
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
