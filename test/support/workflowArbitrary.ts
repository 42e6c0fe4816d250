import fc from 'fast-check';
import type { WorkflowDefinition, WorkflowEdge, WorkflowNode } from '../../src/model/workflow/definition';
import { buildGraph } from '../../src/model/workflow/graph';
import { edge, node, workflow } from './workflowDriver';

const joins = [{}, {}, { join: 'any' }, { join: 2 }, { failure: 'settle' }, { join: 'any', failure: 'settle' }, { join: 2, failure: 'settle' }] as const;
const outcomes = [undefined, undefined, undefined, 'failed', 'passed'] as const;

/** Sound definitions: forks, joins, conditions, bounded loops; every node can be reached and leads to an end. */
export const definitions: fc.Arbitrary<WorkflowDefinition> = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc
    .record({
      kinds: fc.array(fc.record({ type: fc.constantFrom('script', 'script', 'test', 'parallel', 'parallel'), join: fc.constantFrom(...joins) }), { minLength: count, maxLength: count }),
      parents: fc.array(fc.nat(), { minLength: count, maxLength: count }),
      more: fc.array(fc.record({ from: fc.nat(), to: fc.nat(), outcome: fc.constantFrom(...outcomes), condition: fc.boolean(), otherwise: fc.boolean(), bound: fc.integer({ min: 1, max: 3 }) }), { maxLength: 10 }),
    })
    .map(({ kinds, parents, more }) => {
      const nodes: WorkflowNode[] = [node('start', 'start'), ...kinds.map(({ type, join }, index) => node(`n${index}`, type as 'script', type === 'parallel' ? join : {})), node('end', 'end')];
      const edges: WorkflowEdge[] = [edge('start', 'n0')];
      for (let index = 1; index < count; index++) edges.push(edge(`n${(parents[index] ?? 0) % index}`, `n${index}`));
      for (let index = 0; index < count; index++) if (!edges.some(({ source }) => source === `n${index}`)) edges.push(edge(`n${index}`, 'end'));
      more.forEach(({ from, to, outcome, condition, otherwise, bound }, index) => {
        const [source, target] = [from % count, to % count];
        edges.push({ id: `more${index}`, source: `n${source}`, target: `n${target}`, ...(target <= source ? { maxTraversals: bound } : {}), ...(otherwise ? { otherwise } : { ...(outcome === undefined ? {} : { outcome }), ...(condition ? { condition: 'x' } : {}) }) });
      });
      // Which edges close a circle depends on where the others lead.
      const graph = buildGraph(workflow(nodes, edges));
      return workflow(nodes, edges.map((one) => (graph.isBack(one.id) && one.maxTraversals === undefined ? { ...one, maxTraversals: 2 } : one)));
    }),
);
