import { newId, spanIds } from '../../src/base/ids';
import type { WorkflowEvent, WorkflowSignal } from '../../src/model/workflow/event';
import type { ExecutionState } from '../../src/model/workflow/state';
import type { WorkflowRepository } from '../../src/storage/workflowStore';
import { AmpTracer } from '../../src/telemetry/tracer';
import { Execution } from '../../src/workflow/engine/execution';
import type { ExecutionParts } from '../../src/workflow/engine/executionParts';
import type { Expressions } from '../../src/workflow/language/expressionScope';
import { crashBehaviours, crashWorkflow, type World } from './crashWorkflow';
import { testExecutors, type Context } from './testExecutors';
import { ManualTimers } from './manualTimers';

/** When the program dies: ahead of the write that holds an event, behind it, or behind a line of the ledger (from 1). */
export type Death = { readonly at: 'before' | 'after'; readonly seq: number } | { readonly at: 'line'; readonly line: number };

/** What is there after the program has died: what was durable, and what its steps did to the world. */
export interface Remains {
  readonly events: WorkflowEvent[];
  readonly ledger: string[];
  signals: WorkflowSignal[];
  epoch: number;
  /** Steps that began to run though they were durably done. */
  readonly repeated: string[];
}

export function nothingYet(): Remains {
  const started: WorkflowEvent = { type: 'execution.started', definition: 'hash', workflow: crashWorkflow.id, name: crashWorkflow.name, variables: {}, by: 'Ada', seq: 1, at: 1, epoch: 1 };
  return { events: [started], ledger: [], signals: [], epoch: 0, repeated: [] };
}

/** One life of the program: it goes on from what remains until the execution has ended, or until it dies. Undefined when it has died. */
export async function live(remains: Remains, expressions: Expressions, random: () => number, death?: Death): Promise<ExecutionState | undefined> {
  const epoch = ++remains.epoch;
  let isAlive = true;
  let die: () => void = () => undefined;
  const died = new Promise<undefined>((resolve) => {
    die = () => {
      isAlive = false;
      resolve(undefined);
    };
  });
  const never = new Promise<never>(() => undefined);
  const breath = async (): Promise<void> => {
    for (let turns = Math.floor(random() * 4); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    if (!isAlive) await never;
  };
  const world: World = {
    lines: () => remains.ledger,
    write: (line) => {
      if (!isAlive) return;
      remains.ledger.push(line);
      if (death?.at === 'line' && remains.ledger.length === death.line) die();
    },
    pause: breath,
  };

  interface Entry { readonly events: readonly WorkflowEvent[]; readonly consumed: readonly string[]; readonly resolve: () => void }
  const queue: Entry[] = [];
  /** Each call is one transaction, which is there as a whole or not at all. */
  const commit = (): void => {
    for (const { events, consumed, resolve } of queue.splice(0)) {
      if (!isAlive) return;
      const fatal = death !== undefined && death.at !== 'line' && events.some(({ seq }) => seq === death.seq) ? death.at : undefined;
      if (fatal === 'before') return die();
      remains.events.push(...events);
      remains.signals = remains.signals.filter(({ id }) => !consumed.includes(id));
      if (fatal === 'after') return die();
      resolve();
    }
  };
  const journal: Pick<WorkflowRepository, 'append' | 'signals' | 'release'> = {
    append: (_id, _epoch, events, { now = false, consumed = [] } = {}) => new Promise((resolve) => {
      queue.push({ events, consumed, resolve });
      const later = now ? 1 : 1 + Math.floor(random() * 6);
      let left = later;
      const wait = (): void => void setImmediate(() => { if (--left === 0) commit(); else wait(); });
      wait();
    }),
    signals: () => Promise.resolve([...remains.signals]),
    release: () => Promise.resolve(),
  };

  const timers = new ManualTimers();
  const onRun = ({ step }: Context): void => {
    if (remains.events.some((event) => event.type === 'step.completed' && event.step === step)) remains.repeated.push(step);
  };
  const decideOpen = async (): Promise<void> => {
    await breath();
    for (const { id, status, hash } of execution.state.approvals.values()) {
      if (status !== 'open' || remains.signals.some((signal) => signal.kind === 'decide' && signal.approval === id)) continue;
      remains.signals.push({ id: newId(), execution: 'flow', at: 5, by: 'Ada', kind: 'decide', approval: id, decision: 'approved', hash });
    }
    execution.take([...remains.signals]);
  };
  const parts: ExecutionParts = {
    id: 'flow', root: 'flow', definition: crashWorkflow, epoch, events: [...remains.events], journal,
    executors: testExecutors(crashBehaviours(world), timers.clock, onRun), expressions,
    children: () => ({ run: () => never, definition: () => never }),
    artifacts: { keep: () => never, read: () => never },
    clock: timers.clock, timers, random, newId,
    tracer: new AmpTracer({ write: () => undefined }, spanIds(timers.clock, 'abc'), timers.clock),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    approvals: 'wait', redact: (text) => text,
    onAppend: ([event]) => { if (event?.type === 'approval.requested') void decideOpen(); },
  };
  const execution = new Execution(parts);
  void decideOpen();
  const state = await Promise.race([execution.done, died]);
  isAlive = false;
  return state;
}
