import type { WorkflowDefinition } from '../../src/model/workflow/definition';

/** A sound workflow that has a bit of everything. */
export const soundWorkflow = {
  schemaVersion: 1,
  id: 'implement-review-merge',
  name: 'Implement, review, merge',
  variables: { goal: { type: 'string', required: true }, limit: { type: 'number', default: 3 }, files: { type: 'json', default: ['a.ts'] } },
  budgetUSD: 5,
  nodes: [
    { id: 'start', type: 'start', name: 'Start', config: {}, position: { x: 0, y: 0 } },
    { id: 'implement', type: 'amp', name: 'Implement', config: { prompt: 'Do ${variables.goal}. Costs nothing: $${x}.' }, position: { x: 1, y: 0 }, retry: { max: 2, backoffMs: 10, on: ['timeout'] }, attemptTimeoutMs: 1000, timeoutMs: 5000 },
    { id: 'test', type: 'test', name: 'Test', config: { command: ['npm', 'test', '--', '${variables.files.join(",")}'] }, position: { x: 2, y: 0 }, assign: { tries: 'variables.tries + 1', last: 'output.passed' } },
    { id: 'enough', type: 'condition', name: 'Enough?', config: { expression: 'nodes.test.pass >= variables.limit ? "stop" : "again"' }, position: { x: 3, y: 1 } },
    { id: 'eval', type: 'eval', name: 'Eval', config: { suite: 'all', only: ['eslint'] }, position: { x: 3, y: 0 } },
    { id: 'fork', type: 'parallel', name: 'Fork', config: {}, position: { x: 4, y: 0 } },
    { id: 'ask', type: 'approval', name: 'Ask', config: { message: 'Merge ${execution.name}?', quorum: 2, timeoutMs: 60_000 }, position: { x: 5, y: 0 } },
    { id: 'tell', type: 'notify', name: 'Tell', config: { message: 'score ${nodes.eval.output?.score}' }, position: { x: 5, y: 1 } },
    { id: 'each', type: 'forEach', name: 'Each', config: { items: 'variables.files', as: 'file', step: { type: 'script', config: { source: '({ variables }) => variables.file.length + variables.index' } } }, position: { x: 5, y: 2 } },
    { id: 'join', type: 'parallel', name: 'Join', config: { join: 2, failure: 'settle' }, position: { x: 6, y: 0 } },
    { id: 'merge', type: 'merge', name: 'Merge', config: { session: '${nodes.implement.session}' }, position: { x: 7, y: 0 } },
    { id: 'compute', type: 'script', name: 'Compute', config: { source: '({ variables, nodes: { merge } }) => ({ goal: variables.goal, sha: merge.output.sha })' }, position: { x: 8, y: 0 } },
    { id: 'end', type: 'end', name: 'End', config: { result: { sha: '${nodes.compute.output.sha}' } }, position: { x: 9, y: 0 } },
    { id: 'failed', type: 'end', name: 'Failed', config: { status: 'failed', message: 'after ${nodes.test.pass} runs' }, position: { x: 9, y: 1 } },
  ],
  edges: [
    { id: 'e1', source: 'start', target: 'implement' },
    { id: 'e2', source: 'implement', target: 'test' },
    { id: 'e3', source: 'test', target: 'eval' },
    { id: 'e4', source: 'test', target: 'enough', outcome: 'failed' },
    { id: 'e5', source: 'enough', target: 'implement', outcome: 'again', maxTraversals: 3 },
    { id: 'e6', source: 'enough', target: 'failed', otherwise: true },
    { id: 'e7', source: 'eval', target: 'fork', condition: 'output.score > 80 && outcome === "passed"' },
    { id: 'e8', source: 'eval', target: 'failed', otherwise: true },
    { id: 'e9', source: 'fork', target: 'ask' },
    { id: 'e10', source: 'fork', target: 'tell' },
    { id: 'e11', source: 'fork', target: 'each' },
    { id: 'e12', source: 'ask', target: 'join', outcome: 'approved' },
    { id: 'e13', source: 'tell', target: 'join' },
    { id: 'e14', source: 'each', target: 'join' },
    { id: 'e15', source: 'join', target: 'merge' },
    { id: 'e16', source: 'merge', target: 'compute' },
    { id: 'e17', source: 'compute', target: 'end' },
  ],
  notes: [{ id: 'note', text: 'why', position: { x: 0, y: 5 } }],
  groups: [{ id: 'group', name: 'Loop', nodes: ['implement', 'test'] }],
} as const satisfies WorkflowDefinition;

/** A chain of so many nodes whose texts speak of one another. */
export function longWorkflow(count: number): WorkflowDefinition {
  const types = ['amp', 'test', 'eval', 'script', 'condition', 'notify'] as const;
  const middle = Array.from({ length: count - 2 }, (_, index): WorkflowDefinition['nodes'][number] => {
    const type = types[index % types.length] ?? 'amp';
    const before = index === 0 ? 'start' : `n${index - 1}`;
    const config = {
      amp: { prompt: `Do \${variables.goal} after \${nodes.${before}.output?.summary ?? 'nothing'}: ${index}` },
      test: {},
      eval: { suite: 'all' },
      script: { source: `({ nodes }) => nodes.${before}.output.score + ${index}` },
      condition: { expression: `nodes.${before}.outcome === 'passed' && ${index} > 1` },
      notify: { message: `\${execution.name} is at ${index}` },
    }[type];
    return { id: `n${index}`, type, name: `Node ${index}`, config, position: { x: index * 10, y: 0 } };
  });
  const nodes: WorkflowDefinition['nodes'] = [{ id: 'start', type: 'start', name: 'Start', config: {}, position: { x: 0, y: 0 } }, ...middle, { id: 'end', type: 'end', name: 'End', config: {}, position: { x: 0, y: 0 } }];
  const edges = nodes.slice(1).map(({ id }, index) => ({ id: `e${index}`, source: nodes[index]?.id ?? '', target: id, ...(index % 6 === 2 ? { condition: `output.score > ${index}` } : {}) }));
  return { id: 'long', name: 'Long', variables: { goal: { type: 'string' } }, nodes: [...nodes], edges };
}
