import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../../src/model/workflow/graph';
import { definitions } from '../../../support/workflowArbitrary';
import { edge, node, workflow } from '../../../support/workflowDriver';

describe('the graph of a workflow', () => {
  it('has an order in which every forward edge leads on, and no circle of forward edges', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const graph = buildGraph(definition);
        const places = definition.nodes.map(({ id }) => graph.order(id));
        expect([...places].sort((a, b) => a - b)).toEqual(places.map((_place, index) => index));
        for (const { id, source, target } of graph.edges.values()) {
          if (graph.isBack(id)) continue;
          expect(graph.order(source)).toBeLessThan(graph.order(target));
          expect(graph.canReach(source, target)).toBe(true);
          expect(graph.canReach(target, source)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes the edge that closes a circle for the one that leads back, seen from the start', () => {
    const graph = buildGraph(workflow([node('b'), node('a'), node('start', 'start')], [edge('b', 'a', { maxTraversals: 1 }), edge('a', 'b'), edge('start', 'a')]));
    expect([...graph.edges.keys()].filter((id) => graph.isBack(id))).toEqual(['b-a']);
  });

  it('leaves out edges that lead nowhere, and the second of two things with one id', () => {
    const graph = buildGraph(workflow([node('start', 'start'), { ...node('a'), name: 'first' }, { ...node('a'), name: 'second' }], [edge('start', 'nowhere'), edge('start', 'a'), { ...edge('a', 'start'), id: 'start-a' }]));
    expect(graph.nodes.get('a')?.name).toBe('first');
    expect([...graph.edges.values()].map(({ source, target }) => [source, target])).toEqual([['start', 'a']]);
  });

  it('takes a chain as long as a definition may be', () => {
    const names = Array.from({ length: 2000 }, (_, index) => `n${index}`);
    const graph = buildGraph(workflow([node('start', 'start'), ...names.map((name) => node(name))], names.map((name, index) => edge(names[index - 1] ?? 'start', name))));
    expect(graph.canReach('start', 'n1999')).toBe(true);
    expect(graph.ancestors('n1999').size).toBe(2000);
  });
});
