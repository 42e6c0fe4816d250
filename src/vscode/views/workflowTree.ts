import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Orchestrator } from '../../orchestrator';
import { commandIds } from '../manifest';
import type { Engines } from '../platform/engines';
import { rootsOf, stepsOf, workflowContextValue, workflowDescription, workflowIcon, workflowLabel, workflowNodeId, type ApprovalItem, type WorkflowNode } from './workflowNodes';
import { workflowParent } from './workflowParents';

const refreshPauseMs = 250;
const pattern = '**/.amp/workflows/*.json';

/** What the view asks for. */
export type WorkflowNodes = Required<Pick<vscode.TreeDataProvider<WorkflowNode>, 'getTreeItem' | 'getChildren' | 'getParent'>>;

/** The workflows view: workflows → executions → approvals and steps, with a badge for the approvals that wait for a person. */
export class WorkflowTree implements WorkflowNodes, vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly orchestrators = new Map<string, Orchestrator>();
  private roots: readonly WorkflowNode[] = [];
  private pause: NodeJS.Timeout | undefined;
  /** Approvals that were unfolded, once each: what a person folds afterwards stays so. */
  private readonly unfolded = new Set<string>();

  constructor(
    private readonly view: vscode.TreeView<WorkflowNode>,
    private readonly engines: Engines,
    private readonly log: vscode.LogOutputChannel,
    /** Makes the view read all of it again. */
    private readonly changed: () => void,
  ) {
    const watcher = this.disposables.add(vscode.workspace.createFileSystemWatcher(pattern));
    for (const listen of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) this.disposables.add(listen(() => { this.refreshSoon(); }));
    this.disposables.add(engines.onDidChange(() => { this.refreshSoon(); }));
    this.disposables.add(this.view.onDidChangeVisibility(({ visible }) => { if (visible) this.refreshSoon(); }));
    this.refreshSoon();
  }

  follow({ workflows }: Orchestrator): void {
    this.disposables.add(workflows.onDidChange(() => { this.refreshSoon(); }));
    this.refreshSoon();
  }

  getTreeItem(node: WorkflowNode): vscode.TreeItem {
    const now = Date.now();
    const item = new vscode.TreeItem(workflowLabel(node, now), collapsible(node));
    const { icon, color } = workflowIcon(node);
    return Object.assign(item, {
      id: workflowNodeId(node),
      description: workflowDescription(node, now),
      iconPath: new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color)),
      contextValue: workflowContextValue(node),
      tooltip: tooltip(node),
      ...(node.kind === 'bundled' ? {} : { command: { command: node.kind === 'workflow' && node.file ? commandIds.openWorkflow : commandIds.openExecution, title: 'Open', arguments: [node] } }),
    });
  }

  async getChildren(node?: WorkflowNode): Promise<WorkflowNode[]> {
    switch (node?.kind) {
      case undefined:
        return [...this.roots];
      case 'bundled':
        return [...node.workflows];
      case 'workflow':
        return [...node.executions];
      case 'execution': {
        const view = await this.orchestrators.get(node.repository)?.workflows.execution(node.record.id);
        return view ? stepsOf(node, view.state, view.definition.nodes) : [];
      }
      default:
        return [];
    }
  }

  getParent(node: WorkflowNode): WorkflowNode | undefined {
    return workflowParent(this.roots, node);
  }

  dispose(): void {
    clearTimeout(this.pause);
    this.disposables.dispose();
  }

  /** A repository with workflows is opened as soon as they are looked at; others only when they have a store. */
  private async openRepositories(): Promise<Orchestrator[]> {
    const open = await this.engines.openExisting();
    if (open.length > 0 || !this.view.visible || !vscode.workspace.isTrusted) return open;
    return (await vscode.workspace.findFiles(pattern, null, 1)).length > 0 ? this.engines.require() : open;
  }

  private refreshSoon(): void {
    this.pause ??= setTimeout(() => {
      this.pause = undefined;
      this.refresh().catch((error: unknown) => { this.log.error(error instanceof Error ? error : String(error)); });
    }, refreshPauseMs);
  }

  private async refresh(): Promise<void> {
    const open = await this.openRepositories();
    this.orchestrators.clear();
    let waiting = 0;
    const asked: ApprovalItem[] = [];
    const lists = await Promise.all(open.map(async (orchestrator) => {
      const { repository: { root }, workflows } = orchestrator;
      this.orchestrators.set(root, orchestrator);
      const [files, executions, approvals] = await Promise.all([workflows.files(), workflows.executions(), workflows.openApprovals()]);
      waiting += approvals.length;
      asked.push(...approvals.map((approval): ApprovalItem => ({ kind: 'approval', repository: root, approval })));
      return rootsOf({ repository: root, repositoryName: open.length > 1 ? path.basename(root) : undefined, files, executions, approvals });
    }));
    this.roots = lists.flat();
    this.view.badge = waiting > 0 ? { value: waiting, tooltip: waiting === 1 ? '1 approval is open' : `${waiting} approvals are open` } : undefined;
    this.changed();
    await this.unfold(asked);
  }

  /** What waits for a person is seen without unfolding: the view keeps rows folded that were there before. */
  private async unfold(asked: readonly ApprovalItem[]): Promise<void> {
    if (!this.view.visible) return;
    for (const item of asked) {
      const id = workflowNodeId(item);
      if (this.unfolded.has(id) || !this.getParent(item)) continue;
      this.unfolded.add(id);
      await this.view.reveal(item, { select: false, focus: false });
    }
  }
}

function collapsible(node: WorkflowNode): vscode.TreeItemCollapsibleState {
  switch (node.kind) {
    case 'workflow':
      if (node.executions.length === 0) return vscode.TreeItemCollapsibleState.None;
      return node.executions.some(({ approvals }) => approvals.length > 0) ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
    case 'bundled':
      return vscode.TreeItemCollapsibleState.Collapsed;
    case 'execution':
      return node.approvals.length > 0 ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
    default:
      return vscode.TreeItemCollapsibleState.None;
  }
}

function tooltip(node: WorkflowNode): string | undefined {
  switch (node.kind) {
    case 'workflow':
      return node.file ? [node.file.description, node.file.file].filter(Boolean).join('\n\n') : 'Its file is gone; its executions can still be seen.';
    case 'bundled':
      return 'Workflows that come with the extension. "New Workflow..." makes a copy of one.';
    case 'execution':
      return `Execution ${node.record.id}, begun by ${node.record.by}`;
    case 'approval':
      return node.approval.message;
    case 'step':
      return node.step.error ? `${node.step.error.message} ${node.step.error.advice}` : undefined;
  }
}
