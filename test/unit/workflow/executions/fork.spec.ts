import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition } from '../../../../src/model/workflow/definition';
import type { NewWorkflowEvent, WorkflowEvent } from '../../../../src/model/workflow/event';
import { foldEvents } from '../../../../src/model/workflow/fold/fold';
import { buildGraph } from '../../../../src/model/workflow/graph';
import type { LiveState } from '../../../../src/model/workflow/fold/liveState';
import { movesOf, type Move } from '../../../../src/model/workflow/fold/moves';
import { forkEvents, type ForkPlan } from '../../../../src/workflow/executions/fork';
import { definitions } from '../../../support/workflowArbitrary';
import { drive, edge, node, workflow, type Driven, type DriveOptions } from '../../../support/workflowDriver';

const started = { definition: 'hash', workflow: 'driven', name: 'Driven', by: 'Ada' };

function placed(events: readonly NewWorkflowEvent[]): WorkflowEvent[] {
  return events.map((event, index): WorkflowEvent => ({ ...event, seq: index + 1, at: 5, epoch: 1 }));
}

function forked({ graph, events }: Pick<Driven, 'graph' | 'events'>, from: string, plan: Partial<ForkPlan> = {}): { readonly events: readonly NewWorkflowEvent[]; readonly state: LiveState } {
  const fork = forkEvents({ source: { id: 'source', graph, events }, graph, node: from, started, ...plan });
  return { events: fork, state: foldEvents(plan.graph ?? graph, 'fork', placed(fork)) };
}

const chain = workflow([node('start', 'start'), node('a'), node('b'), node('c'), node('end', 'end')], [edge('start', 'a'), edge('a', 'b'), edge('b', 'c'), edge('c', 'end')]);

/** Steps that a fork took over. */
function reusedSteps(events: readonly NewWorkflowEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'step.reused' ? [event.step] : []));
}

/** The same execution as the source played it, but for what a step gave. */
function withOutput(driven: Driven, step: string, more: object): WorkflowEvent[] {
  return driven.events.map((event) => (event.type === 'step.completed' && event.step === step ? { ...event, ...more } : event));
}

describe('a fork', () => {
  it('takes over what came before the node, and leaves the node its tokens', () => {
    const source = drive(chain);
    const events = withOutput(source, 'a#1', { output: { value: 7 }, session: 's1', variables: { branch: 'one', other: 1 }, costNano: 9 });
    const { events: fork, state } = forked({ ...source, events }, 'b', { variables: { branch: 'two' } });
    expect(fork).toEqual([
      { type: 'execution.started', ...started, variables: { branch: 'two' }, fork: { execution: 'source', node: 'b' } },
      { type: 'step.reused', step: 'start#1', node: 'start', pass: 1, tokens: ['start'], outcome: 'passed', why: 'fork' },
      { type: 'step.reused', step: 'a#1', node: 'a', pass: 1, tokens: ['start#1>start-a'], outcome: 'passed', output: { value: 7 }, session: 's1', variables: { other: 1 }, why: 'fork' },
    ]);
    expect(state).toMatchObject({ variables: { branch: 'two', other: 1 }, session: 's1', costNano: 0, fork: { execution: 'source', node: 'b' } });
    expect(movesOf(buildGraph(chain), state)).toEqual([{ kind: 'start', node: 'b', pass: 1, tokens: ['a#1>a-b'] }]);
  });

  it('can be forked again', () => {
    const source = drive(chain);
    const { events } = forked(source, 'c');
    const { state } = forked({ graph: source.graph, events: placed(events) }, 'b');
    expect([...state.steps.keys()]).toEqual(['start#1', 'a#1']);
    expect(state.tokens).toMatchObject([{ target: 'b' }]);
  });

  it('begins with the last run of a node in a loop', () => {
    const loop = workflow([node('start', 'start'), node('work'), node('test', 'test'), node('end', 'end')], [edge('start', 'work'), edge('work', 'test'), edge('test', 'work', { outcome: 'failed', maxTraversals: 3 }), edge('test', 'end')]);
    const source = drive(loop, { outcomeOf: (id, pass) => (id === 'test' && pass < 3 ? 'failed' : 'passed') });
    const { events, state } = forked(source, 'work');
    expect(reusedSteps(events)).toEqual(['start#1', 'work#1', 'test#1', 'work#2', 'test#2']);
    expect(movesOf(buildGraph(loop), state)).toEqual([{ kind: 'start', node: 'work', pass: 3, tokens: ['test#2>test-work'] }]);
    expect(state.traversals.get('test-work')).toBe(2);
  });

  it('does not do the other branches again, and keeps what conditions said', () => {
    const branches = workflow(
      [node('start', 'start'), node('fork', 'parallel'), node('a'), node('b'), node('never'), node('join', 'parallel'), node('end', 'end')],
      [edge('start', 'fork'), edge('fork', 'a'), edge('fork', 'b'), edge('fork', 'never', { condition: 'false' }), edge('a', 'join'), edge('b', 'join'), edge('never', 'join'), edge('join', 'end')],
    );
    const source = drive(branches, { verdictOf: () => false });
    const { events, state } = forked(source, 'a');
    expect(reusedSteps(events)).toEqual(['start#1', 'fork#1', 'b#1']);
    expect(events.filter(({ type }) => type === 'edges.decided')).toEqual([{ type: 'edges.decided', step: 'fork#1', edges: [{ edge: 'fork-never', taken: false }] }]);
    expect(state.tokens.map(({ target }) => target).sort()).toEqual(['a', 'join']);
  });

  it('asks conditions again where they are others now, and leaves out what has no place in a later definition', () => {
    const source = drive({ ...chain, edges: [edge('start', 'a'), edge('a', 'b', { condition: 'variables.x' }), edge('b', 'c'), edge('c', 'end')] });
    const later = buildGraph({ ...chain, edges: [edge('start', 'a'), edge('a', 'b', { condition: 'variables.y' }), edge('b', 'c'), edge('c', 'end')] });
    const { events, state } = forked(source, 'c', { graph: later });
    expect(reusedSteps(events)).toEqual(['start#1', 'a#1']);
    expect(movesOf(later, state)).toEqual([{ kind: 'decide', step: 'a#1', edges: ['a-b'] }]);
    const without = buildGraph({ ...chain, nodes: chain.nodes.filter(({ id }) => id !== 'a'), edges: [edge('start', 'b'), edge('b', 'c'), edge('c', 'end')] });
    expect(forked(source, 'c', { graph: without }).state.tokens).toMatchObject([{ target: 'b' }]);
  });

  it('does not begin with a step that nothing could go on after', () => {
    const source = drive(chain, { outcomeOf: (id) => (id === 'b' ? { error: { code: 'agent-failed', message: 'It failed.', advice: 'Again.' } } : 'passed') });
    expect(source.state.status).toBe('failed');
    expect(forked(source, 'a').state.tokens).toMatchObject([{ target: 'a' }]);
    const { state } = forked(source, 'b');
    expect(state.unhandled.size).toBe(0);
    expect(state.tokens).toMatchObject([{ target: 'b' }]);
  });

  it('goes on from a node that was never begun, but not from one that was never reached', () => {
    const source = drive(chain, { outcomeOf: (id) => (id === 'b' ? 'failed' : 'passed') });
    expect(() => forked(source, 'c')).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(() => forked(source, 'nowhere')).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    const cut = source.events.slice(0, source.events.findIndex((event) => event.type === 'step.started' && event.node === 'b'));
    expect(forked({ graph: source.graph, events: cut }, 'b').state.tokens).toMatchObject([{ target: 'b' }]);
  });

  it('keeps an approval bound to what it was given for', () => {
    const asking = workflow([node('start', 'start'), node('ask', 'approval', { message: 'Merge?' }), node('merge', 'merge'), node('end', 'end')], [edge('start', 'ask'), edge('ask', 'merge', { outcome: 'approved' }), edge('merge', 'end')]);
    const driven = drive(asking, { outcomeOf: (id) => (id === 'ask' ? 'approved' : 'passed') });
    const at = driven.events.findIndex((event) => event.type === 'step.completed' && event.step === 'ask#1');
    const events = [
      ...driven.events.slice(0, at),
      ...placed([
        { type: 'approval.requested', approval: 'ask#1', step: 'ask#1', message: 'Merge?', hash: 'h1', quorum: 2, session: 's1' },
        { type: 'approval.decided', approval: 'ask#1', decision: 'approved', by: 'Bob', hash: 'h1', signal: 'one' },
        { type: 'approval.decided', approval: 'ask#1', decision: 'approved', by: 'Eve', comment: 'Fine', hash: 'h1', signal: 'two' },
        { type: 'approval.closed', approval: 'ask#1', outcome: 'approved' },
      ]),
      ...driven.events.slice(at),
    ].map((event, index) => ({ ...event, seq: index + 1 }));
    const { state } = forked({ graph: driven.graph, events }, 'merge');
    expect([...state.approvals.values()]).toMatchObject([{ status: 'approved', hash: 'h1', quorum: 2, session: 's1', decisions: [{ by: 'Bob' }, { by: 'Eve', comment: 'Fine' }] }]);
    expect(state.steps.get('ask#1')).toMatchObject({ status: 'succeeded', outcome: 'approved' });
    expect(state.tokens).toMatchObject([{ target: 'merge' }]);
  });

  it('does not go on where a step led nowhere, because a join did not wait for it', () => {
    const race = workflow(
      [node('start', 'start'), node('a'), node('b', 'parallel'), node('first', 'parallel', { join: 'any' }), node('extra'), node('end', 'end')],
      [edge('start', 'a'), edge('start', 'b'), edge('a', 'first'), edge('b', 'first'), edge('b', 'extra'), edge('extra', 'end'), edge('first', 'end')],
    );
    const step = (id: string, ...tokens: readonly string[]): NewWorkflowEvent => ({ type: 'step.started', step: `${id}#1`, node: id, pass: 1, attempt: 1, tokens });
    const done = (id: string): NewWorkflowEvent => ({ type: 'step.completed', step: `${id}#1`, outcome: 'passed' });
    const events = placed([
      { type: 'execution.started', ...started, variables: {} },
      step('start', 'start'), done('start'), step('a', 'start#1>start-a'), step('b', 'start#1>start-b'), done('a'), step('first', 'a#1>a-first'), done('b'), done('first'), step('end', 'first#1>first-end'), done('end'),
    ]);
    const graph = buildGraph(race);
    expect(foldEvents(graph, 'source', events).steps.get('b#1')?.taken).toEqual([]);
    expect(forked({ graph, events }, 'end').state.tokens.map(({ target }) => target)).toEqual(['end']);
    // With the join it is a race again.
    expect(forked({ graph, events }, 'first').state.tokens.map(({ target }) => target).sort()).toEqual(['extra', 'first', 'first']);
  });

  it('runs one node alone, with the outputs of the others', () => {
    const source = drive(chain);
    const events = withOutput(source, 'a#1', { output: { value: 7 } });
    const { events: fork, state } = forked({ ...source, events }, 'b', { only: true });
    expect(fork[0]).toMatchObject({ type: 'execution.started', trial: { node: 'b' } });
    expect(state.latest.get('a')).toMatchObject({ status: 'reused', output: { value: 7 } });
    expect(movesOf(buildGraph(chain), state)).toEqual([{ kind: 'start', node: 'b', pass: 1, tokens: ['start'] }]);
  });
});

describe('forks of generated workflows', () => {
  const played = fc.tuple(definitions, fc.infiniteStream(fc.nat(1000)));

  function play([definition, stream]: [WorkflowDefinition, IterableIterator<number>]): Driven {
    const next = (): number => stream.next().value as number;
    const verdicts = new Map<string, boolean>();
    const options: DriveOptions = {
      outcomeOf: () => (next() % 5 === 0 ? 'failed' : 'passed'),
      verdictOf: (id, step) => verdicts.get(`${step} ${id}`) ?? (verdicts.set(`${step} ${id}`, next() % 2 === 0), verdicts.get(`${step} ${id}`) === true),
      choose: (count) => next() % Math.max(1, count),
    };
    return drive(definition, options);
  }

  /** Without loops: where a bound is used up, the ways of others depend on it. */
  function withoutLoops(definition: WorkflowDefinition): WorkflowDefinition {
    return { ...definition, edges: definition.edges.filter(({ maxTraversals }) => maxTraversals === undefined) };
  }

  it('leave the node exactly the tokens that its last run used, and do nothing again that it did not cause', () => {
    let refused = 0;
    fc.assert(
      fc.property(played, fc.nat(), ([definition, stream], pick) => {
        const source = play([withoutLoops(definition), stream]);
        const ran = [...source.state.latest.values()].filter(({ status }) => status === 'succeeded' || status === 'failed');
        const chosen = ran[pick % ran.length];
        if (!chosen) return;
        let fork: ReturnType<typeof forked>;
        try {
          fork = forked(source, chosen.node);
        } catch (error) {
          // Only where a join has all that it needs from elsewhere: it would drop the node before that has run.
          expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('A join did not wait for') as string });
          expect(source.graph.definition.nodes.some(({ id, config }) => config['join'] !== undefined && source.graph.canReach(chosen.node, id))).toBe(true);
          refused++;
          return;
        }
        const { events, state } = fork;
        const there = state.tokensAt.get(chosen.node)?.map(({ id }) => id) ?? [];
        const used = chosen.tokens.map(({ id }) => id);
        // A join that did not wait for all finds those that came after it, too.
        const isJoin = source.graph.nodes.get(chosen.node)?.config['join'] !== undefined;
        expect((isJoin ? there.filter((id) => used.includes(id)) : there).toSorted()).toEqual(used.toSorted());
        const reused = new Set(reusedSteps(events));
        const isDoneAnew = [...source.state.steps.values()].some(({ id, node: of }) => source.graph.nodes.get(of)?.config['join'] !== undefined && !reused.has(id));
        for (const { id, outcome, taken } of source.state.steps.values()) {
          if (!reused.has(id)) continue;
          expect(state.steps.get(id)?.outcome).toBe(outcome);
          // What a join did not need any more led nowhere, until that join is done anew.
          if (taken.length > 0 || !isDoneAnew) expect(state.steps.get(id)?.taken).toEqual(taken);
        }
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeLessThan(100);
  });

  it('can be played to their end, whatever loops there are, and run nothing that was reused', () => {
    fc.assert(
      fc.property(played, fc.nat(), (input, pick) => {
        const source = play(input);
        const steps = [...source.state.latest.keys()];
        let fork: readonly NewWorkflowEvent[];
        try {
          fork = forked(source, steps[pick % steps.length] ?? '').events;
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-argument' });
          return;
        }
        const reused = new Set(reusedSteps(fork));
        const state = foldEvents(source.graph, 'fork', placed(fork));
        expect(state.unhandled.size).toBe(0);
        for (let events = placed(fork), live = state; ; live = foldEvents(source.graph, 'fork', events)) {
          const [move] = movesOf(source.graph, live);
          if (move === undefined || move.kind === 'complete' || move.kind === 'fail') break;
          if (events.length > 5000) throw new Error('the fork does not end');
          events = [...events, ...nextEvents(move)].map((event, index) => ({ ...event, seq: index + 1, at: 5, epoch: 1 }) as WorkflowEvent);
          if (move.kind === 'start') expect(reused.has(`${move.node}#${move.pass}`)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function nextEvents(move: Move): NewWorkflowEvent[] {
  switch (move.kind) {
    case 'start':
      return [{ type: 'step.started', step: `${move.node}#${move.pass}`, node: move.node, pass: move.pass, attempt: 1, tokens: move.tokens }, { type: 'step.completed', step: `${move.node}#${move.pass}`, outcome: 'passed' }];
    case 'decide':
      return [{ type: 'edges.decided', step: move.step, edges: move.edges.map((id) => ({ edge: id, taken: false })) }];
    case 'drop':
      return move.steps.map((step) => ({ type: 'step.cancelled', step, reason: move.reason }));
    default:
      return [];
  }
}
