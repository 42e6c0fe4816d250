import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/model/workflow/event';
import type { ExecutionState } from '../../../src/model/workflow/state';
import type { Execution } from '../../../src/workflow/engine/execution';
import { executionBench, statuses, type Bench } from '../../support/executionHarness';
import type { Behaviour } from '../../support/testExecutors';
import { waitFor } from '../../support/waitFor';
import { edge, node, workflow } from '../../support/workflowDriver';
import { gate } from '../../support/workflowEngines';

const asked = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;
type Asked = (typeof asked)[number];
/** Steps of a branch beside them; each goes on after so many decisions. */
const siblings = ['s0', 's1', 's2'] as const;

const definition = workflow(
  [node('start', 'start'), node('fork', 'parallel'), ...asked.map((id) => node(id, 'approval')), ...siblings.map((id) => node(id, 'script', { effect: 'atMostOnce' })), node('join', 'parallel'), node('end', 'end')],
  [
    edge('start', 'fork'),
    ...asked.flatMap((id) => [edge('fork', id), edge(id, 'join', { outcome: 'approved' }), edge(id, 'join', { id: `${id}-no`, outcome: 'rejected' })]),
    edge('fork', 's0'), edge('s0', 's1'), edge('s1', 's2'), edge('s2', 'join'),
    edge('join', 'end'),
  ],
);

interface Story {
  readonly order: readonly Asked[];
  readonly decisions: readonly Decision[];
  /** Decisions from here on are taken while nobody runs it; 8: never. */
  readonly awayAt: number;
  /** What this one asks about is another thing when it is decided. */
  readonly changed: Asked | null;
}

const stories = fc.record<Story>({
  order: fc.shuffledSubarray([...asked], { minLength: asked.length, maxLength: asked.length }),
  decisions: fc.array(fc.constantFrom<Decision>('approved', 'approved', 'rejected'), { minLength: asked.length, maxLength: asked.length }),
  awayAt: fc.integer({ min: 0, max: asked.length }),
  changed: fc.option(fc.constantFrom(...asked), { freq: 2 }),
});

/** What an execution of the bench asks about and waits for. */
interface World {
  readonly contents: Map<Asked, string>;
  readonly gates: Readonly<Record<string, ReturnType<typeof gate>>>;
}

function makeWorld(): World {
  return { contents: new Map(asked.map((id) => [id, `content of ${id}`])), gates: Object.fromEntries(siblings.map((id) => [id, gate()])) };
}

async function approvalsBench(): Promise<{ readonly bench: Bench; readonly worlds: Map<string, World> }> {
  const worlds = new Map<string, World>();
  const asking = (id: Asked): Behaviour => ({
    run: ({ execution }) => ({ kind: 'approval', request: { message: `May ${id} go on?`, content: worlds.get(execution.id)?.contents.get(id), quorum: 1 } }),
    content: ({ execution }) => worlds.get(execution.id)?.contents.get(id),
  });
  const working = (id: string): Behaviour => ({
    run: async ({ execution, signal }) => {
      const passed = worlds.get(execution.id)?.gates[id]?.passed;
      await Promise.race([passed, new Promise((_resolve, reject) => { signal.addEventListener('abort', () => { reject(signal.reason as Error); }, { once: true }); })]);
      return { outcome: 'passed' };
    },
    // What was begun and not ended has not happened.
    probe: () => ({ happened: 'no' }),
  });
  const bench = await executionBench({ ...Object.fromEntries(asked.map((id) => [id, asking(id)])), ...Object.fromEntries(siblings.map((id) => [id, working(id)])) });
  return { bench, worlds };
}

function openOf(state: ExecutionState, id: Asked): { readonly id: string; readonly hash: string } {
  const approval = [...state.approvals.values()].find(({ node: of, status }) => of === id && status === 'open');
  if (!approval) throw new Error(`nothing is asked at ${id}`);
  return approval;
}

async function play({ bench, worlds }: Awaited<ReturnType<typeof approvalsBench>>, { order, decisions, awayAt, changed }: Story, number: number): Promise<void> {
  const world = makeWorld();
  const id = `story${String(number).padStart(15, '0')}`;
  worlds.set(id, world);
  let execution: Execution = await bench.start(definition, { id });
  const allOpen = (): boolean => asked.every((one) => [...execution.state.approvals.values()].some(({ node: of, status }) => of === one && status === 'open'));
  await waitFor('the questions', allOpen);
  const say = async (one: Asked, decision: Decision): Promise<void> => {
    const approval = openOf(execution.state, one);
    const signal = await bench.signal(id, { kind: 'decide', by: 'Ann', approval: approval.id, decision, hash: approval.hash });
    execution.take([signal]);
  };
  const expected = new Map(order.map((one, index): [Asked, Decision] => [one, decisions[index] ?? 'approved']));
  // Approved on something that is not there any more, it is asked again; a refusal needs no second look.
  const isAskedAgain = changed !== null && expected.get(changed) === 'approved';
  if (changed !== null) world.contents.set(changed, 'something else');
  for (const [index, one] of order.entries()) {
    if (index === awayAt) await execution.handOver();
    await say(one, expected.get(one) ?? 'approved');
    if (index < siblings.length && awayAt > index) {
      world.gates[siblings[index] ?? '']?.open();
      await waitFor(`sibling ${index}`, () => statuses(execution.state)[`s${index}#1`] === 'succeeded');
    }
  }
  for (const { open } of Object.values(world.gates)) open();
  if (awayAt < order.length) execution = await bench.resume(id, definition);
  if (isAskedAgain) {
    await waitFor('the second question', () => [...execution.state.approvals.values()].some(({ node: of, reopened }) => of === changed && reopened === 1));
    expect(execution.state.status).toBe('running');
    await say(changed, 'approved');
  }
  const state = await execution.done;
  expect(state.status).toBe('succeeded');
  expect(Object.fromEntries(asked.map((one) => [one, state.latest.get(one)?.outcome]))).toEqual(Object.fromEntries(expected));
  expect(siblings.map((one) => state.latest.get(one)?.outcome)).toEqual(['passed', 'passed', 'passed']);
  const events = await bench.events(id);
  const decided = events.flatMap((event) => (event.type === 'approval.decided' ? [event.signal] : []));
  expect(decided).toHaveLength(asked.length + (isAskedAgain ? 1 : 0));
  expect(new Set(decided).size).toBe(decided.length);
  expect(events.filter(({ type }) => type === 'approval.closed')).toHaveLength(asked.length);
  expect(await bench.store.workflows.signals(id)).toEqual([]);
}

describe('eight questions that are open at once', () => {
  it('are decided in two hundred orders, while others work, while nobody does, and when what they ask about has changed', { timeout: 120_000 }, async () => {
    const benches = await approvalsBench();
    const told = fc.sample(stories, { numRuns: 200, seed: 20_261_123 });
    expect(new Set(told.map(({ order }) => order.join(''))).size).toBeGreaterThan(195);
    expect(told.filter(({ awayAt }) => awayAt < 8).length).toBeGreaterThan(100);
    expect(told.filter(({ changed, order, decisions }) => changed !== null && decisions[order.indexOf(changed)] === 'approved').length).toBeGreaterThan(30);
    // Several at a time share their writes to the disk.
    const queue = told.entries();
    await Promise.all(Array.from({ length: 20 }, async () => {
      for (const [number, story] of queue) await play(benches, story, number).catch((error: unknown) => { throw new Error(`story ${number}: ${JSON.stringify(story)}`, { cause: error }); });
    }));
  });
});
