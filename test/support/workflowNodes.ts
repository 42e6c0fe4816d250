import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/base/clock';
import { newId } from '../../src/base/ids';
import type { WorkflowNode } from '../../src/model/workflow/definition';
import type { NodeType } from '../../src/model/workflow/nodeConfig';
import { createExpressions } from '../../src/workflow/language/expressions';
import type { ExpressionScope } from '../../src/workflow/language/expressionScope';
import type { NodeExecutor, StepContext, StepEnd } from '../../src/workflow/nodeExecutor';
import { createExecutors } from '../../src/workflow/nodes/executors';
import type { NodeServices, Notice } from '../../src/workflow/nodes/nodeServices';
import { testAssetsDirectory } from './buildAssets';
import type { TestOrchestrator } from './testOrchestrator';

type Context = StepContext<Readonly<Record<string, unknown>>>;

export interface NodeBench {
  readonly services: NodeServices;
  readonly notices: readonly Notice[];
  executor(type: NodeType): NodeExecutor<Readonly<Record<string, unknown>>>;
  /** What the engine would give a first step of such a node, with its plan made. */
  context(type: NodeType, config: Readonly<Record<string, unknown>>, part?: Partial<Context>): Promise<Context>;
  /** Runs one step. */
  run(type: NodeType, config: Readonly<Record<string, unknown>>, part?: Partial<Context>): Promise<StepEnd>;
}

/** The executors of all nodes over real engines, and steps as the engine gives them. */
export function nodeBench(orchestrator: TestOrchestrator, part: Partial<NodeServices> = {}): NodeBench {
  const { repository, store, sessions, evaluations, tracer, redactor } = orchestrator;
  const notices: Notice[] = [];
  const expressions = createExpressions({ assetsDirectory: testAssetsDirectory });
  onTestFinished(() => { expressions.dispose(); });
  const services: NodeServices = {
    repository, store, sessions, evaluations, tracer, redactor, expressions,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    notify: (notice) => { notices.push(notice); },
    defaultAgent: () => 'replay',
    ...part,
  };
  const executors = createExecutors(services);
  const executor = (type: NodeType): NodeExecutor<Readonly<Record<string, unknown>>> => executors[type] as NodeExecutor<Readonly<Record<string, unknown>>>;
  const scope: ExpressionScope = { variables: {}, nodes: {}, execution: { id: 'execution', workflow: 'flow', name: 'Flow', by: 'tester', startedAt: 0, costUSD: 0 } };
  const context: NodeBench['context'] = async (type, config, given = {}) => {
    const node: WorkflowNode = { id: type, type, name: `The ${type} node`, config, position: { x: 0, y: 0 }, ...given.node };
    const id = newId();
    const whole: Context = {
      execution: { id, root: id, name: 'Flow', workflow: 'flow' },
      config, step: `${type}#1`, pass: 1, attempt: 1, startedAt: systemClock.now(), used: { costNano: 0, tokensIn: 0, tokensOut: 0 }, plan: {}, tokens: [], scope,
      signal: new AbortController().signal,
      evaluate: (expression, extra) => expressions.evaluate(expression, given.scope ?? scope, extra),
      children: { run: () => Promise.reject(new Error('no children here')), definition: () => Promise.reject(new Error('no workflows here')) },
      ...given,
      node,
    };
    return given.plan === undefined ? { ...whole, plan: (await executor(type).plan?.(whole)) ?? {} } : whole;
  };
  return { services, notices, executor, context, run: async (type, config, given) => executor(type).run(await context(type, config, given)) };
}

/** What a step that is done came to. */
export function done(end: StepEnd): Extract<StepEnd, { readonly kind: 'done' }> {
  if (end.kind === 'done') return end;
  throw new Error(`the step is not done: ${end.kind}`);
}
