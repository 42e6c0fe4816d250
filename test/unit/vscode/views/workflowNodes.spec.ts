import { describe, expect, it } from 'vitest';
import type { StepState } from '../../../../src/model/workflow/state';
import type { WorkflowFile } from '../../../../src/workflow/workflowService';
import { rootsOf, stepsOf, workflowContextValue, workflowDescription, workflowIcon, workflowLabel, workflowNodeId, type ExecutionItem, type RepositoryWorkflows, type WorkflowItem } from '../../../../src/vscode/views/workflowNodes';

type ExecutionRecord = RepositoryWorkflows['executions'][number];
type OpenApproval = RepositoryWorkflows['approvals'][number];

const file = (id: string, change: Partial<WorkflowFile> = {}): WorkflowFile => ({ id, name: `The ${id}`, file: `/r/.amp/workflows/${id}.json`, origin: 'repository', errors: 0, ...change });
const record = (id: string, change: Partial<ExecutionRecord> = {}): ExecutionRecord => ({ id, workflow: 'ship', name: 'Ship', definition: 'h', status: 'running', startedAt: 1000, by: 'Ada', host: 'editor', owner: 'here', epoch: 1, lastSeq: 3, openApprovals: 0, ...change });
const approval: OpenApproval = { id: 'a1', step: 'ask#1', message: 'Merge it?\nReally.', hash: 'x', quorum: 2, requestedAt: 1000, execution: 'e1', workflow: 'ship', executionName: 'Ship' };
const roots = rootsOf({ repository: '/r', repositoryName: undefined, files: [file('ship'), file('broken', { errors: 2 }), file('best', { origin: 'bundled' })], executions: [record('e2', { status: 'failed', finishedAt: 4000, problem: 'Tests failed.' }), record('e1'), record('e0', { workflow: 'old', name: 'Old', status: 'succeeded' })], approvals: [approval] });

function workflow(id: string): WorkflowItem {
  const found = roots.find((node) => node.kind === 'workflow' && node.id === id);
  if (found?.kind !== 'workflow') throw new Error(`no ${id}`);
  return found;
}

function execution(change: Partial<ExecutionRecord>, approvals: readonly OpenApproval[] = []): ExecutionItem {
  return { kind: 'execution', repository: '/r', record: record('e9', change), approvals };
}

describe('the workflows view', () => {
  it('lists workflows, those whose files are gone, and the bundled ones in a group', () => {
    expect(roots.map((node) => [workflowLabel(node, 0), workflowContextValue(node), workflowDescription(node, 9000)])).toEqual([
      ['The ship', 'workflow.repository.sound', 'failed'],
      ['The broken', 'workflow.repository.broken', '2 errors'],
      ['Old', 'workflow.gone.broken', 'file is gone · succeeded'],
      ['Bundled', 'bundled', ''],
    ]);
    expect(new Set(roots.map(workflowNodeId)).size).toBe(4);
  });

  it('lists executions of a workflow, with what waits for a person', () => {
    expect(workflow('ship').executions.map((node) => [workflowNodeId(node), workflowContextValue(node), workflowDescription(node, 9000), workflowIcon(node).icon])).toEqual([
      ['e2', 'execution.ended.here', 'failed · 3.0 s · Tests failed.', 'error'],
      ['e1', 'execution.running.here', '1 approval open · 8.0 s', 'warning'],
    ]);
  });

  it('lists twenty executions at most', () => {
    const many = Array.from({ length: 30 }, (_, index) => record(`e${index}`));
    const [first] = rootsOf({ repository: '/r', repositoryName: 'r', files: [file('ship')], executions: many, approvals: [] });
    expect(first?.kind === 'workflow' && first.executions.map(({ record: { id } }) => id)).toEqual(many.slice(0, 20).map(({ id }) => id));
  });

  it.each([
    [execution({ owner: 'none' }), 'execution.running.none', 'interrupted · 1.0 s', 'warning'],
    [execution({ owner: 'elsewhere' }), 'execution.running.elsewhere', 'running · 1.0 s · runs elsewhere', 'loading~spin'],
    [execution({ status: 'parked', owner: 'none', problem: 'Interrupted too often.' }), 'execution.parked.none', 'parked · 1.0 s · Interrupted too often.', 'debug-pause'],
    [execution({ status: 'cancelled', finishedAt: 1500 }), 'execution.ended.here', 'cancelled · 500 ms', 'circle-slash'],
    [execution({ status: 'succeeded', finishedAt: 1500 }), 'execution.ended.here', 'succeeded · 500 ms', 'pass'],
  ])('tells the state of an execution: %#', (node, context, description, icon) => {
    expect([workflowContextValue(node), workflowDescription(node, 2000), workflowIcon(node).icon]).toEqual([context, description, icon]);
  });

  it('lists approvals first below an execution, then its steps by the names of their nodes', () => {
    const step = (id: string, change: Partial<StepState>): StepState => ({ id: `${id}#1`, node: id, pass: 1, status: 'succeeded', attempts: [], startedAt: 1000, endedAt: 3000, isDeciding: false, taken: [], verdicts: [], outcome: 'passed', ...change }) as StepState;
    const steps = [step('test', { costNano: 20_000_000, pass: 2 }), step('gone', { status: 'failed', error: { code: 'x', message: 'It broke.', advice: '' } })];
    const nodes = stepsOf(execution({}, [approval]), { steps: new Map(steps.map((one) => [one.id, one])) }, [{ id: 'test', name: 'Run the tests' }]);
    expect(nodes.map((node) => [workflowLabel(node, 0), workflowContextValue(node), workflowDescription(node, 9000)])).toEqual([
      ['Merge it?', 'approval', '2 needed'],
      ['Run the tests', 'step.succeeded', 'passed · run 2 · 2.0 s · $0.02'],
      ['gone', 'step.failed', 'It broke. · 2.0 s'],
    ]);
  });
});
