import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition } from '../../../../../src/model/workflow/definition';
import type { WorkflowEvent } from '../../../../../src/model/workflow/event';
import { foldEvents, foldUpTo, startFold } from '../../../../../src/model/workflow/fold/fold';
import { buildGraph } from '../../../../../src/model/workflow/graph';
import { movesOf } from '../../../../../src/model/workflow/fold/moves';
import { drive, edge, node, workflow, type Scripted } from '../../../../support/workflowDriver';

const error = { code: 'agent-failed', message: 'The agent failed.', advice: 'Look.' };
const begun = { type: 'execution.started', definition: 'hash', workflow: 'w', name: 'W', variables: { a: 1 }, by: 'Ada', seq: 1, at: 1, epoch: 1 } as const satisfies WorkflowEvent;
const start = node('start', 'start');
const end = node('end', 'end');

/** By node, one outcome a pass; the last one holds for later passes. */
function scripted(outcomes: Readonly<Record<string, readonly Scripted[]>>): (node: string, pass: number) => Scripted {
  return (id, pass) => outcomes[id]?.[Math.min(pass, outcomes[id].length) - 1] ?? 'passed';
}

function forked(join: Readonly<Record<string, unknown>>): WorkflowDefinition {
  return workflow([start, node('fork', 'parallel'), node('a'), node('b'), node('c'), node('join', 'parallel', join), end], [edge('start', 'fork'), edge('fork', 'a'), edge('fork', 'b'), edge('fork', 'c'), edge('a', 'join'), edge('b', 'join'), edge('c', 'join'), edge('join', 'end')]);
}

describe('how a graph runs', () => {
  it('runs a sequence in its order', () => {
    const { state, order } = drive(workflow([start, node('a'), node('b'), end], [edge('start', 'a'), edge('a', 'b'), edge('b', 'end')]));
    expect(order).toEqual(['start#1', 'a#1', 'b#1', 'end#1']);
    expect(state.status).toBe('succeeded');
    expect(state.ends).toEqual(['end#1']);
    expect(state.tokens).toEqual([]);
  });

  it('waits at a join for all paths that are under way', () => {
    const { order, state } = drive(forked({}));
    expect(order).toEqual(['start#1', 'fork#1', 'a#1', 'b#1', 'c#1', 'join#1', 'end#1']);
    expect(state.steps.get('join#1')?.tokens.map(({ id }) => id)).toEqual(['a#1>a-join', 'b#1>b-join', 'c#1>c-join']);
  });

  it.each([
    ['any', 'passed', 1],
    [2, 'passed', 2],
  ])('with join %s goes on after %s paths and cancels the rest', (join, _outcome, needed) => {
    // The driver's last action is the end of the step that was started last.
    const { state, order } = drive(forked({ join }), { choose: (count) => count - 1 });
    expect(state.status).toBe('succeeded');
    expect(order.filter((step) => step === 'join#1')).toHaveLength(1);
    const ended = ['a#1', 'b#1', 'c#1'].map((step) => state.steps.get(step)?.status);
    expect(ended.filter((status) => status === 'succeeded')).toHaveLength(needed);
    expect(ended.filter((status) => status === 'cancelled' || status === undefined)).toHaveLength(3 - needed);
  });

  it('fails the whole execution at the first failure unless a join settles', () => {
    const { state, events } = drive(forked({}), { outcomeOf: scripted({ b: [{ error }] }) });
    expect(state.status).toBe('failed');
    expect(state.error).toEqual(error);
    expect(state.steps.has('join#1')).toBe(false);
    expect(events.at(-1)?.type).toBe('execution.completed');
  });

  it.each<[Readonly<Record<string, unknown>>, readonly string[], string]>([
    [{ failure: 'settle' }, ['b'], 'failed'],
    [{ failure: 'settle', join: 2 }, ['b'], 'succeeded'],
    [{ failure: 'settle', join: 2 }, ['a', 'b'], 'failed'],
    [{ failure: 'settle', join: 'any' }, ['a', 'b'], 'succeeded'],
    [{ failure: 'settle', join: 'any' }, ['a', 'b', 'c'], 'failed'],
  ])('a join %o counts the failures of %o: %s', (join, failing, status) => {
    const { state } = drive(forked(join), { outcomeOf: (id) => (failing.includes(id) ? { error } : 'passed') });
    expect(state.status).toBe(status);
    expect(state.steps.get('join#1')?.outcome).toBe(status === 'failed' ? 'failed' : 'passed');
  });

  it('lets two ways that exclude each other meet without a join', () => {
    const definition = workflow(
      [start, node('choose', 'condition', { expression: 'x' }), node('yes'), node('no'), node('after'), end],
      [edge('start', 'choose'), edge('choose', 'yes', { outcome: 'true' }), edge('choose', 'no', { outcome: 'false' }), edge('yes', 'after'), edge('no', 'after'), edge('after', 'end')],
    );
    expect(drive(definition, { outcomeOf: scripted({ choose: ['false'] }) }).order).toEqual(['start#1', 'choose#1', 'no#1', 'after#1', 'end#1']);
  });

  const loop = workflow(
    [start, node('implement', 'amp'), node('test', 'test'), node('give-up', 'notify'), end],
    [edge('start', 'implement'), edge('implement', 'test'), edge('test', 'end'), edge('test', 'implement', { outcome: 'failed', maxTraversals: 2 }), edge('test', 'give-up', { otherwise: true }), edge('give-up', 'end')],
  );

  it('goes round a loop until it passes', () => {
    const { order, state } = drive(loop, { outcomeOf: scripted({ test: ['failed', 'failed', 'passed'] }) });
    expect(order).toEqual(['start#1', 'implement#1', 'test#1', 'implement#2', 'test#2', 'implement#3', 'test#3', 'end#1']);
    expect(state.traversals.get('test-implement')).toBe(2);
  });

  it('takes the other way when the bound of the loop is reached', () => {
    const { order, state } = drive(loop, { outcomeOf: scripted({ test: ['failed'] }) });
    expect(order.slice(-3)).toEqual(['test#3', 'give-up#1', 'end#1']);
    expect(state.status).toBe('succeeded');
  });

  it('fails with the outcome when no edge leads on from it', () => {
    const { state } = drive(workflow([start, node('test', 'test'), end], [edge('start', 'test'), edge('test', 'end')]), { outcomeOf: scripted({ test: ['failed'] }) });
    expect(state.error).toMatchObject({ code: 'step-failed', message: '"test" ended as failed, and no edge leads on from there.' });
  });

  it('says what the workflow that was run as a step failed with', () => {
    const graph = buildGraph(workflow([start, node('call', 'workflow', { workflow: 'other' }), end], [edge('start', 'call'), edge('call', 'end')]));
    const state = foldEvents(graph, 'e', [
      { ...begun, trial: {} },
      { type: 'step.started', step: 'start#1', node: 'start', pass: 1, attempt: 1, tokens: ['start'], seq: 2, at: 2, epoch: 1 },
      { type: 'step.completed', step: 'start#1', outcome: 'passed', seq: 3, at: 3, epoch: 1 },
      { type: 'step.started', step: 'call#1', node: 'call', pass: 1, attempt: 1, tokens: ['start#1>start-call'], seq: 4, at: 4, epoch: 1 },
      { type: 'step.completed', step: 'call#1', outcome: 'failed', output: { value: { status: 'failed', problem: 'The agent failed.' } }, seq: 5, at: 5, epoch: 1 },
    ]);
    expect(movesOf(graph, state)).toMatchObject([{ kind: 'fail', error: { message: '"call" ended as failed, and no edge leads on from there: The agent failed.' } }]);
  });

  it('fails with the condition’s own error when it could not be asked', () => {
    const definition = workflow([start, node('a'), end], [edge('start', 'a'), edge('a', 'end', { condition: 'variables.x' })]);
    const graph = buildGraph(definition);
    const state = foldEvents(graph, 'e', [
      begun,
      { type: 'step.started', step: 'start#1', node: 'start', pass: 1, attempt: 1, tokens: ['start'], seq: 2, at: 2, epoch: 1 },
      { type: 'step.completed', step: 'start#1', outcome: 'passed', seq: 3, at: 3, epoch: 1 },
      { type: 'step.started', step: 'a#1', node: 'a', pass: 1, attempt: 1, tokens: ['start#1>start-a'], seq: 4, at: 4, epoch: 1 },
      { type: 'step.completed', step: 'a#1', outcome: 'passed', seq: 5, at: 5, epoch: 1 },
      { type: 'edges.decided', step: 'a#1', edges: [{ edge: 'a-end', taken: false, error: 'x is not defined' }], seq: 6, at: 6, epoch: 1 },
    ]);
    expect(movesOf(graph, state)).toEqual([{ kind: 'fail', step: 'a#1', error: { code: 'no-route', message: 'After "a" (passed) no edge could be taken: x is not defined.', advice: 'Draw an edge that is taken otherwise, or mend the conditions.' } }]);
  });

  it('asks only the conditions that can matter', () => {
    const definition = workflow([start, node('a'), node('b'), end], [edge('start', 'a'), edge('a', 'end', { condition: 'x' }), edge('a', 'b', { outcome: 'failed', condition: 'y' }), edge('b', 'end')]);
    const asked: string[] = [];
    drive(definition, { verdictOf: (id) => { asked.push(id); return true; } });
    expect(asked).toEqual(['a-end']);
  });

  it('starts another round while a path of the last one is still under way', () => {
    const definition = workflow([start, node('head'), node('again'), node('slow'), end], [edge('start', 'head'), edge('head', 'again'), edge('head', 'slow'), edge('again', 'head', { maxTraversals: 1 }), edge('again', 'end'), edge('slow', 'end')]);
    const graph = buildGraph(definition);
    expect([...graph.edges.keys()].filter((id) => graph.isBack(id))).toEqual(['again-head']);
    const { state } = drive(definition, { outcomeOf: () => 'passed', choose: (count) => Math.max(0, count - 2) });
    expect(state.status).toBe('succeeded');
    expect(state.steps.get('head#2')?.tokens).toEqual([{ id: 'again#1>again-head', edge: 'again-head', target: 'head' }]);
    const told = foldEvents(graph, 'e', [
      begun,
      ...([['start', 'start'], ['head', 'start#1>start-head'], ['again', 'head#1>head-again'], ['slow', 'head#1>head-slow']] as const).flatMap(([id, token], index): WorkflowEvent[] => [
        { type: 'step.started', step: `${id}#1`, node: id, pass: 1, attempt: 1, tokens: [token], seq: 2 + 2 * index, at: 1, epoch: 1 },
        ...(id === 'slow' ? [] : [{ type: 'step.completed', step: `${id}#1`, outcome: 'passed', seq: 3 + 2 * index, at: 1, epoch: 1 } as const]),
      ]),
    ]);
    expect(movesOf(graph, told)).toEqual([{ kind: 'start', node: 'head', pass: 2, tokens: ['again#1>again-head'] }]);
  });

  /** fork → a, b → join (any) → end, and a path beside them; a, b and the path run, a is over. */
  const chosen = forked({ join: 'any' });
  const raced = buildGraph({ ...chosen, nodes: [...chosen.nodes, node('beside')], edges: [...chosen.edges, edge('fork', 'beside'), edge('beside', 'end')] });
  const race: readonly WorkflowEvent[] = [
    begun,
    ...['start#1', 'fork#1', 'a#1', 'b#1', 'beside#1'].map((step, index): WorkflowEvent => {
      const id = step.slice(0, -2);
      return { type: 'step.started', step, node: id, pass: 1, attempt: 1, tokens: [['start'], ['start#1>start-fork'], [`fork#1>fork-${id}`]][Math.min(index, 2)] ?? [], seq: [2, 4, 6, 7, 8][index] ?? 0, at: 1, epoch: 1 };
    }),
    { type: 'step.completed', step: 'start#1', outcome: 'passed', seq: 3, at: 1, epoch: 1 },
    { type: 'step.completed', step: 'fork#1', outcome: 'passed', seq: 5, at: 1, epoch: 1 },
    { type: 'step.completed', step: 'a#1', outcome: 'passed', seq: 9, at: 1, epoch: 1 },
    { type: 'step.started', step: 'join#1', node: 'join', pass: 1, attempt: 1, tokens: ['a#1>a-join'], seq: 10, at: 1, epoch: 1 },
  ].toSorted((a, b) => a.seq - b.seq) as WorkflowEvent[];

  it('cancels what a join does not need any more, started or not, and nothing beside it', () => {
    const state = foldEvents(raced, 'e', race);
    expect(movesOf(raced, state)).toEqual([{ kind: 'drop', steps: ['b#1'], reason: 'A join does not need it any more.' }]);
    expect(state.tokens).toEqual([]);
  });

  it('lets a step that ends before it could be cancelled lead nowhere', () => {
    const state = foldEvents(raced, 'e', [...race, { type: 'step.completed', step: 'b#1', outcome: 'passed', seq: 11, at: 1, epoch: 1 }]);
    expect(state.tokens).toEqual([]);
    expect(state.steps.get('b#1')?.status).toBe('succeeded');
  });

  it('starts a join that can get no more, while something beside it goes on', () => {
    const settling = forked({ join: 2, failure: 'settle' });
    const graph = buildGraph({ ...settling, nodes: [...settling.nodes, node('beside')], edges: [edge('start', 'beside'), ...settling.edges, edge('beside', 'end')] });
    const failed = ['a', 'b', 'c'].flatMap((id, index): WorkflowEvent[] => [
      { type: 'step.started', step: `${id}#1`, node: id, pass: 1, attempt: 1, tokens: [`fork#1>fork-${id}`], seq: 7 + 2 * index, at: 1, epoch: 1 },
      { type: 'step.failed', step: `${id}#1`, attempt: 1, error, seq: 8 + 2 * index, at: 1, epoch: 1 },
    ]);
    const state = foldEvents(graph, 'e', [
      begun,
      { type: 'step.started', step: 'start#1', node: 'start', pass: 1, attempt: 1, tokens: ['start'], seq: 2, at: 1, epoch: 1 },
      { type: 'step.completed', step: 'start#1', outcome: 'passed', seq: 3, at: 1, epoch: 1 },
      { type: 'step.started', step: 'beside#1', node: 'beside', pass: 1, attempt: 1, tokens: ['start#1>start-beside'], seq: 4, at: 1, epoch: 1 },
      { type: 'step.started', step: 'fork#1', node: 'fork', pass: 1, attempt: 1, tokens: ['start#1>start-fork'], seq: 5, at: 1, epoch: 1 },
      { type: 'step.completed', step: 'fork#1', outcome: 'passed', seq: 6, at: 1, epoch: 1 },
      ...failed,
    ]);
    expect(movesOf(graph, state)).toEqual([{ kind: 'start', node: 'join', pass: 1, tokens: ['a#1>!', 'b#1>!', 'c#1>!'] }]);
  });

  it('uses one token an edge, and keeps that of a later round', () => {
    const definition = workflow([start, node('fork', 'parallel'), node('quick'), node('slow'), node('meet'), end], [edge('start', 'fork'), edge('fork', 'quick'), edge('fork', 'slow'), edge('quick', 'quick', { maxTraversals: 1 }), edge('quick', 'meet'), edge('slow', 'meet'), edge('meet', 'end')]);
    let slowMayEnd = 0;
    const { state } = drive(definition, { choose: (count) => (slowMayEnd++ < 8 ? count - 1 : 0) });
    const rounds = ['meet#1', 'meet#2'].map((step) => state.steps.get(step)?.tokens.map(({ edge: id }) => id));
    expect(rounds.flat().toSorted()).toEqual(['quick-meet', 'quick-meet', 'slow-meet']);
    expect(rounds.every((tokens) => new Set(tokens).size === tokens?.length)).toBe(true);
  });

  it('takes the nearest join that settles, and of two the first by id', () => {
    const settle = { failure: 'settle' };
    const graph = buildGraph(workflow([start, node('a'), node('z', 'parallel', settle), node('m', 'parallel', settle), node('far', 'parallel', settle), end], [edge('start', 'a'), edge('a', 'z'), edge('a', 'm'), edge('z', 'far'), edge('m', 'far'), edge('far', 'end')]));
    expect([graph.settlingJoin('a'), graph.settlingJoin('m'), graph.settlingJoin('far')]).toEqual(['m', 'far', undefined]);
  });

  it('starts a node once for each token of its only edge, each a pass of its own', () => {
    const graph = buildGraph(workflow([start, node('a'), node('b'), end], [edge('start', 'a'), edge('a', 'a', { maxTraversals: 1 }), edge('a', 'b'), edge('b', 'end')]));
    const passes = ([['start#1', 'start', 1, 'start'], ['a#1', 'a', 1, 'start#1>start-a'], ['a#2', 'a', 2, 'a#1>a-a']] as const).flatMap(([step, id, pass, token], index): WorkflowEvent[] => [
      { type: 'step.started', step, node: id, pass, attempt: 1, tokens: [token], seq: 2 + 2 * index, at: 1, epoch: 1 },
      { type: 'step.completed', step, outcome: 'passed', seq: 3 + 2 * index, at: 1, epoch: 1 },
    ]);
    expect(movesOf(graph, foldEvents(graph, 'e', [begun, ...passes]))).toEqual([
      { kind: 'start', node: 'b', pass: 1, tokens: ['a#1>a-b'] },
      { kind: 'start', node: 'b', pass: 2, tokens: ['a#2>a-b'] },
    ]);
  });

  it('counts an end that means failure', () => {
    const { state } = drive(workflow([start, node('stop', 'end', { status: 'failed' })], [edge('start', 'stop')]), { outcomeOf: scripted({ stop: ['failed'] }) });
    expect(state.status).toBe('failed');
    expect(state.error?.message).toBe('The workflow came to its end "stop", which means that it failed.');
  });

  it('runs nothing but the node of a trial', () => {
    const graph = buildGraph(loop);
    const fold = startFold(graph, 'trial');
    fold.apply({ ...begun, trial: { node: 'test' } });
    expect(movesOf(graph, fold.state)).toEqual([{ kind: 'start', node: 'test', pass: 1, tokens: ['start'] }]);
    fold.apply({ type: 'step.started', step: 'test#1', node: 'test', pass: 1, attempt: 1, tokens: ['start'], seq: 2, at: 2, epoch: 1 });
    fold.apply({ type: 'step.completed', step: 'test#1', outcome: 'failed', seq: 3, at: 3, epoch: 1 });
    expect(movesOf(graph, fold.state)).toEqual([{ kind: 'complete', status: 'succeeded', ends: [] }]);
  });
});

describe('attempts, costs and variables', () => {
  const graph = buildGraph(workflow([start, node('a', 'amp'), end], [edge('start', 'a'), edge('a', 'end')]));
  const told: readonly WorkflowEvent[] = [
    { ...begun, trial: { node: 'a' } },
    { type: 'step.started', step: 'a#1', node: 'a', pass: 1, attempt: 1, tokens: ['start'], plan: { sessionId: 's' }, seq: 2, at: 10, epoch: 1 },
    { type: 'step.failed', step: 'a#1', attempt: 1, error, retryAt: 50, costNano: 5, tokensIn: 2, seq: 3, at: 20, epoch: 1 },
    { type: 'step.started', step: 'a#1', node: 'a', pass: 1, attempt: 2, tokens: [], seq: 4, at: 50, epoch: 1 },
    { type: 'execution.adopted', by: 'Ada', recovery: 1, seq: 5, at: 60, epoch: 2 },
    { type: 'step.started', step: 'a#1', node: 'a', pass: 1, attempt: 2, tokens: [], seq: 6, at: 61, epoch: 2 },
    { type: 'step.completed', step: 'a#1', outcome: 'passed', costNano: 7, tokensIn: 3, variables: { b: 2 }, session: 's', output: { value: 1 }, seq: 7, at: 70, epoch: 2 },
  ];

  it('sums what all attempts cost, and keeps each with its end', () => {
    const state = foldEvents(graph, 'e', told);
    const step = state.steps.get('a#1');
    expect(step).toMatchObject({ status: 'succeeded', costNano: 12, tokensIn: 5, session: 's', plan: { sessionId: 's' } });
    expect(step?.attempts).toEqual([
      { number: 1, startedAt: 10, endedAt: 20, error },
      { number: 2, startedAt: 50, endedAt: 61, error: { code: 'interrupted', message: 'The process ended before the step did.', advice: '' } },
      { number: 2, startedAt: 61, endedAt: 70 },
    ]);
    expect(state).toMatchObject({ costNano: 12, variables: { a: 1, b: 2 }, session: 's', epoch: 2, recoveries: 1 });
  });

  it('asks for a retry while it waits for one', () => {
    const state = foldEvents(graph, 'e', told.slice(0, 3));
    expect(movesOf(graph, state)).toEqual([{ kind: 'retry', step: 'a#1' }]);
    expect(state.steps.get('a#1')).toMatchObject({ status: 'retrying', dueAt: 50 });
  });

  it('passes over what was folded already, what it does not know and what makes no sense', () => {
    const fold = startFold(graph, 'e');
    for (const event of told) fold.apply(event);
    const before = JSON.stringify([...fold.state.steps]);
    fold.apply(told[1] as WorkflowEvent);
    fold.apply({ type: 'step.completed', step: 'a#1', outcome: 'failed', seq: 8, at: 80, epoch: 2 });
    fold.apply({ type: 'step.completed', step: 'nobody#1', outcome: 'failed', seq: 9, at: 80, epoch: 2 });
    fold.apply({ type: 'of.tomorrow', seq: 10, at: 80, epoch: 2 } as unknown as WorkflowEvent);
    expect(JSON.stringify([...fold.state.steps])).toBe(before);
    expect(fold.state.seq).toBe(10);
    expect(fold.state.costNano).toBe(12);
  });

  it('counts nothing twice when an event comes again', () => {
    const fold = startFold(graph, 'e');
    for (const event of told.slice(0, 3)) fold.apply(event);
    fold.apply(told[2] as WorkflowEvent);
    expect(fold.state.costNano).toBe(5);
  });

  it('looks back to any event', () => {
    expect(foldUpTo(graph, 'e', told, 3).steps.get('a#1')?.status).toBe('retrying');
    expect(foldUpTo(graph, 'e', told, 1).steps.size).toBe(0);
  });
});

describe('approvals', () => {
  const graph = buildGraph(workflow([start, node('ask', 'approval', { message: 'Merge?' }), node('merge', 'merge'), end], [edge('start', 'ask'), edge('ask', 'merge', { outcome: 'approved' }), edge('merge', 'end')]));
  const asked: readonly WorkflowEvent[] = [
    begun,
    { type: 'step.started', step: 'start#1', node: 'start', pass: 1, attempt: 1, tokens: ['start'], seq: 2, at: 2, epoch: 1 },
    { type: 'step.completed', step: 'start#1', outcome: 'passed', seq: 3, at: 3, epoch: 1 },
    { type: 'step.started', step: 'ask#1', node: 'ask', pass: 1, attempt: 1, tokens: ['start#1>start-ask'], seq: 4, at: 4, epoch: 1 },
    { type: 'approval.requested', approval: 'p', step: 'ask#1', message: 'Merge?', hash: 'h1', quorum: 2, session: 's', seq: 5, at: 5, epoch: 1 },
    { type: 'approval.decided', approval: 'p', decision: 'approved', by: 'Ada', hash: 'h1', signal: 'x', seq: 6, at: 6, epoch: 1 },
  ];
  const approved: readonly WorkflowEvent[] = [
    ...asked,
    { type: 'approval.closed', approval: 'p', outcome: 'approved', seq: 7, at: 7, epoch: 1 },
    { type: 'step.completed', step: 'ask#1', outcome: 'approved', session: 's', seq: 8, at: 8, epoch: 1 },
  ];
  const reopened: WorkflowEvent = { type: 'approval.reopened', approval: 'p', hash: 'h2', reason: 'The session has a new commit.', seq: 9, at: 9, epoch: 1 };

  it('waits, counts one decision a person, and takes no decision on something else', () => {
    const fold = startFold(graph, 'e');
    for (const event of asked) fold.apply(event);
    expect(fold.state.steps.get('ask#1')?.status).toBe('waiting');
    expect(movesOf(graph, fold.state)).toEqual([]);
    fold.apply({ type: 'approval.decided', approval: 'p', decision: 'approved', by: 'Ada', hash: 'h1', signal: 'y', seq: 7, at: 7, epoch: 1 });
    fold.apply({ type: 'approval.decided', approval: 'p', decision: 'approved', by: 'Bob', hash: 'other', signal: 'z', seq: 8, at: 8, epoch: 1 });
    expect(fold.state.approvals.get('p')?.decisions).toEqual([{ decision: 'approved', by: 'Ada', at: 7 }]);
  });

  it('holds the merge while what was approved is asked again, and goes on without a second token', () => {
    const fold = startFold(graph, 'e');
    for (const event of approved) fold.apply(event);
    const merge = { kind: 'start', node: 'merge', pass: 1, tokens: ['ask#1>ask-merge'] };
    expect(movesOf(graph, fold.state)).toEqual([merge]);
    fold.apply(reopened);
    expect(movesOf(graph, fold.state)).toEqual([]);
    expect(fold.state.approvals.get('p')).toMatchObject({ status: 'open', hash: 'h2', decisions: [], reopened: 1 });
    fold.apply({ type: 'approval.decided', approval: 'p', decision: 'approved', by: 'Ada', hash: 'h2', signal: 'z', seq: 10, at: 10, epoch: 1 });
    fold.apply({ type: 'approval.closed', approval: 'p', outcome: 'approved', seq: 11, at: 11, epoch: 1 });
    expect(movesOf(graph, fold.state)).toEqual([merge]);
    expect(fold.state.steps.get('ask#1')?.status).toBe('succeeded');
  });

  it('fails when the second answer is no', () => {
    const fold = startFold(graph, 'e');
    for (const event of [...approved, reopened]) fold.apply(event);
    fold.apply({ type: 'approval.closed', approval: 'p', outcome: 'rejected', seq: 10, at: 10, epoch: 1 });
    expect(movesOf(graph, fold.state)).toMatchObject([{ kind: 'fail', step: 'ask#1', error: { code: 'approval-rejected' } }]);
  });
});
