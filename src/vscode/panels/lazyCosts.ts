import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { isOrchestratorError, OrchestratorError } from '../../base/errors';
import type { Orchestrator } from '../../orchestrator';
import type { CostWish } from '../../protocol/costDashboard';
import { costlySteps } from '../../protocol/costDashboardSteps';
import { commandIds, settingIds, settingSection } from '../manifest';
import type { Engines } from '../platform/engines';
import { reportError } from '../platform/report';
import { hasStore, probeCommonDirectory } from '../platform/repositoryProbe';
import type { CostActions, CostPanel, CostSource } from './costPanel';
import { costViewType } from './costViewType';
import { panelLog } from './panelLog';

/** How often at most the logs of agents are looked at; the page asks for its data at least once a minute while it is seen. */
const importPauseMs = 30_000;

/** The cost dashboard, whose panel (with its schema compiler) is loaded when it is opened or brought back after a reload. */
export class LazyCosts implements vscode.Disposable {
  private loaded: Promise<CostPanel> | undefined;
  private readonly importing = new AbortController();
  private readonly saidProblems = new Set<string>();
  private readonly importedAt = new WeakMap<Orchestrator, number>();
  private readonly serializer: vscode.Disposable;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly engines: Engines,
    private readonly log: vscode.LogOutputChannel,
    private readonly openTimeline: (sessionId: string, stepId?: string) => Promise<void>,
  ) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(costViewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => (await this.panel()).deserializeWebviewPanel(panel, state),
    });
  }

  async show(): Promise<void> {
    (await this.panel()).open();
  }

  dispose(): void {
    this.importing.abort();
    this.serializer.dispose();
    void this.loaded?.then((panel) => { panel.dispose(); });
  }

  private panel(): Promise<CostPanel> {
    this.loaded ??= import('./panels').then(({ createCostPanel }) => createCostPanel({ extensionUri: this.extensionUri, log: panelLog(this.log) }, this.source(), this.actions()));
    return this.loaded;
  }

  private source(): CostSource {
    return {
      onDidChange: this.engines.onDidChange,
      snapshot: async (wish) => {
        const open = await this.open();
        const shown = chosen(open, wish);
        const repositories = open.map(({ repository: { root } }) => ({ id: root, name: path.basename(root) }));
        const takenAt = Date.now();
        if (shown) this.importSoon(shown);
        if (!shown) return { repositories, repository: '', takenAt };
        return { repositories, repository: shown.repository.root, report: await shown.costs.report(wish.query), takenAt };
      },
      costlySteps: async (wish, sessionId) => {
        const shown = chosen(await this.open(), wish);
        return shown ? costlySteps(await shown.store.spans.bySession(sessionId)) : [];
      },
    };
  }

  /** Reads what agents did outside of sessions since the last time; what is found arrives as a change of the store. */
  private importSoon(orchestrator: Orchestrator): void {
    const wanted = vscode.workspace.getConfiguration(settingSection).get<boolean>(settingIds.importAgentLogs, true);
    if (!wanted || Date.now() - (this.importedAt.get(orchestrator) ?? 0) < importPauseMs) return;
    this.importedAt.set(orchestrator, Date.now());
    orchestrator.imports.run({ signal: this.importing.signal }).then(
      ({ problems }) => { for (const { path: file, problem } of problems) this.sayOnce(`${file}: ${problem}`); },
      (error: unknown) => { if (!isOrchestratorError(error) || error.code !== 'stopped') this.log.error('The logs of agents could not be read', error); },
    );
  }

  /** A log that cannot be read will not be readable a minute later. */
  private sayOnce(problem: string): void {
    if (this.saidProblems.has(problem)) return;
    this.saidProblems.add(problem);
    this.log.warn(problem);
  }

  private actions(): CostActions {
    const command = async (id: string, ...rest: readonly unknown[]): Promise<void> => { await vscode.commands.executeCommand(id, ...rest); };
    return {
      openSession: this.openTimeline,
      newSession: () => command(commandIds.newSession),
      setBudget: (sessionId) => command(commandIds.setBudget, ...(sessionId === undefined ? [] : [sessionId])),
      showLog: () => command(commandIds.showLog),
      export: (wish) => this.export(wish),
      failed: (error) => { void reportError(error, this.log); },
    };
  }

  private async export(wish: CostWish): Promise<void> {
    const shown = chosen(await this.open(), wish);
    if (!shown) throw new OrchestratorError('invalid-argument', 'There are no costs to export yet.', 'Run a session first.');
    const suggested = path.join(path.dirname(shown.repository.root), `costs-${path.basename(shown.repository.root)}.csv`);
    const target = await vscode.window.showSaveDialog({ title: 'Export Costs', defaultUri: vscode.Uri.file(suggested), filters: { CSV: ['csv'], JSON: ['json'] }, saveLabel: 'Export' });
    if (!target) return;
    const text = await shown.costs.export(wish.query, target.path.toLowerCase().endsWith('.json') ? 'json' : 'csv');
    await writeFile(target.fsPath, text);
    const open = 'Open';
    if ((await vscode.window.showInformationMessage(`The costs are in ${path.basename(target.fsPath)}.`, open)) === open) await vscode.commands.executeCommand('vscode.open', target);
  }

  /** @throws OrchestratorError `untrusted-workspace`, or `store-failed` when there is a store that could not be opened */
  private async open(): Promise<Orchestrator[]> {
    if (!vscode.workspace.isTrusted) throw new OrchestratorError('untrusted-workspace', 'This workspace is not trusted, so its costs are not read.', 'Trust it with the command "Workspaces: Manage Workspace Trust".');
    const open = await this.engines.openExisting();
    if (open.length === 0 && (await isStoreThere())) throw new OrchestratorError('store-failed', 'The session store could not be opened.', 'The log says why.');
    return open;
  }
}

function chosen(open: readonly Orchestrator[], { repository }: CostWish): Orchestrator | undefined {
  return open.find(({ repository: { root } }) => root === repository) ?? open[0];
}

async function isStoreThere(): Promise<boolean> {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const common = uri.scheme === 'file' ? await probeCommonDirectory(uri.fsPath) : undefined;
    if (common !== undefined && (await hasStore(common))) return true;
  }
  return false;
}
