import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import { isWorkflowPath } from '../editors/workflowViewType';
import { viewIds } from '../manifest';
import type { Engines } from '../platform/engines';
import type { WorkflowNode } from '../views/workflowNodes';
import type { WorkflowParts } from './workflowParts';

/** The workflows view and all else that watches workflows, which is loaded when a repository is opened, or workflows are looked at. */
export class LazyWorkflows implements vscode.TreeDataProvider<WorkflowNode>, vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<WorkflowNode>;
  private loaded: Promise<WorkflowParts> | undefined;

  constructor(
    private readonly engines: Engines,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.view = this.disposables.add(vscode.window.createTreeView(viewIds.workflows, { treeDataProvider: this, showCollapseAll: true }));
    this.disposables.add(engines.onDidOpen((orchestrator) => { this.soon((parts) => { parts.follow(orchestrator); }); }));
    this.disposables.add(vscode.workspace.onDidOpenTextDocument(({ uri }) => { this.look(uri); }));
    for (const { uri } of vscode.workspace.textDocuments) this.look(uri);
  }

  async getTreeItem(node: WorkflowNode): Promise<vscode.TreeItem> {
    return (await this.parts()).nodes.getTreeItem(node);
  }

  async getChildren(node?: WorkflowNode): Promise<WorkflowNode[]> {
    return (await (await this.parts()).nodes.getChildren(node)) ?? [];
  }

  async getParent(node: WorkflowNode): Promise<WorkflowNode | undefined> {
    return (await (await this.parts()).nodes.getParent(node)) ?? undefined;
  }

  dispose(): void {
    if (this.loaded) this.soon((parts) => { parts.dispose(); }, this.loaded);
    this.disposables.dispose();
  }

  private look(uri: vscode.Uri): void {
    if (isWorkflowPath(uri.path)) this.soon(() => undefined);
  }

  private parts(): Promise<WorkflowParts> {
    this.loaded ??= import('./workflowParts').then(({ createWorkflowParts }) => createWorkflowParts({ view: this.view, engines: this.engines, log: this.log, changed: () => { this.changed.fire(undefined); } }));
    return this.loaded;
  }

  private soon(what: (parts: WorkflowParts) => void, parts = this.parts()): void {
    parts.then(what).catch((error: unknown) => { this.log.error('The workflows could not be watched', error); });
  }
}
