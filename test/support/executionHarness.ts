import path from 'node:path';
import { onTestFinished } from 'vitest';
import { newId, spanIds } from '../../src/base/ids';
import type { Log } from '../../src/base/log';
import type { AmpTraceEvent } from '../../src/model/span';
import type { WorkflowDefinition, WorkflowNode } from '../../src/model/workflow/definition';
import type { NewWorkflowEvent, WorkflowEvent, WorkflowSignal } from '../../src/model/workflow/event';
import type { ExecutionState } from '../../src/model/workflow/state';
import type { FileSystem } from '../../src/storage/fileSystem';
import type { Store } from '../../src/storage/store';
import { AmpTracer } from '../../src/telemetry/tracer';
import { canonicalJson, sha256 } from '../../src/evaluation/canonicalJson';
import { createArtifacts } from '../../src/workflow/executions/artifacts';
import { Execution } from '../../src/workflow/engine/execution';
import type { ExecutionParts } from '../../src/workflow/engine/executionParts';
import { createExpressions } from '../../src/workflow/language/expressions';
import { testAssetsDirectory } from './buildAssets';
import { ManualTimers } from './manualTimers';
import { openLocalStore, temporaryFolder } from './storageHarness';
import { testExecutors, type Behaviour, type Context } from './testExecutors';
import { node } from './workflowDriver';

export interface Bench {
  readonly store: Store;
  readonly timers: ManualTimers;
  readonly spans: AmpTraceEvent[];
  readonly said: string[];
  /** What ran of the nodes that do something, in its order: `<step>` or `<step> (2)` of a second attempt. */
  readonly ran: string[];
  start(definition: WorkflowDefinition, part?: Partial<ExecutionParts> & { readonly first?: Partial<Extract<NewWorkflowEvent, { readonly type: 'execution.started' }>> }): Promise<Execution>;
  /** Takes an execution over, as another process would after the end of its owner. */
  resume(id: string, definition: WorkflowDefinition, part?: Partial<ExecutionParts>): Promise<Execution>;
  signal(id: string, signal: WorkflowSignal extends infer One ? (One extends WorkflowSignal ? Omit<One, 'id' | 'at' | 'execution'> : never) : never): Promise<WorkflowSignal>;
  events(id: string): Promise<WorkflowEvent[]>;
}

/** Executions over a real store, with behaviours by node in place of agents and git, and a clock that the test moves; over a disk that the test can fill. */
export async function executionBench(behaviours: Readonly<Record<string, Behaviour>> = {}, fileSystem?: FileSystem): Promise<Bench> {
  const folder = temporaryFolder();
  const store = await openLocalStore(folder, fileSystem);
  const timers = new ManualTimers();
  const spans: AmpTraceEvent[] = [];
  const said: string[] = [];
  const ran: string[] = [];
  const log: Log = { info: (text) => void said.push(text), warn: (text) => void said.push(text), error: (text) => void said.push(text) };
  const expressions = createExpressions({ assetsDirectory: testAssetsDirectory });
  onTestFinished(() => { expressions.dispose(); });
  const open = new Set<Execution>();
  onTestFinished(async () => void (await Promise.all([...open].map((execution) => execution.handOver()))));
  const onRun = ({ step, attempt }: Context): void => void ran.push(attempt === 1 ? step : `${step} (${attempt})`);
  const shared: Omit<ExecutionParts, 'id' | 'root' | 'definition' | 'epoch' | 'events'> = {
    journal: store.workflows,
    executors: testExecutors(behaviours, timers.clock, onRun),
    expressions,
    children: () => ({ run: () => Promise.reject(new Error('no children here')), definition: () => Promise.reject(new Error('no workflows here')) }),
    artifacts: createArtifacts(path.join(folder, 'artifacts')),
    clock: timers.clock,
    timers,
    random: () => 1,
    newId,
    tracer: new AmpTracer({ write: (span) => void spans.push(span) }, spanIds(timers.clock, 'abc'), timers.clock),
    log,
    approvals: 'wait',
    redact: (text) => text.replaceAll('hunter2', '[redacted: password]'),
    onAppend: () => undefined,
  };
  const begin = (parts: ExecutionParts): Execution => {
    const execution = new Execution(parts);
    open.add(execution);
    execution.done.catch(() => undefined);
    return execution;
  };
  return {
    store, timers, spans, said, ran,
    start: async (definition, { first, ...part } = {}) => {
      const id = part.id ?? newId();
      const text = canonicalJson(definition);
      const hash = sha256(text);
      await store.workflows.saveDefinition({ hash, workflow: definition.id, name: definition.name, text });
      const started: WorkflowEvent = { type: 'execution.started', definition: hash, workflow: definition.id, name: definition.name, variables: {}, by: 'Ada', seq: 1, at: timers.clock.now(), epoch: 1, ...first };
      await store.workflows.create({ id, workflow: definition.id, name: definition.name, definition: hash, startedAt: started.at, by: 'Ada' }, [started]);
      return begin({ ...shared, id, root: id, definition, epoch: 1, events: [started], ...part });
    },
    resume: async (id, definition, part = {}) => {
      const claimed = await store.workflows.claim(id, { takeOver: true });
      return begin({ ...shared, id, root: id, definition, epoch: claimed?.epoch ?? 0, events: await store.workflows.events(id), ...part });
    },
    signal: async (execution, signal) => {
      const whole = { ...signal, id: newId(), at: timers.clock.now(), execution } as WorkflowSignal;
      await store.workflows.signal(whole);
      return whole;
    },
    events: (id) => store.workflows.events(id),
  };
}

/** start → the nodes → end, one after the other. */
export function chain(...nodes: readonly WorkflowNode[]): WorkflowDefinition {
  const all = [node('start', 'start'), ...nodes, node('end', 'end')];
  return { id: 'flow', name: 'Flow', nodes: all, edges: all.slice(1).map(({ id }, index) => ({ id: `e${index}`, source: all[index]?.id ?? '', target: id })) };
}

/** What a journal says, in short: types of the events with their step or approval. */
export function told(events: readonly WorkflowEvent[]): string[] {
  return events.map((event) => ('step' in event && event.type !== 'approval.requested' ? `${event.type} ${event.step}` : event.type));
}

export function statuses(state: ExecutionState): Readonly<Record<string, string>> {
  return Object.fromEntries([...state.steps].map(([id, { status }]) => [id, status]));
}
