import type { ExecutionItem, WorkflowItem, WorkflowNode } from './workflowNodes';

/** What a node of the workflows view stands below; undefined at the top, and of what is not listed. */
export function workflowParent(roots: readonly WorkflowNode[], node: WorkflowNode): WorkflowNode | undefined {
  switch (node.kind) {
    case 'bundled':
      return undefined;
    case 'workflow':
      return roots.find((root) => root.kind === 'bundled' && root.repository === node.repository && root.workflows.some(({ id, file }) => id === node.id && file?.file === node.file?.file));
    case 'execution':
      return workflowsOf(roots).find(({ executions }) => executions.some(({ record }) => record.id === node.record.id));
    case 'approval':
      return executionOf(roots, node.approval.execution);
    case 'step':
      return executionOf(roots, node.execution);
  }
}

function executionOf(roots: readonly WorkflowNode[], id: string): ExecutionItem | undefined {
  return workflowsOf(roots).flatMap(({ executions }) => executions).find(({ record }) => record.id === id);
}

function workflowsOf(roots: readonly WorkflowNode[]): readonly WorkflowItem[] {
  return roots.flatMap((root) => (root.kind === 'bundled' ? root.workflows : root.kind === 'workflow' ? [root] : []));
}
