import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../src/base/clock';
import { newId, spanIds } from '../../src/base/ids';
import { canonicalJson, sha256 } from '../../src/evaluation/canonicalJson';
import type { WorkflowEvent } from '../../src/model/workflow/event';
import { openStore } from '../../src/storage/openStore';
import type { WorkflowRepository } from '../../src/storage/workflowStore';
import { AmpTracer } from '../../src/telemetry/tracer';
import { createArtifacts } from '../../src/workflow/executions/artifacts';
import { Execution } from '../../src/workflow/engine/execution';
import { createExpressions } from '../../src/workflow/language/expressions';
import { createTimers } from '../../src/workflow/engine/timers';
import { begunAgain, crashBehaviours, crashWorkflow, essence, type World } from './crashWorkflow';
import { testExecutors } from './testExecutors';

/**
 * `<folder> [<before|after> <seq>]`: runs the workflow in the folder's store, or goes on with it, to its end. It says on stdout, in lines of
 * JSON, that it has begun and what it came to. SIGKILLs itself ahead of the write that holds that event, or when that is durable.
 */
const [folder = '', when, position] = process.argv.slice(2);
const id = 'crash0000000000000000';
const ledger = path.join(folder, 'ledger');

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

/** Takes some time, so that a kill from outside meets all of it. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3));
}

const world: World = {
  write: (line) => {
    const file = openSync(ledger, 'a');
    writeSync(file, `${line}\n`);
    fsyncSync(file);
    closeSync(file);
  },
  lines: () => (existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n').slice(0, -1) : []),
  pause,
};

/** Numbers of the first and the last event of each write: a write is there as a whole or not at all. */
const writes: (readonly [number, number])[] = [];

function deadly(repository: WorkflowRepository): WorkflowRepository {
  return {
    ...repository,
    append: async (execution, epoch, events, options) => {
      writes.push([events[0]?.seq ?? 0, events.at(-1)?.seq ?? 0]);
      const isFatal = when !== undefined && events.some(({ seq }) => seq === Number(position));
      if (isFatal && when === 'before') die();
      await repository.append(execution, epoch, events, isFatal ? { ...options, now: true } : options);
      if (isFatal) die();
    },
  };
}

async function main(): Promise<void> {
  const store = await openStore({ directory: folder, assetsDirectory: __dirname, kind: 'test' });
  const { workflows } = store;
  const text = canonicalJson(crashWorkflow);
  const definition = sha256(text);
  const first: WorkflowEvent = { type: 'execution.started', definition, workflow: crashWorkflow.id, name: crashWorkflow.name, variables: {}, by: 'Ada', seq: 1, at: systemClock.now(), epoch: 1 };
  await workflows.saveDefinition({ hash: definition, workflow: crashWorkflow.id, name: crashWorkflow.name, text });
  const isNew = await workflows.create({ id, workflow: crashWorkflow.id, name: crashWorkflow.name, definition, startedAt: first.at, by: 'Ada' }, [first]);
  const epoch = isNew ? 1 : (await workflows.claim(id, { takeOver: true }))?.epoch;
  if (epoch === undefined) throw new Error('somebody else has it');
  const expressions = createExpressions({ assetsDirectory: __dirname });

  async function decide(): Promise<void> {
    await pause();
    const signals = await workflows.signals(id);
    for (const { id: approval, status, hash } of execution.state.approvals.values()) {
      if (status !== 'open' || signals.some((signal) => signal.kind === 'decide')) continue;
      await workflows.signal({ id: newId(), execution: id, at: systemClock.now(), by: 'Ada', kind: 'decide', approval, decision: 'approved', hash });
    }
    execution.take(await workflows.signals(id));
  }
  writeSync(1, '{"begun":true}\n');
  const execution: Execution = new Execution({
    id, root: id, definition: crashWorkflow, epoch, events: isNew ? [first] : await workflows.events(id), journal: deadly(workflows),
    executors: testExecutors(crashBehaviours(world), systemClock), expressions,
    children: () => ({ run: () => Promise.reject(new Error('no children here')), definition: () => Promise.reject(new Error('no workflows here')) }),
    artifacts: createArtifacts(path.join(folder, 'artifacts')),
    clock: systemClock, timers: createTimers(systemClock), random: Math.random, newId,
    tracer: new AmpTracer(store.spans, spanIds(systemClock, store.processNonce), systemClock),
    log: { info: () => undefined, warn: () => undefined, error: (message, error) => { console.error(message, error); } },
    approvals: 'wait', redact: (value) => value,
    onAppend: ([event]) => { if (event?.type === 'approval.requested') void decide(); },
  });
  if (!isNew) void decide();
  const state = await execution.done;
  const events = await workflows.events(id);
  expressions.dispose();
  await store.close();
  writeSync(1, `${JSON.stringify({ state: essence(state), ledger: world.lines(), writes, begunAgain: begunAgain(events) })}\n`);
}

void main();
