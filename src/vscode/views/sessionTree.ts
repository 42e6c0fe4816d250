import path from 'node:path';
import * as vscode from 'vscode';
import type { EvaluatedPlaces } from '../evaluations/evaluatedPlaces';
import type { Engines } from '../platform/engines';
import { commandIds, viewIds } from '../manifest';
import { changeUri } from './changeDecorations';
import { childrenOf, contextValue, iterationDescription, iterationIcon, needsAttention, nodeId, sessionDescription, sessionIcon, sessionTooltip, shortLabel, type SessionItem, type SessionNode, type StatusIcon } from './sessionNodes';

const refreshPauseMs = 250;
const tickMs = 1_000;

/** The sessions view: sessions → iterations → changed files, with a badge for the sessions that wait for a person. */
export class SessionTree implements vscode.TreeDataProvider<SessionNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<SessionNode>;
  private readonly disposables: vscode.Disposable[] = [];
  private sessions: readonly SessionItem[] = [];
  private pause: NodeJS.Timeout | undefined;
  private ticker: NodeJS.Timeout | undefined;

  constructor(
    private readonly engines: Engines,
    private readonly places: EvaluatedPlaces,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.view = vscode.window.createTreeView(viewIds.sessions, { treeDataProvider: this, showCollapseAll: true });
    this.disposables.push(
      this.view,
      this.changed,
      engines.onDidChange(() => { this.refreshSoon(); }),
      places.onDidChangeStates(() => { this.refreshSoon(); }),
      this.view.onDidChangeVisibility(({ visible }) => {
        engines.setWatching(visible);
        if (visible) this.refreshSoon();
      }),
    );
    engines.setWatching(this.view.visible);
  }

  /** Reads the sessions again; resolves when the view has been told. */
  async refresh(): Promise<void> {
    try {
      this.sessions = await this.read();
    } catch (error) {
      this.log.error(error instanceof Error ? error : String(error));
    }
    const waiting = this.sessions.filter(needsAttention).length;
    this.view.badge = waiting > 0 ? { value: waiting, tooltip: waiting === 1 ? '1 session needs you' : `${waiting} sessions need you` } : undefined;
    this.keepTicking();
    this.changed.fire(undefined);
  }

  async reveal(sessionId: string): Promise<void> {
    const item = this.sessions.find(({ session }) => session.id === sessionId);
    if (item && this.view.visible) await this.view.reveal(item, { select: true, focus: false, expand: true });
  }

  getTreeItem(node: SessionNode): vscode.TreeItem {
    switch (node.kind) {
      case 'session':
        return sessionTreeItem(node);
      case 'iteration': {
        const item = new vscode.TreeItem(`${node.iteration.number}  ${shortLabel(node.iteration.prompt)}`, collapsible(node));
        return Object.assign(item, { id: nodeId(node), description: iterationDescription(node), iconPath: themeIcon(iterationIcon(node)), contextValue: contextValue(node), tooltip: node.iteration.errorMessage ?? node.iteration.summary ?? node.iteration.prompt });
      }
      case 'file': {
        const item = new vscode.TreeItem(changeUri(node.file), vscode.TreeItemCollapsibleState.None);
        const folder = path.posix.dirname(node.file.path);
        return Object.assign(item, { id: nodeId(node), label: path.posix.basename(node.file.path), description: folder === '.' ? '' : folder, iconPath: vscode.ThemeIcon.File, contextValue: contextValue(node), command: { command: commandIds.showChanges, title: 'Show Changes', arguments: [node] } });
      }
    }
  }

  getChildren(node?: SessionNode): SessionNode[] {
    return node ? childrenOf(node) : [...this.sessions];
  }

  getParent(node: SessionNode): SessionNode | undefined {
    if (node.kind === 'session') return undefined;
    const item = this.sessions.find(({ session }) => session.id === node.session.id);
    return node.kind === 'iteration' || !item ? item : { kind: 'iteration', session: node.session, iteration: node.iteration };
  }

  dispose(): void {
    clearTimeout(this.pause);
    clearInterval(this.ticker);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private refreshSoon(): void {
    this.pause ??= setTimeout(() => {
      this.pause = undefined;
      void this.refresh();
    }, refreshPauseMs);
  }

  private async read(): Promise<SessionItem[]> {
    const orchestrators = await this.engines.openExisting();
    const lists = await Promise.all(
      orchestrators.map(async (orchestrator) => {
        const repositoryName = orchestrators.length > 1 ? path.basename(orchestrator.repository.root) : undefined;
        const overviews = await orchestrator.sessions.overview();
        const badges = await this.places.badges(orchestrator, overviews);
        return overviews.map((overview): SessionItem => ({ kind: 'session', ...overview, repositoryName, gate: badges.get(overview.session.id) }));
      }),
    );
    return lists.flat().sort((a, b) => b.session.createdAt - a.session.createdAt);
  }

  /** Running sessions show a time that goes on. */
  private keepTicking(): void {
    const needed = this.view.visible && this.sessions.some(({ session }) => session.status === 'running');
    if (!needed) {
      clearInterval(this.ticker);
      this.ticker = undefined;
    } else {
      this.ticker ??= setInterval(() => { this.changed.fire(undefined); }, tickMs);
    }
  }
}

function sessionTreeItem(node: SessionItem): vscode.TreeItem {
  const item = new vscode.TreeItem(shortLabel(node.session.name), collapsible(node));
  const tooltip = new vscode.MarkdownString(sessionTooltip(node), true);
  return Object.assign(item, { id: nodeId(node), description: sessionDescription(node, Date.now()), iconPath: themeIcon(sessionIcon(node)), contextValue: contextValue(node), tooltip });
}

function collapsible(node: SessionNode): vscode.TreeItemCollapsibleState {
  return childrenOf(node).length === 0 ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed;
}

function themeIcon({ icon, color }: StatusIcon): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}
