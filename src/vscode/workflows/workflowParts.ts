import type * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { Orchestrator } from '../../orchestrator';
import { WorkflowDiagnostics } from '../diagnostics/workflowDiagnostics';
import type { Engines } from '../platform/engines';
import type { WorkflowNode } from '../views/workflowNodes';
import { WorkflowTree, type WorkflowNodes } from '../views/workflowTree';
import { WorkflowRuns } from './workflowRuns';

/** What a window knows of workflows: their view, their problems, and what their executions want of a person. */
export interface WorkflowParts extends Disposable {
  readonly nodes: WorkflowNodes;
  /** Called once for each repository that is opened. */
  readonly follow: (orchestrator: Orchestrator) => void;
}

export interface WorkflowPartsContext {
  readonly view: vscode.TreeView<WorkflowNode>;
  readonly engines: Engines;
  readonly log: vscode.LogOutputChannel;
  readonly changed: () => void;
}

/** Entry of one bundle, loaded when a repository is opened, or workflows are looked at. */
export function createWorkflowParts({ view, engines, log, changed }: WorkflowPartsContext): WorkflowParts {
  const disposables = new DisposableStore();
  const runs = disposables.add(new WorkflowRuns(log));
  const tree = disposables.add(new WorkflowTree(view, engines, log, changed));
  const diagnostics = disposables.add(new WorkflowDiagnostics(engines, log));
  return {
    nodes: tree,
    follow: (orchestrator) => {
      runs.follow(orchestrator);
      tree.follow(orchestrator);
      void diagnostics.checkAll();
    },
    dispose: () => { disposables.dispose(); },
  };
}
