import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/base/clock';
import { spanIds } from '../../src/base/ids';
import { noRedaction } from '../../src/base/redactor';
import type { WorkflowDefinition } from '../../src/model/workflow/definition';
import { nodeTypes, type NodeType } from '../../src/model/workflow/nodeConfig';
import type { Store } from '../../src/storage/store';
import { AmpTracer } from '../../src/telemetry/tracer';
import { createExpressions } from '../../src/workflow/language/expressions';
import type { NodeExecutor, NodeExecutors, StepContext, StepEnd, StepResult } from '../../src/workflow/nodeExecutor';
import { conditionExecutor } from '../../src/workflow/nodes/condition';
import { endExecutor } from '../../src/workflow/nodes/end';
import { parallelExecutor } from '../../src/workflow/nodes/parallel';
import { startExecutor } from '../../src/workflow/nodes/start';
import { waitExecutor } from '../../src/workflow/nodes/wait';
import { workflowExecutor } from '../../src/workflow/nodes/workflow';
import { WorkflowEngine, type WorkflowEngineOptions } from '../../src/workflow/workflowEngine';
import { testAssetsDirectory } from './buildAssets';
import { temporaryDirectory } from './temporary';

/** What a node does in a test, by its id. A text is its outcome, an object its output. */
export type Behaviour = (context: StepContext) => Promise<StepResult | undefined> | StepResult | undefined;

export interface TestEngineOptions extends Partial<WorkflowEngineOptions> {
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  /** Texts of the checkout's workflows, by the name of their files. */
  readonly workflows?: Readonly<Record<string, string | WorkflowDefinition>>;
}

export interface TestEngine extends WorkflowEngine {
  readonly logged: readonly string[];
  /** Steps that were done by this engine, in their order. */
  readonly ran: readonly string[];
}

/** The engine on a real store; nodes that would need agents, git or people do what the test says. Closed after the test. */
export function openEngine(store: Store, { behaviours = {}, workflows = {}, ...options }: TestEngineOptions = {}): TestEngine {
  const root = options.repositoryRoot ?? temporaryDirectory();
  for (const [name, text] of Object.entries(workflows)) writeWorkflow(root, name, text);
  const expressions = createExpressions({ assetsDirectory: testAssetsDirectory });
  const [logged, ran]: [string[], string[]] = [[], []];
  const engine = new WorkflowEngine({
    store,
    kind: 'test',
    tracer: new AmpTracer(store.spans, spanIds(systemClock, store.processNonce), systemClock),
    clock: systemClock,
    log: { info: () => undefined, warn: (message) => logged.push(message), error: (message, error) => logged.push(`${message}: ${String(error)}`) },
    redactor: noRedaction,
    repositoryRoot: root,
    bundledDirectory: path.join(root, 'bundled'),
    artifactsDirectory: path.join(path.dirname(store.file), 'artifacts'),
    expressions,
    evaluations: { definition: () => Promise.reject(new Error('no evaluations here')) },
    executors: () => testExecutors(behaviours, ran),
    by: () => Promise.resolve('Ada'),
    closing: new AbortController().signal,
    ...options,
  });
  onTestFinished(async () => {
    await engine.close();
    expressions.dispose();
  });
  return Object.assign(engine, { logged, ran });
}

export function writeWorkflow(root: string, name: string, text: string | WorkflowDefinition): void {
  const folder = path.join(root, '.amp', 'workflows');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), typeof text === 'string' ? text : JSON.stringify(text, undefined, 2));
}

function testExecutors(behaviours: Readonly<Record<string, Behaviour>>, ran: string[]): NodeExecutors {
  const own = nodeTypes.map((type): [NodeType, NodeExecutor] => [type, {
    type,
    effect: () => 'idempotent',
    run: async (context: StepContext): Promise<StepEnd> => {
      const result = await behaviours[context.node.id]?.(context);
      ran.push(`${context.node.id}#${context.pass}`);
      return { kind: 'done', outcome: 'passed', ...result };
    },
  }]);
  const approval: NodeExecutor<{ readonly message: string; readonly content?: unknown; readonly quorum?: number }> = {
    type: 'approval',
    effect: () => 'idempotent',
    run: ({ config: { message, content = null, quorum = 1 } }) => Promise.resolve({ kind: 'approval', request: { message, content, quorum } }),
    content: ({ config: { content = null } }) => Promise.resolve(content),
  };
  return {
    ...(Object.fromEntries(own) as NodeExecutors),
    start: startExecutor(), end: endExecutor(), parallel: parallelExecutor(), condition: conditionExecutor(),
    wait: waitExecutor({ clock: systemClock }),
    workflow: workflowExecutor(),
    approval,
  };
}

/** Resolves when the signal says so: a step that goes on until it is stopped. */
export function untilStopped({ signal }: StepContext): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => { reject(signal.reason as Error); };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** A promise with its key. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => { open = resolve; });
  return { passed, open };
}
