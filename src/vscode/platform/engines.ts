import path from 'node:path';
import * as vscode from 'vscode';
import { Emitter, type Listen } from '../../base/events';
import { explain, isOrchestratorError, OrchestratorError } from '../../base/errors';
import type { Orchestrator } from '../../orchestrator';
import { settingIds, settingSection, stateContextKey, type ViewState } from '../manifest';
import type { ApiKeys } from './apiKeys';
import { gateMode } from './evaluationGate';
import { hasStore, probeCommonDirectory } from './repositoryProbe';

const watchMs = 400;

/**
 * The orchestrators of the workspace's repositories, one each, made at first use. Until then nothing of the engines is loaded and
 * no program is started; in a workspace that is not trusted they are never made.
 */
export class Engines implements vscode.Disposable {
  private readonly byRepository = new Map<string, Promise<Orchestrator>>();
  private readonly listeners: vscode.Disposable[] = [];
  private readonly changed = new Emitter<void>();
  private readonly openedOne = new Emitter<Orchestrator>();
  private failure: unknown;
  private watcher: NodeJS.Timeout | undefined;
  private disposed = false;
  /** Sessions changed, or the set of repositories did. */
  readonly onDidChange: Listen<void> = this.changed.listen;
  /** Another orchestrator was made. It lives as long as this does. */
  readonly onDidOpen: Listen<Orchestrator> = this.openedOne.listen;

  constructor(
    private readonly assetsDirectory: string,
    private readonly log: vscode.LogOutputChannel,
    private readonly keys: ApiKeys,
  ) {
    this.listeners.push(
      vscode.workspace.onDidChangeWorkspaceFolders(() => { void this.refresh(); }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => { void this.refresh(); }),
    );
  }

  /** Looks at the workspace again: sets what the view shows, and opens the stores that are there already. */
  async refresh(): Promise<void> {
    this.failure = undefined;
    const folders = await repositoryFolders();
    await this.setState(folders.length > 0 ? 'ready' : 'noRepository');
    await this.openExisting();
    this.changed.fire();
  }

  /** The orchestrators of the repositories that have a store; those without one are not given one. */
  async openExisting(): Promise<Orchestrator[]> {
    if (!vscode.workspace.isTrusted) return [];
    const folders = await repositoryFolders();
    const withStore: string[] = [];
    for (const { folder, commonDirectory } of folders) if (await hasStore(commonDirectory)) withStore.push(folder);
    return this.openAll(withStore);
  }

  /**
   * While `watching`, notices a store that another process makes: the first session of a repository may come from the command line.
   * Once every repository has its store open, that store itself tells of changes.
   */
  setWatching(watching: boolean): void {
    clearInterval(this.watcher);
    this.watcher = watching ? setInterval(() => { void this.lookForNewStores(); }, watchMs) : undefined;
  }

  /** Those that are open or being opened now. */
  async opened(): Promise<Orchestrator[]> {
    const settled = await Promise.allSettled(this.byRepository.values());
    return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  /**
   * Orchestrators of all repositories of the workspace, for work to be done now.
   * @throws OrchestratorError `untrusted-workspace`, `no-workspace-folder`, `not-a-repository` and what opening a store throws
   */
  async require(): Promise<Orchestrator[]> {
    if (!vscode.workspace.isTrusted) {
      throw new OrchestratorError('untrusted-workspace', 'This workspace is not trusted, and sessions run programs in it.', 'Trust it with the command "Workspaces: Manage Workspace Trust".');
    }
    const folders = vscode.workspace.workspaceFolders?.filter(({ uri }) => uri.scheme === 'file') ?? [];
    const first = folders[0];
    if (!first) throw new OrchestratorError('no-workspace-folder', 'No folder is open.', 'Open a folder that is a git repository.');
    const repositories = await repositoryFolders();
    const wanted = repositories.length > 0 ? repositories.map(({ folder }) => folder) : [first.uri.fsPath];
    return Promise.all(wanted.map((folder) => this.open(folder)));
  }

  /**
   * The orchestrator of the repository that a file is in; undefined when that does not belong to the workspace.
   * @throws OrchestratorError as `require`
   */
  async requireFor(file: string): Promise<Orchestrator | undefined> {
    await this.require();
    const key = await probeCommonDirectory(path.dirname(file));
    return key === undefined ? undefined : this.byRepository.get(key);
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.setWatching(false);
    for (const listener of this.listeners.splice(0)) listener.dispose();
    const opening = [...this.byRepository.values()];
    this.byRepository.clear();
    this.changed.dispose();
    this.openedOne.dispose();
    // One that is still being opened is closed when it is open, without waiting for the others.
    await Promise.allSettled(opening.map(async (orchestrator) => (await orchestrator).close()));
  }

  private async lookForNewStores(): Promise<void> {
    if (!vscode.workspace.isTrusted || this.failure !== undefined) return;
    for (const { commonDirectory } of await repositoryFolders()) {
      if (!this.byRepository.has(commonDirectory) && (await hasStore(commonDirectory))) return this.refresh();
    }
  }

  private async openAll(folders: readonly string[]): Promise<Orchestrator[]> {
    const open: Orchestrator[] = [];
    for (const folder of folders) {
      try {
        open.push(await this.open(folder));
      } catch (error) {
        this.log.error(`The sessions of ${folder} could not be opened: ${explain(error)}`);
        if (!isOrchestratorError(error)) this.log.error(error instanceof Error ? error : String(error));
        this.failure = error;
        await this.setState('failed');
      }
    }
    return open;
  }

  private async open(folder: string): Promise<Orchestrator> {
    if (this.disposed) throw new vscode.CancellationError();
    const key = (await probeCommonDirectory(folder)) ?? folder;
    let opening = this.byRepository.get(key);
    if (this.disposed) throw new vscode.CancellationError();
    if (!opening) {
      opening = this.create(folder);
      this.byRepository.set(key, opening);
      opening.catch(() => this.byRepository.delete(key));
    }
    return opening;
  }

  private async create(folder: string): Promise<Orchestrator> {
    const { createOrchestrator } = await import('../../orchestrator');
    const orchestrator = await createOrchestrator({
      folder,
      assetsDirectory: this.assetsDirectory,
      kind: 'editor',
      log: { info: (message) => { this.log.info(message); }, warn: (message) => { this.log.warn(message); }, error: (message, error) => { this.log.error(message, error ?? ''); } },
      programs: configuredPrograms,
      keys: this.keys,
      pricesFile: () => textSetting(settingIds.pricesFile) || undefined,
      gate: gateMode,
    });
    for (const notice of orchestrator.store.notices) void vscode.window.showWarningMessage(notice);
    this.listeners.push(orchestrator.sessions.onDidChange(() => { this.changed.fire(); }), this.keys.tellRedactor(orchestrator.redactor));
    this.openedOne.fire(orchestrator);
    await this.setState('ready');
    this.changed.fire();
    return orchestrator;
  }

  private async setState(state: ViewState): Promise<void> {
    await vscode.commands.executeCommand('setContext', stateContextKey, state);
  }
}

/** Read whenever an agent is started, so that a changed setting works at once. */
const configuredPrograms = {
  get claudeCode(): string {
    return textSetting(settingIds.claudeCodeProgram) || 'claude';
  },
  get amp(): string {
    return textSetting(settingIds.ampProgram) || 'amp';
  },
  get codex(): string {
    return textSetting(settingIds.codexProgram) || 'codex';
  },
  get gemini(): string {
    return textSetting(settingIds.geminiProgram) || 'gemini';
  },
  get opencode(): string {
    return textSetting(settingIds.opencodeProgram) || 'opencode';
  },
};

function textSetting(id: string): string {
  return vscode.workspace.getConfiguration(settingSection).get<string>(id)?.trim() ?? '';
}

/** One folder of each repository that the workspace's folders are in. */
async function repositoryFolders(): Promise<{ folder: string; commonDirectory: string }[]> {
  const found = new Map<string, string>();
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    if (uri.scheme !== 'file') continue;
    const commonDirectory = await probeCommonDirectory(uri.fsPath);
    if (commonDirectory && !found.has(commonDirectory)) found.set(commonDirectory, uri.fsPath);
  }
  return [...found].map(([commonDirectory, folder]) => ({ folder, commonDirectory }));
}
