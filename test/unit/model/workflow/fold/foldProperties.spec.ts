import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEvents, startFold } from '../../../../../src/model/workflow/fold/fold';
import { buildGraph } from '../../../../../src/model/workflow/graph';
import { movesOf } from '../../../../../src/model/workflow/fold/moves';
import { definitions } from '../../../../support/workflowArbitrary';
import { drive, edge, node, workflow, type Driven, type DriveOptions } from '../../../../support/workflowDriver';

const error = { code: 'agent-failed', message: 'x', advice: '' };
/** What steps come to depends on their node and pass alone, so that two orders can be compared. */
const script = fc.record({ salt: fc.nat({ max: 1000 }), failing: fc.integer({ min: 0, max: 4 }) });

function options({ salt, failing }: { readonly salt: number; readonly failing: number }, choices: readonly number[]): DriveOptions {
  let turn = 0;
  return {
    outcomeOf: (id, pass) => {
      const lot = hash(`${id}${pass}${salt}`) % 10;
      return lot < failing ? (lot % 2 === 0 ? 'failed' : { error }) : 'passed';
    },
    verdictOf: (id, step) => hash(`${id}${step}${salt}`) % 3 > 0,
    choose: (count) => (choices[turn++ % choices.length] ?? 0) % count,
    maxEvents: 50_000,
  };
}

function hash(text: string): number {
  let value = 7;
  for (const character of text) value = (value * 31 + character.charCodeAt(0)) >>> 0;
  return value % 9973;
}

const choices = fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 60 });

describe('any sound workflow, in any order of events', () => {
  it('ends, with nothing under way', () => {
    fc.assert(
      fc.property(definitions, script, choices, (definition, outcomes, order) => {
        const { state } = drive(definition, options(outcomes, order));
        expect(['succeeded', 'failed']).toContain(state.status);
        expect(state.underWay.size).toBe(0);
        if (state.status === 'succeeded') expect(state.tokens).toEqual([]);
        else expect(state.error).toBeDefined();
      }),
      { numRuns: 600 },
    );
  });

  it('takes no edge more often than it may, and uses each token once', () => {
    fc.assert(
      fc.property(definitions, script, choices, (definition, outcomes, order) => {
        const { state, graph } = drive(definition, options(outcomes, order));
        for (const [id, count] of state.traversals) expect(count).toBeLessThanOrEqual(graph.edges.get(id)?.maxTraversals ?? Number.MAX_SAFE_INTEGER);
        const used = [...state.steps.values()].flatMap(({ tokens }) => tokens.map(({ id }) => id));
        expect(new Set(used).size).toBe(used.length);
        // What was put somewhere was used there, is there still (it failed), or a join did not need it.
        const put = [...state.steps.values()].flatMap(({ id, taken }) => taken.map((edgeId) => `${id}>${edgeId}`));
        const hasChoosingJoin = definition.nodes.some(({ config }) => config['join'] !== undefined);
        if (state.status === 'succeeded' && !hasChoosingJoin) expect(used.filter((id) => id !== 'start' && !id.endsWith('>!')).sort()).toEqual(put.sort());
      }),
      { numRuns: 600 },
    );
  });

  it('comes to the same when it is folded anew, at every length', () => {
    fc.assert(
      fc.property(definitions, script, choices, (definition, outcomes, order) => {
        const driven = drive(definition, options(outcomes, order));
        expect(plain(foldEvents(driven.graph, 'driven', driven.events))).toEqual(plain(driven.state));
        const fold = startFold(driven.graph, 'driven');
        for (const event of driven.events.slice(0, 200)) {
          fold.apply(event);
          movesOf(driven.graph, fold.state);
          expect(plain(foldEvents(driven.graph, 'driven', driven.events.slice(0, event.seq)))).toEqual(plain(fold.state));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('comes to the same end whichever parallel step ends first, when nothing is chosen by speed', () => {
    const calm = definitions.filter(({ nodes, edges }) => nodes.every(({ config }) => config['join'] === undefined) && edges.every(({ maxTraversals }) => maxTraversals === undefined));
    fc.assert(
      fc.property(calm, script, choices, choices, (definition, outcomes, one, other) => {
        const [first, second] = [drive(definition, options({ ...outcomes, failing: 0 }, one)), drive(definition, options({ ...outcomes, failing: 0 }, other))];
        expect(second.state.status).toBe(first.state.status);
        // With a failure (no edge could be taken) it depends on the order how far the others came.
        if (first.state.status === 'succeeded') expect([...second.order].sort()).toEqual([...first.order].sort());
      }),
      { numRuns: 400 },
    );
  });

  it('never throws, whatever comes as events', () => {
    const ids = fc.constantFrom('start#1', 'n0#1', 'n1#1', 'n0', 'join', 'p', '__proto__', '');
    const event = fc.record({
      type: fc.constantFrom('execution.started', 'execution.adopted', 'execution.cancelRequested', 'execution.parked', 'execution.unparked', 'execution.completed', 'step.started', 'step.completed', 'step.failed', 'step.cancelled', 'step.reused', 'step.asked', 'step.answered', 'edges.decided', 'approval.requested', 'approval.decided', 'approval.reopened', 'approval.closed', 'toString'),
      step: ids, node: ids, approval: ids, pass: fc.integer({ min: 1, max: 3 }), attempt: fc.integer({ min: 1, max: 3 }), tokens: fc.array(fc.constantFrom('start', 'start#1>start-n0'), { maxLength: 2 }),
      outcome: fc.constantFrom('passed', 'failed', 'approved', 'rejected'), error: fc.constant(error), edges: fc.constant([{ edge: 'more0', taken: true }]), variables: fc.constant({ a: 1 }), workflow: fc.constant('w'), name: fc.constant('w'),
      status: fc.constantFrom('succeeded', 'failed', 'cancelled'), hash: fc.constantFrom('h', 'i'), quorum: fc.constant(1), decision: fc.constantFrom('approved', 'rejected'), by: fc.constantFrom('a', 'b'), reason: fc.constant('r'), recovery: fc.nat(), definition: fc.constant('d'), message: fc.constant('m'),
    });
    fc.assert(
      fc.property(definitions, fc.array(event, { maxLength: 40 }), (definition, events) => {
        const graph = buildGraph(definition);
        const fold = startFold(graph, 'e');
        events.forEach((one, index) => {
          fold.apply({ ...one, seq: index + 1, at: index, epoch: 1 } as never);
          movesOf(graph, fold.state);
        });
        expect(fold.state.seq).toBe(events.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the cost of one more event', () => {
  /** Looked-up tokens, steps and edges are counted by a proxy: time says nothing on a busy machine. */
  it('does not grow with the journal', () => {
    const lookups = (length: number): number => {
      const names = Array.from({ length }, (_, index) => `n${index}`);
      const chain = workflow([node('start', 'start'), ...names.map((name) => node(name)), node('end', 'end')], ['start', ...names].map((name, index) => edge(name, names[index] ?? 'end')));
      let count = 0;
      const counted = { ...chain, nodes: chain.nodes.map((one) => new Proxy(one, { get: (target, key, receiver) => { count++; return Reflect.get(target, key, receiver) as unknown; } })) };
      const { graph, events } = drive(counted);
      const before = count;
      const fold = startFold(graph, 'driven');
      for (const event of events) {
        fold.apply(event);
        movesOf(graph, fold.state);
      }
      return (count - before) / length;
    };
    expect(lookups(400)).toBeLessThan(lookups(100) * 1.2);
  });
});

function plain({ state: _state, ...rest }: Partial<Driven> & object): unknown {
  return JSON.parse(JSON.stringify(rest, (_key, value: unknown) => (value instanceof Map ? [...value] : value instanceof Set ? [...value] : value)));
}
