import type { WorkflowDefinition, WorkflowEdge, WorkflowNode } from '../../src/model/workflow/definition';
import type { NodeType } from '../../src/model/workflow/nodeConfig';
import type { WorkflowEditorSnapshot } from '../../src/protocol/workflowEditor';

/** Workflows as the editor's page may meet them, for its tests and for looking at it. */
export function storyNode(id: string, type: NodeType, x: number, y: number, part: Partial<WorkflowNode> = {}): WorkflowNode {
  return { id, type, name: id, config: {}, position: { x, y }, ...part };
}

export function storyEdge(source: string, target: string, part: Partial<WorkflowEdge> = {}): WorkflowEdge {
  return { id: `${source}-${target}`, source, target, ...part };
}

export function storyWorkflow(part: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  return { schemaVersion: 1, id: 'story', name: 'Story', nodes: [], edges: [], ...part };
}

/** Implement, test until green, review in parallel, approve, merge: with a loop, a group and a note. */
export function releaseWorkflow(): WorkflowDefinition {
  return storyWorkflow({
    id: 'implement-review-merge',
    name: 'Implement, review, merge',
    variables: { task: { type: 'string', required: true } },
    nodes: [
      storyNode('start', 'start', 0, 96, { name: 'Start' }),
      storyNode('implement', 'amp', 288, 96, { name: 'Implement', config: { agent: 'claudeCode', prompt: '${variables.task}\nKeep the public API.' } }),
      storyNode('test', 'test', 576, 96, { name: 'Unit tests', config: { command: ['npm', 'test'] } }),
      storyNode('fork', 'parallel', 864, 96, { name: 'Review', config: {} }),
      storyNode('quality', 'eval', 1152, 0, { name: 'Quality', config: { suite: 'full', minScore: 80 } }),
      storyNode('review', 'amp', 1152, 192, { name: 'Reviewer', config: { agent: 'codex', prompt: 'Review the change of ${nodes.implement.session}.' } }),
      storyNode('join', 'parallel', 1440, 96, { name: 'Both done', config: { join: 'all', failure: 'settle' } }),
      storyNode('approve', 'approval', 1728, 96, { name: 'Approve the merge', config: { message: 'Merge this into main?', quorum: 2 } }),
      storyNode('merge', 'merge', 2016, 96, { name: 'Merge', config: {} }),
      storyNode('end', 'end', 2304, 96, { name: 'Done' }),
      storyNode('stopped', 'end', 2016, 256, { name: 'Given up', config: { status: 'failed', message: 'Rejected' } }),
    ],
    edges: [
      storyEdge('start', 'implement'),
      storyEdge('implement', 'test'),
      storyEdge('test', 'fork', { outcome: 'passed' }),
      storyEdge('test', 'implement', { outcome: 'failed', maxTraversals: 3 }),
      storyEdge('fork', 'quality'),
      storyEdge('fork', 'review'),
      storyEdge('quality', 'join', { condition: 'output.score >= 80 && variables.task !== ""' }),
      storyEdge('review', 'join'),
      storyEdge('join', 'approve'),
      storyEdge('approve', 'merge', { outcome: 'approved' }),
      storyEdge('approve', 'stopped', { otherwise: true }),
      storyEdge('merge', 'end'),
    ],
    notes: [{ id: 'note', text: 'The loop ends after three rounds.\nThen the workflow fails with the error of the last test.', position: { x: 288, y: 288 }, size: { width: 304, height: 72 } }],
    groups: [{ id: 'checks', name: 'Checks', nodes: ['quality', 'review'] }],
  });
}

/** A chain of agents with tests, in rows of twenty. */
export function longWorkflow(count: number): WorkflowDefinition {
  const ids = Array.from({ length: count }, (_, index) => `step${index}`);
  const types: readonly NodeType[] = ['amp', 'test', 'eval', 'script', 'notify'];
  return storyWorkflow({
    name: `${count} steps`,
    nodes: ids.map((id, index) => storyNode(id, index === 0 ? 'start' : index === count - 1 ? 'end' : (types[index % types.length] ?? 'amp'), (index % 20) * 288, Math.floor(index / 20) * 144, { name: `Step ${index}`, config: index % 5 === 0 ? { prompt: `Do part ${index}` } : {} })),
    edges: ids.slice(1).map((id, index) => storyEdge(ids[index] ?? '', id)),
  });
}

/** Names of 200 characters, right to left, with emoji, and a type of a later version. */
export function hardNamesWorkflow(): WorkflowDefinition {
  return storyWorkflow({
    name: 'x'.repeat(200),
    nodes: [
      storyNode('start', 'start', 0, 0, { name: 'بداية سير العمل' }),
      storyNode('long', 'amp', 288, 0, { name: 'A name that goes on '.repeat(10).trim(), config: { prompt: 'word '.repeat(300) } }),
      storyNode('emoji', 'test', 576, 0, { name: '🧪🔬 👩‍💻 tests', config: { command: ['npm', 'run', 'a-script-with-a-very-long-name-indeed'] } }),
      { ...storyNode('later', 'notify', 864, 0, { name: 'From the future' }), type: 'telepathy' as NodeType },
      storyNode('end', 'end', 1152, 0),
    ],
    edges: [storyEdge('start', 'long'), storyEdge('long', 'emoji', { label: 'a label that says more than there is place for '.repeat(3).trim() }), storyEdge('emoji', 'later', { outcome: 'passed' }), storyEdge('later', 'end'), storyEdge('emoji', 'long', { outcome: 'failed', maxTraversals: 1000 })],
  });
}

export function workflowSnapshot(workflow: unknown, part: Partial<WorkflowEditorSnapshot> = {}): WorkflowEditorSnapshot {
  return {
    documentVersion: 1,
    fileName: 'release.json',
    workflow,
    issues: [],
    known: { agents: ['amp', 'claudeCode', 'codex', 'replay'], suites: ['full', 'quick'], evaluators: ['tests', 'lint'], workflows: [{ id: 'fix-until-green', name: 'Fix until green' }] },
    executions: [],
    ...part,
  };
}
