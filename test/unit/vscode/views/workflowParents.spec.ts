import { expect, it } from 'vitest';
import type { WorkflowFile } from '../../../../src/orchestrator';
import { rootsOf, workflowNodeId, type RepositoryWorkflows, type WorkflowNode } from '../../../../src/vscode/views/workflowNodes';
import { workflowParent } from '../../../../src/vscode/views/workflowParents';

const file = (id: string, origin: WorkflowFile['origin']): WorkflowFile => ({ id, name: id, file: `/r/${origin}/${id}.json`, origin, errors: 0 });
const record = (id: string, workflow: string): RepositoryWorkflows['executions'][number] => ({ id, workflow, name: workflow, definition: 'h', status: 'running', startedAt: 1000, by: 'Ada', host: 'editor', owner: 'here', epoch: 1, lastSeq: 3, openApprovals: 0 });
const approval = (execution: string): RepositoryWorkflows['approvals'][number] => ({ id: 'a1', step: 'ask#1', message: 'Go on?', hash: 'x', quorum: 1, requestedAt: 1000, execution, workflow: 'ship', executionName: 'Ship' });
const roots = rootsOf({ repository: '/r', repositoryName: undefined, files: [file('ship', 'repository'), file('best', 'bundled')], executions: [record('e1', 'ship'), record('e2', 'best')], approvals: [approval('e1'), approval('e2')] });

/** Ids from the node to the top. */
function way(node: WorkflowNode): readonly string[] {
  const parent = workflowParent(roots, node);
  return [workflowNodeId(node), ...(parent ? way(parent) : [])];
}

it.each([
  ['e1', ['e1/a1', 'e1', '/r:repository:/r/repository/ship.json']],
  ['e2', ['e2/a1', 'e2', '/r:bundled:/r/bundled/best.json', '/r:bundled']],
  ['e9', ['e9/a1']],
])('an approval of %s stands below %j', (execution, expected) => {
  expect(way({ kind: 'approval', repository: '/r', approval: approval(execution) })).toEqual(expected);
});

it('a step stands below its execution', () => {
  const step = { id: 'ask#1' } as Extract<WorkflowNode, { readonly kind: 'step' }>['step'];
  expect(way({ kind: 'step', repository: '/r', execution: 'e1', step, name: 'Ask' })).toEqual(['e1/ask#1', 'e1', '/r:repository:/r/repository/ship.json']);
});
